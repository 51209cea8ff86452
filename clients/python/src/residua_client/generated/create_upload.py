from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class CreateUpload(BaseModel):
    create_upload: "CreateUploadCreateUpload" = Field(alias="createUpload")


class CreateUploadCreateUpload(BaseModel):
    upload: Optional["CreateUploadCreateUploadUpload"]
    user_errors: list["CreateUploadCreateUploadUserErrors"] = Field(alias="userErrors")


class CreateUploadCreateUploadUpload(BaseModel):
    id: str
    url: str
    method: str
    headers: dict


CreateUploadCreateUploadUserErrors = Problem
CreateUpload.model_rebuild()
CreateUploadCreateUpload.model_rebuild()
