from typing import Optional

from .base_model import BaseModel
from .fragments import DatasetInfo


class DatasetByName(BaseModel):
    dataset: Optional["DatasetByNameDataset"]


DatasetByNameDataset = DatasetInfo
DatasetByName.model_rebuild()
