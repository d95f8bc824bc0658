"""Check values with marshmallow's validators, and say what is wrong by a code of :data:`contracts.problems.PROBLEMS`.

Each behaves as marshmallow's validator of its name, and so documents itself in OpenAPI; but its message is
``{"code", "message"}``, from which an error's ``problems`` are made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from contracts.problems import PROBLEMS
from contracts.text import seen

SHOWN = r"(?s).*[^\s\u200c\u200d]"
"""Match a text that shows something: more than blanks and joiners."""


def said(code: str) -> dict[str, str]:
    """Return a problem as a message of marshmallow's: its code and its English sentence."""
    return {"code": code, "message": PROBLEMS[code].en}


def in_calendar(moment: datetime) -> None:
    """Refuse a moment that lies, by UTC, beyond the years 1 to 9999: by its offset it may."""
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(said("out_of_range")) from error


class _Coded:
    """Answer with a code instead of a sentence."""

    def __init__(self, code: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.problem = said(code)

    def __call__(self, value: Any) -> Any:
        try:
            return super().__call__(value)  # type: ignore[misc]
        except ValidationError as error:
            raise ValidationError(self.problem) from error


class Length(_Coded, validate.Length):
    """Check a length."""


class Range(_Coded, validate.Range):
    """Check a number."""


class OneOf(_Coded, validate.OneOf):
    """Check for one of several choices."""


class Regexp(_Coded, validate.Regexp):
    """Check the form of a text."""


class Text(fields.String):
    """Read a text as it is kept: without what nobody sees (:func:`contracts.text.seen`)."""

    def _deserialize(self, *args: Any, **options: Any) -> Any:
        return seen(super()._deserialize(*args, **options))


FAULTS: dict[str, Any] = {
    "required": said("required"),
    "null": said("required"),
    "invalid": said("wrong_type"),
    "invalid_utf8": said("wrong_type"),
    "too_large": said("out_of_range"),
    "special": said("wrong_type"),
    "type": said("wrong_type"),
    "unknown": said("unknown_field"),
}
"""What a field or a schema says of a value that it cannot read: its ``error_messages``."""
