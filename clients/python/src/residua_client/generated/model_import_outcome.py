from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import ModelVersionInfo


class ModelImportOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["ModelImportOutcomeNodeNode", "ModelImportOutcomeNodeModelImport"],
            Field(discriminator="typename__"),
        ]
    ]


class ModelImportOutcomeNodeNode(BaseModel):
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


class ModelImportOutcomeNodeModelImport(BaseModel):
    typename__: Literal["ModelImport"] = Field(alias="__typename")
    id: str
    model_version: Optional["ModelImportOutcomeNodeModelImportModelVersion"] = Field(
        alias="modelVersion"
    )


ModelImportOutcomeNodeModelImportModelVersion = ModelVersionInfo
ModelImportOutcome.model_rebuild()
ModelImportOutcomeNodeModelImport.model_rebuild()
