from typing import Optional

from .base_model import BaseModel


class ModelByName(BaseModel):
    model: Optional["ModelByNameModel"]


class ModelByNameModel(BaseModel):
    id: str


ModelByName.model_rebuild()
