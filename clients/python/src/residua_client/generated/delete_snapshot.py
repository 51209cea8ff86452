from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DeleteSnapshot(BaseModel):
    delete_snapshot: "DeleteSnapshotDeleteSnapshot" = Field(alias="deleteSnapshot")


class DeleteSnapshotDeleteSnapshot(BaseModel):
    user_errors: list["DeleteSnapshotDeleteSnapshotUserErrors"] = Field(
        alias="userErrors"
    )


DeleteSnapshotDeleteSnapshotUserErrors = Problem
DeleteSnapshot.model_rebuild()
DeleteSnapshotDeleteSnapshot.model_rebuild()
