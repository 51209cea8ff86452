from typing import Optional

from .base_model import BaseModel
from .fragments import ModelVersionInfo


class LatestModelVersion(BaseModel):
    model: Optional["LatestModelVersionModel"]


class LatestModelVersionModel(BaseModel):
    versions: "LatestModelVersionModelVersions"


class LatestModelVersionModelVersions(BaseModel):
    nodes: list["LatestModelVersionModelVersionsNodes"]


LatestModelVersionModelVersionsNodes = ModelVersionInfo
LatestModelVersion.model_rebuild()
LatestModelVersionModel.model_rebuild()
LatestModelVersionModelVersions.model_rebuild()
