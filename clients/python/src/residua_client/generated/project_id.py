from typing import Optional

from .base_model import BaseModel


class ProjectId(BaseModel):
    project: Optional["ProjectIdProject"]


class ProjectIdProject(BaseModel):
    id: str


ProjectId.model_rebuild()
