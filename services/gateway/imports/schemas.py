"""Describe the mapping document at the edge; what it means stands in :mod:`services.gateway.imports.mapping`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.errors import Invalid
from services.gateway.imports.mapping import FIELDS

MOST_COLUMNS = 20
MOST_VALUES = 1_000
CHOICES = ("reject", "leave_out")
SCHEME = r"([a-z0-9][a-z0-9._-]{0,39})?\Z"
COUNTRY = r"[A-Z]{2}\Z"

_STEPS = ("key", "value", "_schema")

Scalar = str | int | float | bool | None


class Meaning(fields.Field[Any]):
    """Take what a value stands for: a text, a number, yes or no, nothing, or several texts."""

    default_error_messages = {"invalid": "Give a text, a number, true, false, null, or a list of texts."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, Scalar) for part in parts):
            raise self.make_error("invalid")
        return value


class SourceDocument(Schema):
    """Say where a field comes from: ``column`` (one or several), or ``constant``."""

    column = fields.List(
        fields.String(validate=validate.Length(min=1, max=300)), validate=validate.Length(1, MOST_COLUMNS)
    )
    constant = Meaning()
    join = fields.String(validate=validate.Length(max=20))
    split = fields.String(validate=validate.Length(min=1, max=20))
    values = fields.Dict(
        fields.String(validate=validate.Length(max=1_000)),
        Meaning(allow_none=True),
        validate=validate.Length(max=MOST_VALUES),
    )
    default = Meaning()

    @validates_schema
    def one_of_both(self, source: Mapping[str, Any], **_: Any) -> None:
        """Refuse a source that is both or neither."""
        if ("column" in source) == ("constant" in source):
            raise ValidationError("Give either `column` or `constant`.")


class Source(fields.Field[Any]):
    """Take a column's heading, or a source's document."""

    default_error_messages = {"invalid": "Give a column, or an object with `column` or `constant`."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        if isinstance(value, str) and value:
            return value
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        column = value.get("column")
        return SourceDocument().load({**value, "column": [column]} if isinstance(column, str) else value)


class MappingDocument(Schema):
    """Say which column means which field; the keys of ``fields`` are :data:`FIELDS`."""

    source = fields.String(validate=validate.Regexp(SCHEME))
    sheet = fields.String(validate=validate.Length(max=100))
    country = fields.String(validate=validate.Regexp(COUNTRY))
    unreadable = fields.String(validate=validate.OneOf(CHOICES))
    fields_ = fields.Dict(
        fields.String(validate=validate.OneOf(FIELDS)), Source(), required=True, data_key="fields", attribute="fields"
    )

    @validates_schema
    def names_somebody(self, mapping: Mapping[str, Any], **_: Any) -> None:
        """Refuse a mapping by which no organization gets a name."""
        if "name" not in mapping["fields"]:
            raise ValidationError("Say where the name comes from.", "fields.name")


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping document that was checked; raise :class:`Invalid` with the path of each fault."""
    try:
        loaded: dict[str, Any] = MappingDocument().load(document)
    except ValidationError as error:
        problems = [
            {"field": f"mapping.{path}", "code": "invalid", "message": message}
            for path, message in _leaves(error.messages, "")
        ]
        raise Invalid("The mapping is not one that can be used.", problems) from error
    return loaded


def _leaves(messages: Any, path: str) -> list[tuple[str, str]]:
    """Return every message with its path, without marshmallow's own steps in between."""
    if isinstance(messages, list):
        return [leaf for part in messages for leaf in _leaves(part, path)]
    if not isinstance(messages, dict):
        return [(path, str(messages))]
    return [
        leaf
        for name, part in messages.items()
        for leaf in _leaves(part, path if name in _STEPS else f"{path}.{name}".lstrip("."))
    ]
