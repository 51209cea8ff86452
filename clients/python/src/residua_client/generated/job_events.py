from datetime import datetime
from typing import Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import JobState, LogLevel


class JobEvents(BaseModel):
    job_events: Union[
        "JobEventsJobEventsJobEvent",
        "JobEventsJobEventsCheckpointSaved",
        "JobEventsJobEventsLogWritten",
        "JobEventsJobEventsMetricsReported",
        "JobEventsJobEventsStateChanged",
    ] = Field(alias="jobEvents", discriminator="typename__")


class JobEventsJobEventsJobEvent(BaseModel):
    typename__: Literal["JobEvent"] = Field(alias="__typename")
    cursor: str
    seq: int
    at: datetime
    attempt: int


class JobEventsJobEventsCheckpointSaved(BaseModel):
    typename__: Literal["CheckpointSaved"] = Field(alias="__typename")
    cursor: str
    seq: int
    at: datetime
    attempt: int
    step: int


class JobEventsJobEventsLogWritten(BaseModel):
    typename__: Literal["LogWritten"] = Field(alias="__typename")
    cursor: str
    seq: int
    at: datetime
    attempt: int
    level: LogLevel
    message: str


class JobEventsJobEventsMetricsReported(BaseModel):
    typename__: Literal["MetricsReported"] = Field(alias="__typename")
    cursor: str
    seq: int
    at: datetime
    attempt: int
    stage: str
    step: int
    total_steps: int = Field(alias="totalSteps")
    metrics: list["JobEventsJobEventsMetricsReportedMetrics"]
    seconds_per_step: Optional[float] = Field(alias="secondsPerStep")
    eta_seconds: Optional[float] = Field(alias="etaSeconds")


class JobEventsJobEventsMetricsReportedMetrics(BaseModel):
    name: str
    value: float


class JobEventsJobEventsStateChanged(BaseModel):
    typename__: Literal["StateChanged"] = Field(alias="__typename")
    cursor: str
    seq: int
    at: datetime
    attempt: int
    state: JobState


JobEvents.model_rebuild()
JobEventsJobEventsMetricsReported.model_rebuild()
