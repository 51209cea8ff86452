from pydantic import Field

from .base_model import BaseModel
from .enums import Split
from .fragments import Problem


class SplitDataset(BaseModel):
    split_dataset: "SplitDatasetSplitDataset" = Field(alias="splitDataset")


class SplitDatasetSplitDataset(BaseModel):
    changed: int
    groups: int
    splits: list["SplitDatasetSplitDatasetSplits"]
    warnings: list["SplitDatasetSplitDatasetWarnings"]
    user_errors: list["SplitDatasetSplitDatasetUserErrors"] = Field(alias="userErrors")


class SplitDatasetSplitDatasetSplits(BaseModel):
    split: Split
    images: int
    normal: int
    anomalous: int
    unlabelled: int


SplitDatasetSplitDatasetWarnings = Problem
SplitDatasetSplitDatasetUserErrors = Problem
SplitDataset.model_rebuild()
SplitDatasetSplitDataset.model_rebuild()
