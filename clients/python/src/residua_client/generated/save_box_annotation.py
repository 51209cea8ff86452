from typing import Literal, Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class SaveBoxAnnotation(BaseModel):
    save_box_annotation: "SaveBoxAnnotationSaveBoxAnnotation" = Field(
        alias="saveBoxAnnotation"
    )


class SaveBoxAnnotationSaveBoxAnnotation(BaseModel):
    annotation: Optional["SaveBoxAnnotationSaveBoxAnnotationAnnotation"]
    warnings: list["SaveBoxAnnotationSaveBoxAnnotationWarnings"]
    user_errors: list["SaveBoxAnnotationSaveBoxAnnotationUserErrors"] = Field(
        alias="userErrors"
    )


class SaveBoxAnnotationSaveBoxAnnotationAnnotation(BaseModel):
    typename__: Literal[
        "Annotation", "BlockAnnotation", "BoxAnnotation", "PixelAnnotation"
    ] = Field(alias="__typename")
    revision: int


SaveBoxAnnotationSaveBoxAnnotationWarnings = Problem
SaveBoxAnnotationSaveBoxAnnotationUserErrors = Problem
SaveBoxAnnotation.model_rebuild()
SaveBoxAnnotationSaveBoxAnnotation.model_rebuild()
