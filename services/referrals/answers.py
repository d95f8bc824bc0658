"""Turn what the domain raises into the errors that cross the service's border."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chassis.errors import Conflict, Invalid, NotFound, PreconditionFailed
from contracts.problems import PROBLEMS
from services.referrals.errors import DomainError, NotAllowed


@contextmanager
def domain_errors() -> Iterator[None]:
    """Raise :class:`Conflict` for what the state does not allow, and :class:`Invalid` for what is wrong in itself."""
    try:
        yield
    except NotAllowed as error:
        raise Conflict(error.detail, _problems(error)) from error
    except DomainError as error:
        raise Invalid("The request is not valid.", _problems(error)) from error


def conflict(code: str, field: str = "") -> Conflict:
    """Return a conflict by the code of its problem."""
    sentence = PROBLEMS[code].en
    return Conflict(sentence, [{"field": field, "code": code, "message": sentence}])


def not_found(record: str) -> NotFound:
    """Return the error for a record that does not exist, or not within the caller's reach: nobody can tell which."""
    return NotFound(f"There is no such {record}.")


def require_version(if_version: int | None, version: int) -> None:
    """Raise :class:`PreconditionFailed` where the caller looked at another version than there is."""
    if if_version is not None and if_version != version:
        sentence = PROBLEMS["changed_meanwhile"].en
        raise PreconditionFailed(sentence, [{"field": "version", "code": "changed_meanwhile", "message": sentence}])


def _problems(error: DomainError) -> list[dict[str, Any]]:
    return [{"field": error.field, "code": error.code, "message": error.detail}]
