from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import PluginKind
from .fragments import Problem


class Plugins(BaseModel):
    plugins: list["PluginsPlugins"]


class PluginsPlugins(BaseModel):
    name: str
    kind: Optional[PluginKind]
    version: Optional[str]
    title: str
    description: str
    reference: Optional[str]
    params_schema: dict = Field(alias="paramsSchema")
    available: bool
    problem: Optional["PluginsPluginsProblem"]


PluginsPluginsProblem = Problem
Plugins.model_rebuild()
PluginsPlugins.model_rebuild()
