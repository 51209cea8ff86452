from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Token


class Tokens(BaseModel):
    tokens: "TokensTokens"


class TokensTokens(BaseModel):
    nodes: list["TokensTokensNodes"]
    page_info: "TokensTokensPageInfo" = Field(alias="pageInfo")


TokensTokensNodes = Token


class TokensTokensPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Tokens.model_rebuild()
TokensTokens.model_rebuild()
