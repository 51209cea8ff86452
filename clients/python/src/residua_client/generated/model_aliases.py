from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class ModelAliases(BaseModel):
    model: Optional["ModelAliasesModel"]


class ModelAliasesModel(BaseModel):
    id: str
    aliases: list["ModelAliasesModelAliases"]
    alias_history: "ModelAliasesModelAliasHistory" = Field(alias="aliasHistory")


class ModelAliasesModelAliases(BaseModel):
    name: str
    model_version: "ModelAliasesModelAliasesModelVersion" = Field(alias="modelVersion")


class ModelAliasesModelAliasesModelVersion(BaseModel):
    version: int


class ModelAliasesModelAliasHistory(BaseModel):
    nodes: list["ModelAliasesModelAliasHistoryNodes"]
    page_info: "ModelAliasesModelAliasHistoryPageInfo" = Field(alias="pageInfo")


class ModelAliasesModelAliasHistoryNodes(BaseModel):
    alias: str
    at: datetime
    author: Optional[str]
    from_version: Optional[int] = Field(alias="fromVersion")
    to_version: Optional[int] = Field(alias="toVersion")


class ModelAliasesModelAliasHistoryPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ModelAliases.model_rebuild()
ModelAliasesModel.model_rebuild()
ModelAliasesModelAliases.model_rebuild()
ModelAliasesModelAliasHistory.model_rebuild()
