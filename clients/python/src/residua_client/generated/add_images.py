from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class AddImages(BaseModel):
    add_images: "AddImagesAddImages" = Field(alias="addImages")


class AddImagesAddImages(BaseModel):
    images: list["AddImagesAddImagesImages"]
    user_errors: list["AddImagesAddImagesUserErrors"] = Field(alias="userErrors")


class AddImagesAddImagesImages(BaseModel):
    id: str
    filename: str


AddImagesAddImagesUserErrors = Problem
AddImages.model_rebuild()
AddImagesAddImages.model_rebuild()
