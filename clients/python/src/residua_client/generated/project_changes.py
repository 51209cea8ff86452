from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Change


class ProjectChanges(BaseModel):
    project_changes: "ProjectChangesProjectChanges" = Field(alias="projectChanges")


class ProjectChangesProjectChanges(BaseModel):
    nodes: list["ProjectChangesProjectChangesNodes"]
    page_info: "ProjectChangesProjectChangesPageInfo" = Field(alias="pageInfo")


ProjectChangesProjectChangesNodes = Change


class ProjectChangesProjectChangesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ProjectChanges.model_rebuild()
ProjectChangesProjectChanges.model_rebuild()
