from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel


class ModelExportOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["ModelExportOutcomeNodeNode", "ModelExportOutcomeNodeModelExport"],
            Field(discriminator="typename__"),
        ]
    ]


class ModelExportOutcomeNodeNode(BaseModel):
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


class ModelExportOutcomeNodeModelExport(BaseModel):
    typename__: Literal["ModelExport"] = Field(alias="__typename")
    id: str
    artifact: Optional["ModelExportOutcomeNodeModelExportArtifact"]


class ModelExportOutcomeNodeModelExportArtifact(BaseModel):
    url: str
    sha_256: str = Field(alias="sha256")
    bytes_: float = Field(alias="bytes")


ModelExportOutcome.model_rebuild()
ModelExportOutcomeNodeModelExport.model_rebuild()
