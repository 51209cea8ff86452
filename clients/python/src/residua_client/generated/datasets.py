from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Datasets(BaseModel):
    datasets: "DatasetsDatasets"


class DatasetsDatasets(BaseModel):
    nodes: list["DatasetsDatasetsNodes"]
    page_info: "DatasetsDatasetsPageInfo" = Field(alias="pageInfo")


class DatasetsDatasetsNodes(BaseModel):
    id: str
    name: str
    created_at: datetime = Field(alias="createdAt")
    counts: "DatasetsDatasetsNodesCounts"


class DatasetsDatasetsNodesCounts(BaseModel):
    images: int
    normal: int
    anomalous: int
    unlabelled: int
    train: int
    validation: int
    test: int


class DatasetsDatasetsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Datasets.model_rebuild()
DatasetsDatasets.model_rebuild()
DatasetsDatasetsNodes.model_rebuild()
