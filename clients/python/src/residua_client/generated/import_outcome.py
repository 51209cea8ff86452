from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import (  # noqa: F401
    ImportFindings,
    ImportFindingsDataset,
    ImportFindingsFailure,
    ImportFindingsProblems,
    ImportFindingsSkipped,
    ImportFindingsSummary,
    ImportFindingsWarnings,
)


class ImportOutcome(BaseModel):
    node: Optional[
        Annotated[
            Union["ImportOutcomeNodeNode", "ImportOutcomeNodeDatasetImport"],
            Field(discriminator="typename__"),
        ]
    ]


class ImportOutcomeNodeNode(BaseModel):
    typename__: Literal[
        "BlockAnnotation",
        "BoxAnnotation",
        "Dataset",
        "DatasetExport",
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


class ImportOutcomeNodeDatasetImport(ImportFindings):
    typename__: Literal["DatasetImport"] = Field(alias="__typename")
    id: str


ImportOutcome.model_rebuild()
