from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import ListedEvaluation


class VersionEvaluations(BaseModel):
    node: Optional[
        Annotated[
            Union["VersionEvaluationsNodeNode", "VersionEvaluationsNodeModelVersion"],
            Field(discriminator="typename__"),
        ]
    ]


class VersionEvaluationsNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
        "DatasetExport",
        "DatasetImport",
        "DatasetPrediction",
        "Evaluation",
        "Image",
        "LabelSession",
        "LoggedPrediction",
        "Model",
        "ModelExport",
        "ModelImport",
        "MonitoringAlert",
        "Node",
        "PixelAnnotation",
        "Project",
        "RetrainingProposal",
        "Snapshot",
        "Study",
        "StudyTrial",
        "Sweep",
        "TrainingRun",
        "Upload",
    ] = Field(alias="__typename")


class VersionEvaluationsNodeModelVersion(BaseModel):
    typename__: Literal["ModelVersion"] = Field(alias="__typename")
    id: str
    evaluations: "VersionEvaluationsNodeModelVersionEvaluations"


class VersionEvaluationsNodeModelVersionEvaluations(BaseModel):
    nodes: list["VersionEvaluationsNodeModelVersionEvaluationsNodes"]
    page_info: "VersionEvaluationsNodeModelVersionEvaluationsPageInfo" = Field(
        alias="pageInfo"
    )


VersionEvaluationsNodeModelVersionEvaluationsNodes = ListedEvaluation


class VersionEvaluationsNodeModelVersionEvaluationsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


VersionEvaluations.model_rebuild()
VersionEvaluationsNodeModelVersion.model_rebuild()
VersionEvaluationsNodeModelVersionEvaluations.model_rebuild()
