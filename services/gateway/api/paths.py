"""Say what an id in a path looks like, so that what cannot be one is no path of ours: 404, without asking a service."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask
from werkzeug.routing import BaseConverter

LONGEST = 100


class RecordId(BaseConverter):
    """Match the id of a record: a UUID, or what its country gave an area."""

    regex = f"[A-Za-z0-9._-]{{1,{LONGEST}}}"


def register(app: Flask) -> None:
    """Let rules say ``<record:id>``. Call it before any rule is added."""
    app.url_map.converters["record"] = RecordId


def describe(api: flask_smorest.Api) -> None:
    """Let the API document say the same."""
    api.register_converter(RecordId, _schema)


def _schema(_: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{RecordId.regex}$", "minLength": 1, "maxLength": LONGEST}
