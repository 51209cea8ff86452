from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class CreateSnapshot(BaseModel):
    create_snapshot: "CreateSnapshotCreateSnapshot" = Field(alias="createSnapshot")


class CreateSnapshotCreateSnapshot(BaseModel):
    snapshot: Optional["CreateSnapshotCreateSnapshotSnapshot"]
    user_errors: list["CreateSnapshotCreateSnapshotUserErrors"] = Field(
        alias="userErrors"
    )


class CreateSnapshotCreateSnapshotSnapshot(BaseModel):
    id: str
    digest: str
    counts: "CreateSnapshotCreateSnapshotSnapshotCounts"


class CreateSnapshotCreateSnapshotSnapshotCounts(BaseModel):
    images: int
    normal: int
    anomalous: int
    train: int
    test: int


CreateSnapshotCreateSnapshotUserErrors = Problem
CreateSnapshot.model_rebuild()
CreateSnapshotCreateSnapshot.model_rebuild()
CreateSnapshotCreateSnapshotSnapshot.model_rebuild()
