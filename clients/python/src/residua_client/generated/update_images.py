from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class UpdateImages(BaseModel):
    update_images: "UpdateImagesUpdateImages" = Field(alias="updateImages")


class UpdateImagesUpdateImages(BaseModel):
    images: list["UpdateImagesUpdateImagesImages"]
    user_errors: list["UpdateImagesUpdateImagesUserErrors"] = Field(alias="userErrors")


class UpdateImagesUpdateImagesImages(BaseModel):
    id: str


UpdateImagesUpdateImagesUserErrors = Problem
UpdateImages.model_rebuild()
UpdateImagesUpdateImages.model_rebuild()
