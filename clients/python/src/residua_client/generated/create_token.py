from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem, Token


class CreateToken(BaseModel):
    create_token: "CreateTokenCreateToken" = Field(alias="createToken")


class CreateTokenCreateToken(BaseModel):
    token: Optional["CreateTokenCreateTokenToken"]
    secret: Optional[str]
    user_errors: list["CreateTokenCreateTokenUserErrors"] = Field(alias="userErrors")


CreateTokenCreateTokenToken = Token
CreateTokenCreateTokenUserErrors = Problem
CreateToken.model_rebuild()
CreateTokenCreateToken.model_rebuild()
