from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem, Token


class RotateToken(BaseModel):
    rotate_token: "RotateTokenRotateToken" = Field(alias="rotateToken")


class RotateTokenRotateToken(BaseModel):
    token: Optional["RotateTokenRotateTokenToken"]
    secret: Optional[str]
    user_errors: list["RotateTokenRotateTokenUserErrors"] = Field(alias="userErrors")


RotateTokenRotateTokenToken = Token
RotateTokenRotateTokenUserErrors = Problem
RotateToken.model_rebuild()
RotateTokenRotateToken.model_rebuild()
