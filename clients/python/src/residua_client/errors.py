"""What can go wrong, beside the errors of the generated client: those of a request as a whole."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from .generated.fragments import Problem


class RefusedError(Exception):
    """What was asked for cannot be done. Carries every problem, not the first alone."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(_line(problem) for problem in problems))

    @property
    def code(self) -> str:
        """Of the first problem, e.g. ``NOT_FOUND``."""
        return self.problems[0].code.value


class JobFailedError(RefusedError):
    """A job that was waited for failed, or was cancelled: then it has no problem."""

    def __init__(self, job_id: str, state: str, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.job_id = job_id
        self.state = state

    def __str__(self) -> str:
        return f"the job {self.job_id} ended as {self.state}" + "".join(f"\n{_line(each)}" for each in self.problems)


class UnreachableError(Exception):
    """No server answers, or it stays away while a job is followed."""


class _Payload(Protocol):
    @property
    def user_errors(self) -> Sequence[Problem]: ...


Payload = TypeVar("Payload", bound=_Payload)


def accepted(payload: Payload) -> Payload:
    """The payload of a mutation.

    :raises RefusedError: when it has ``user_errors``; nothing was done then.
    """
    if payload.user_errors:
        raise RefusedError(payload.user_errors)
    return payload


def _line(problem: Problem) -> str:
    item = f" ({problem.item})" if problem.item else ""
    return f"{problem.code.value}{item}: {problem.message}"
