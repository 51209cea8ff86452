from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import ListedImage


class DatasetImages(BaseModel):
    node: Optional[
        Annotated[
            Union["DatasetImagesNodeNode", "DatasetImagesNodeDataset"],
            Field(discriminator="typename__"),
        ]
    ]


class DatasetImagesNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
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


class DatasetImagesNodeDataset(BaseModel):
    typename__: Literal["Dataset"] = Field(alias="__typename")
    id: str
    images: "DatasetImagesNodeDatasetImages"


class DatasetImagesNodeDatasetImages(BaseModel):
    nodes: list["DatasetImagesNodeDatasetImagesNodes"]
    page_info: "DatasetImagesNodeDatasetImagesPageInfo" = Field(alias="pageInfo")


DatasetImagesNodeDatasetImagesNodes = ListedImage


class DatasetImagesNodeDatasetImagesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


DatasetImages.model_rebuild()
DatasetImagesNodeDataset.model_rebuild()
DatasetImagesNodeDatasetImages.model_rebuild()
