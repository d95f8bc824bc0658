"""Hold the one error tree of Tashbik.

::

    TashbikError
    ├── Invalid            422  the request is understood and wrong; ``problems`` says which field and why
    ├── Unauthenticated    401  nobody we know is calling
    ├── Forbidden          403  we know the caller, and it may not
    ├── NotFound           404  there is no such thing within the caller's reach
    ├── Conflict           409  the state does not allow it (an illegal move, a duplicate, a lost race)
    ├── PreconditionFailed 412  the caller's version is not the current one
    ├── TooMany            429  a limit of rate, size or flight is reached; ``retry_after`` seconds
    └── Unavailable        503  a part we need does not answer in time; the same call may be made again

Every error carries positional, JSON-safe arguments ``(detail, problems)``, since Nameko rebuilds a remote exception
from those. ``detail`` is one sentence for a person, without personal data. ``problems`` is a list of
``{"field": …, "code": …, "message": …}``. ``code`` of the class is stable and machine-readable; the gateway's table
maps it to HTTP.
"""

from __future__ import annotations

from typing import Any, ClassVar


class TashbikError(Exception):
    """Be the root of all errors that may cross a service's border."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "", problems: list[dict[str, Any]] | None = None) -> None:
        """Take a sentence and, where it helps, the fields that are at fault."""
        super().__init__(detail, problems or [])
        self.detail = detail
        self.problems = problems or []

    def __str__(self) -> str:
        """Return the sentence."""
        return self.detail or self.code


class Invalid(TashbikError):
    """Say that a request is wrong in itself."""

    code = "invalid"


class Unauthenticated(TashbikError):
    """Say that the caller is not known."""

    code = "unauthenticated"


class Forbidden(TashbikError):
    """Say that the caller is known and may not."""

    code = "forbidden"


class NotFound(TashbikError):
    """Say that there is no such record within the caller's reach."""

    code = "not_found"


class Conflict(TashbikError):
    """Say that the present state does not allow it."""

    code = "conflict"


class PreconditionFailed(TashbikError):
    """Say that the caller looked at another version."""

    code = "precondition_failed"


class TooMany(TashbikError):
    """Say that a limit is reached; the same call may be made later."""

    code = "too_many"


class Unavailable(TashbikError):
    """Say that a part did not answer in time; a call with the same idempotency key is safe to repeat."""

    code = "unavailable"


ERRORS: dict[str, type[TashbikError]] = {
    kind.code: kind
    for kind in (Invalid, Unauthenticated, Forbidden, NotFound, Conflict, PreconditionFailed, TooMany, Unavailable)
}


def to_wire(error: TashbikError) -> dict[str, Any]:
    """Return the error as JSON types: ``{"code", "detail", "problems"}``."""
    return {"code": error.code, "detail": error.detail, "problems": error.problems}


def from_wire(wire: dict[str, Any]) -> TashbikError:
    """Rebuild an error from :func:`to_wire`'s shape; an unknown code becomes the root class."""
    return ERRORS.get(wire.get("code", ""), TashbikError)(wire.get("detail", ""), wire.get("problems", []))
