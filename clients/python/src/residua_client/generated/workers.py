from datetime import datetime

from pydantic import Field

from .base_model import BaseModel
from .enums import Device, JobKind


class Workers(BaseModel):
    server: "WorkersServer"


class WorkersServer(BaseModel):
    workers: list["WorkersServerWorkers"]


class WorkersServerWorkers(BaseModel):
    name: str
    kinds: list[JobKind]
    device: Device
    engine: str
    started_at: datetime = Field(alias="startedAt")
    seen_at: datetime = Field(alias="seenAt")


Workers.model_rebuild()
WorkersServer.model_rebuild()
