from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem, Token


class RevokeToken(BaseModel):
    revoke_token: "RevokeTokenRevokeToken" = Field(alias="revokeToken")


class RevokeTokenRevokeToken(BaseModel):
    token: Optional["RevokeTokenRevokeTokenToken"]
    user_errors: list["RevokeTokenRevokeTokenUserErrors"] = Field(alias="userErrors")


RevokeTokenRevokeTokenToken = Token
RevokeTokenRevokeTokenUserErrors = Problem
RevokeToken.model_rebuild()
RevokeTokenRevokeToken.model_rebuild()
