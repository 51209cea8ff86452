"""Client of a Residua server.

Every operation of ``generated`` is a typed coroutine of :class:`ResiduaClient`; beside them it sends files and follows jobs.
"""

from .client import JobEvent, ResiduaClient
from .errors import JobFailedError, RefusedError, UnreachableError, accepted
from .generated import *  # noqa: F403
from .generated.exceptions import GraphQLClientError, GraphQLClientGraphQLMultiError

__all__ = [
    "GraphQLClientError",
    "GraphQLClientGraphQLMultiError",
    "JobEvent",
    "JobFailedError",
    "RefusedError",
    "ResiduaClient",
    "UnreachableError",
    "accepted",
]
