from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import EvaluatedImage


class EvaluatedImages(BaseModel):
    node: Optional[
        Annotated[
            Union["EvaluatedImagesNodeNode", "EvaluatedImagesNodeEvaluation"],
            Field(discriminator="typename__"),
        ]
    ]


class EvaluatedImagesNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
        "DatasetExport",
        "DatasetImport",
        "DatasetPrediction",
        "Image",
        "LabelSession",
        "LoggedPrediction",
        "Model",
        "ModelExport",
        "ModelImport",
        "ModelVersion",
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


class EvaluatedImagesNodeEvaluation(BaseModel):
    typename__: Literal["Evaluation"] = Field(alias="__typename")
    id: str
    images: "EvaluatedImagesNodeEvaluationImages"


class EvaluatedImagesNodeEvaluationImages(BaseModel):
    nodes: list["EvaluatedImagesNodeEvaluationImagesNodes"]
    page_info: "EvaluatedImagesNodeEvaluationImagesPageInfo" = Field(alias="pageInfo")


EvaluatedImagesNodeEvaluationImagesNodes = EvaluatedImage


class EvaluatedImagesNodeEvaluationImagesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


EvaluatedImages.model_rebuild()
EvaluatedImagesNodeEvaluation.model_rebuild()
EvaluatedImagesNodeEvaluationImages.model_rebuild()
