from .base_model import BaseModel


class ServerLimits(BaseModel):
    server: "ServerLimitsServer"


class ServerLimitsServer(BaseModel):
    limits: dict


ServerLimits.model_rebuild()
