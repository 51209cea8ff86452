from pydantic import Field

from .base_model import BaseModel


class ServerInfo(BaseModel):
    server: "ServerInfoServer"


class ServerInfoServer(BaseModel):
    version: str
    plugin_api_version: int = Field(alias="pluginApiVersion")
    compute_backend: str = Field(alias="computeBackend")
    database: str


ServerInfo.model_rebuild()
