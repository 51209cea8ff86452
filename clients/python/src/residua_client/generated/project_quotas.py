from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class ProjectQuotas(BaseModel):
    project: Optional["ProjectQuotasProject"]


class ProjectQuotasProject(BaseModel):
    id: str
    usage: "ProjectQuotasProjectUsage"
    quotas: "ProjectQuotasProjectQuotas"


class ProjectQuotasProjectUsage(BaseModel):
    bytes_: float = Field(alias="bytes")
    images: int
    predictions_per_minute: int = Field(alias="predictionsPerMinute")
    training_minutes: float = Field(alias="trainingMinutes")


class ProjectQuotasProjectQuotas(BaseModel):
    bytes_: Optional[float] = Field(alias="bytes")
    images: Optional[int]
    predictions_per_minute: Optional[int] = Field(alias="predictionsPerMinute")
    training_minutes: Optional[int] = Field(alias="trainingMinutes")


ProjectQuotas.model_rebuild()
ProjectQuotasProject.model_rebuild()
