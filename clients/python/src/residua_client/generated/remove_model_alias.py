from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class RemoveModelAlias(BaseModel):
    remove_model_alias: "RemoveModelAliasRemoveModelAlias" = Field(
        alias="removeModelAlias"
    )


class RemoveModelAliasRemoveModelAlias(BaseModel):
    user_errors: list["RemoveModelAliasRemoveModelAliasUserErrors"] = Field(
        alias="userErrors"
    )


RemoveModelAliasRemoveModelAliasUserErrors = Problem
RemoveModelAlias.model_rebuild()
RemoveModelAliasRemoveModelAlias.model_rebuild()
