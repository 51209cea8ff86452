from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import ModelVersionInfo


class ModelVersion(BaseModel):
    model_version: Optional["ModelVersionModelVersion"] = Field(alias="modelVersion")


ModelVersionModelVersion = ModelVersionInfo
ModelVersion.model_rebuild()
