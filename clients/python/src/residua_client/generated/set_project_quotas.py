from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class SetProjectQuotas(BaseModel):
    set_project_quotas: "SetProjectQuotasSetProjectQuotas" = Field(
        alias="setProjectQuotas"
    )


class SetProjectQuotasSetProjectQuotas(BaseModel):
    user_errors: list["SetProjectQuotasSetProjectQuotasUserErrors"] = Field(
        alias="userErrors"
    )


SetProjectQuotasSetProjectQuotasUserErrors = Problem
SetProjectQuotas.model_rebuild()
SetProjectQuotasSetProjectQuotas.model_rebuild()
