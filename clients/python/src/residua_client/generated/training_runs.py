from datetime import datetime
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import JobState, Supervision
from .fragments import ModelVersionInfo, Problem


class TrainingRuns(BaseModel):
    jobs: "TrainingRunsJobs"


class TrainingRunsJobs(BaseModel):
    nodes: list[
        Annotated[
            Union["TrainingRunsJobsNodesJob", "TrainingRunsJobsNodesTrainingRun"],
            Field(discriminator="typename__"),
        ]
    ]
    page_info: "TrainingRunsJobsPageInfo" = Field(alias="pageInfo")


class TrainingRunsJobsNodesJob(BaseModel):
    typename__: Literal[
        "DatasetExport",
        "DatasetImport",
        "DatasetPrediction",
        "Evaluation",
        "Job",
        "ModelExport",
        "ModelImport",
    ] = Field(alias="__typename")
    id: str
    state: JobState
    created_at: datetime = Field(alias="createdAt")
    progress: float
    failure: Optional["TrainingRunsJobsNodesJobFailure"]


TrainingRunsJobsNodesJobFailure = Problem


class TrainingRunsJobsNodesTrainingRun(BaseModel):
    typename__: Literal["TrainingRun"] = Field(alias="__typename")
    id: str
    state: JobState
    created_at: datetime = Field(alias="createdAt")
    progress: float
    failure: Optional["TrainingRunsJobsNodesTrainingRunFailure"]
    supervision: Supervision
    preset: Optional[str]
    detector: "TrainingRunsJobsNodesTrainingRunDetector"
    model_version: Optional["TrainingRunsJobsNodesTrainingRunModelVersion"] = Field(
        alias="modelVersion"
    )
    snapshot: "TrainingRunsJobsNodesTrainingRunSnapshot"


TrainingRunsJobsNodesTrainingRunFailure = Problem


class TrainingRunsJobsNodesTrainingRunDetector(BaseModel):
    name: str


TrainingRunsJobsNodesTrainingRunModelVersion = ModelVersionInfo


class TrainingRunsJobsNodesTrainingRunSnapshot(BaseModel):
    dataset: "TrainingRunsJobsNodesTrainingRunSnapshotDataset"


class TrainingRunsJobsNodesTrainingRunSnapshotDataset(BaseModel):
    name: str


class TrainingRunsJobsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


TrainingRuns.model_rebuild()
TrainingRunsJobs.model_rebuild()
TrainingRunsJobsNodesJob.model_rebuild()
TrainingRunsJobsNodesTrainingRun.model_rebuild()
TrainingRunsJobsNodesTrainingRunSnapshot.model_rebuild()
