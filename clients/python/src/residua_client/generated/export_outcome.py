from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel


class ExportOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["ExportOutcomeNodeNode", "ExportOutcomeNodeDatasetExport"],
            Field(discriminator="typename__"),
        ]
    ]


class ExportOutcomeNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
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


class ExportOutcomeNodeDatasetExport(BaseModel):
    typename__: Literal["DatasetExport"] = Field(alias="__typename")
    id: str
    images: int
    images_left_out: int = Field(alias="imagesLeftOut")
    artifact: Optional["ExportOutcomeNodeDatasetExportArtifact"]


class ExportOutcomeNodeDatasetExportArtifact(BaseModel):
    url: str
    sha_256: str = Field(alias="sha256")
    bytes_: float = Field(alias="bytes")


ExportOutcome.model_rebuild()
ExportOutcomeNodeDatasetExport.model_rebuild()
