"""Say what ids and numbers in a path look like; what cannot be one is no path of ours: 404, asking no service."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask
from werkzeug.routing import BaseConverter

LONGEST = 100


class RecordId(BaseConverter):
    """Match the id of a record: a UUID, or what its country gave an area."""

    regex = f"[A-Za-z0-9._-]{{1,{LONGEST}}}"


class Number(BaseConverter):
    """Match a number that is not negative, of at most six digits."""

    regex = "[0-9]{1,6}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)


def register(app: Flask) -> None:
    """Let rules say ``<record:id>`` and ``<number:z>``. Call it before any rule is added."""
    app.url_map.converters["record"] = RecordId
    app.url_map.converters["number"] = Number


def describe(api: flask_smorest.Api) -> None:
    """Let the API document say the same."""
    api.register_converter(RecordId, _schema)
    api.register_converter(Number, lambda _: {"type": "integer", "minimum": 0})


def _schema(_: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{RecordId.regex}$", "minLength": 1, "maxLength": LONGEST}
