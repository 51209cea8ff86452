from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import AuditOutcome


class AuditEvents(BaseModel):
    audit_events: "AuditEventsAuditEvents" = Field(alias="auditEvents")


class AuditEventsAuditEvents(BaseModel):
    nodes: list["AuditEventsAuditEventsNodes"]
    page_info: "AuditEventsAuditEventsPageInfo" = Field(alias="pageInfo")


class AuditEventsAuditEventsNodes(BaseModel):
    seq: float
    at: datetime
    principal_id: Optional[str] = Field(alias="principalId")
    principal_name: Optional[str] = Field(alias="principalName")
    via: Optional[str]
    address: Optional[str]
    project_id: Optional[str] = Field(alias="projectId")
    action: str
    targets: list[str]
    outcome: AuditOutcome
    details: dict
    request_id: Optional[str] = Field(alias="requestId")


class AuditEventsAuditEventsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


AuditEvents.model_rebuild()
AuditEventsAuditEvents.model_rebuild()
