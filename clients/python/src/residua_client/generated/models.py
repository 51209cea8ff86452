from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Models(BaseModel):
    models: "ModelsModels"


class ModelsModels(BaseModel):
    nodes: list["ModelsModelsNodes"]
    page_info: "ModelsModelsPageInfo" = Field(alias="pageInfo")


class ModelsModelsNodes(BaseModel):
    name: str


class ModelsModelsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Models.model_rebuild()
ModelsModels.model_rebuild()
