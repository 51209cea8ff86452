from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class SetModelAlias(BaseModel):
    set_model_alias: "SetModelAliasSetModelAlias" = Field(alias="setModelAlias")


class SetModelAliasSetModelAlias(BaseModel):
    user_errors: list["SetModelAliasSetModelAliasUserErrors"] = Field(
        alias="userErrors"
    )


SetModelAliasSetModelAliasUserErrors = Problem
SetModelAlias.model_rebuild()
SetModelAliasSetModelAlias.model_rebuild()
