from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class SaveBoxAnnotations(BaseModel):
    save_box_annotations: "SaveBoxAnnotationsSaveBoxAnnotations" = Field(
        alias="saveBoxAnnotations"
    )


class SaveBoxAnnotationsSaveBoxAnnotations(BaseModel):
    saved: int
    warnings: list["SaveBoxAnnotationsSaveBoxAnnotationsWarnings"]
    user_errors: list["SaveBoxAnnotationsSaveBoxAnnotationsUserErrors"] = Field(
        alias="userErrors"
    )


SaveBoxAnnotationsSaveBoxAnnotationsWarnings = Problem
SaveBoxAnnotationsSaveBoxAnnotationsUserErrors = Problem
SaveBoxAnnotations.model_rebuild()
SaveBoxAnnotationsSaveBoxAnnotations.model_rebuild()
