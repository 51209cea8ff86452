from pydantic import Field

from .base_model import BaseModel
from .enums import AnnotationKind, Supervision
from .fragments import Metrics, ModelVersionInfo


class Leaderboard(BaseModel):
    leaderboard: list["LeaderboardLeaderboard"]


class LeaderboardLeaderboard(BaseModel):
    model_version: "LeaderboardLeaderboardModelVersion" = Field(alias="modelVersion")
    supervision: Supervision
    label_cost: list["LeaderboardLeaderboardLabelCost"] = Field(alias="labelCost")
    metrics: "LeaderboardLeaderboardMetrics"


LeaderboardLeaderboardModelVersion = ModelVersionInfo


class LeaderboardLeaderboardLabelCost(BaseModel):
    kind: AnnotationKind
    images: int
    active_seconds: float = Field(alias="activeSeconds")


LeaderboardLeaderboardMetrics = Metrics
Leaderboard.model_rebuild()
LeaderboardLeaderboard.model_rebuild()
