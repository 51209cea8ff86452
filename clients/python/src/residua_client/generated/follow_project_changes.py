from pydantic import Field

from .base_model import BaseModel
from .fragments import Change


class FollowProjectChanges(BaseModel):
    project_changes: "FollowProjectChangesProjectChanges" = Field(
        alias="projectChanges"
    )


FollowProjectChangesProjectChanges = Change
FollowProjectChanges.model_rebuild()
