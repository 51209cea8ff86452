from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Thresholds


class VersionThresholds(BaseModel):
    model_version: Optional["VersionThresholdsModelVersion"] = Field(
        alias="modelVersion"
    )


VersionThresholdsModelVersion = Thresholds
VersionThresholds.model_rebuild()
