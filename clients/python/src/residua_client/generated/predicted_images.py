from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import PredictedImage


class PredictedImages(BaseModel):
    node: Optional[
        Annotated[
            Union["PredictedImagesNodeNode", "PredictedImagesNodeDatasetPrediction"],
            Field(discriminator="typename__"),
        ]
    ]


class PredictedImagesNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
        "DatasetExport",
        "DatasetImport",
        "Evaluation",
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


class PredictedImagesNodeDatasetPrediction(BaseModel):
    typename__: Literal["DatasetPrediction"] = Field(alias="__typename")
    id: str
    images: "PredictedImagesNodeDatasetPredictionImages"


class PredictedImagesNodeDatasetPredictionImages(BaseModel):
    nodes: list["PredictedImagesNodeDatasetPredictionImagesNodes"]
    page_info: "PredictedImagesNodeDatasetPredictionImagesPageInfo" = Field(
        alias="pageInfo"
    )


PredictedImagesNodeDatasetPredictionImagesNodes = PredictedImage


class PredictedImagesNodeDatasetPredictionImagesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


PredictedImages.model_rebuild()
PredictedImagesNodeDatasetPrediction.model_rebuild()
PredictedImagesNodeDatasetPredictionImages.model_rebuild()
