"""Hold what the domain raises; the service turns each into an error that crosses its border."""

from __future__ import annotations

from contracts.problems import PROBLEMS


class DomainError(Exception):
    """Say that a rule of the domain is broken: by a code of :data:`contracts.problems.PROBLEMS`, and in which field.

    ``detail`` is one sentence without personal data.
    """

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        """Take the code, the field that is at fault, and a sentence where there is a better one than the code's."""
        super().__init__(code, field, detail)
        self.code = code
        self.field = field
        self.detail = detail or PROBLEMS[code].en


class NotValid(DomainError):
    """Say that a value is wrong in itself, whatever the state."""


class NotAllowed(DomainError):
    """Say that the present state does not allow it."""


class IllegalTransition(NotAllowed):
    """Say that the table of states has no such move."""

    def __init__(self, record: str, status: str, transition: str) -> None:
        """Take the kind of record, where it stands, and the move that was tried."""
        super().__init__("illegal_transition", "status", f"A {record} that is {status} cannot be {transition}.")
