from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import Supervision


class ModelVersions(BaseModel):
    model: Optional["ModelVersionsModel"]


class ModelVersionsModel(BaseModel):
    id: str
    versions: "ModelVersionsModelVersions"


class ModelVersionsModelVersions(BaseModel):
    nodes: list["ModelVersionsModelVersionsNodes"]
    page_info: "ModelVersionsModelVersionsPageInfo" = Field(alias="pageInfo")


class ModelVersionsModelVersionsNodes(BaseModel):
    id: str
    version: int
    aliases: list[str]
    created_at: datetime = Field(alias="createdAt")
    supervision: Supervision
    image_threshold: Optional[float] = Field(alias="imageThreshold")
    training_run: "ModelVersionsModelVersionsNodesTrainingRun" = Field(
        alias="trainingRun"
    )
    snapshot: "ModelVersionsModelVersionsNodesSnapshot"


class ModelVersionsModelVersionsNodesTrainingRun(BaseModel):
    detector: "ModelVersionsModelVersionsNodesTrainingRunDetector"


class ModelVersionsModelVersionsNodesTrainingRunDetector(BaseModel):
    name: str


class ModelVersionsModelVersionsNodesSnapshot(BaseModel):
    dataset: "ModelVersionsModelVersionsNodesSnapshotDataset"


class ModelVersionsModelVersionsNodesSnapshotDataset(BaseModel):
    name: str


class ModelVersionsModelVersionsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ModelVersions.model_rebuild()
ModelVersionsModel.model_rebuild()
ModelVersionsModelVersions.model_rebuild()
ModelVersionsModelVersionsNodes.model_rebuild()
ModelVersionsModelVersionsNodesTrainingRun.model_rebuild()
ModelVersionsModelVersionsNodesSnapshot.model_rebuild()
