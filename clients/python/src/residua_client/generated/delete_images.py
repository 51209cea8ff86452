from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DeleteImages(BaseModel):
    delete_images: "DeleteImagesDeleteImages" = Field(alias="deleteImages")


class DeleteImagesDeleteImages(BaseModel):
    deleted_ids: list[str] = Field(alias="deletedIds")
    kept_in_snapshots: int = Field(alias="keptInSnapshots")
    user_errors: list["DeleteImagesDeleteImagesUserErrors"] = Field(alias="userErrors")


DeleteImagesDeleteImagesUserErrors = Problem
DeleteImages.model_rebuild()
DeleteImagesDeleteImages.model_rebuild()
