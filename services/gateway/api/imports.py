"""Answer for imports: a spreadsheet of organizations, taken in by rows, with a report of each that was not.

The file is kept and answered at once (202); an importer process reads it. What it did so far is read here.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

import orjson
from flask import Response, g, request

from chassis.errors import Invalid
from services.gateway.api.blueprint import Blueprint
from services.gateway.api.examples import imports as examples
from services.gateway.api.exchange import idempotency_key, page, plain, record
from services.gateway.api.import_schemas import (
    Import,
    ImportPage,
    ImportQuery,
    ImportRequest,
    RejectionPage,
    RejectionQuery,
)
from services.gateway.auth.guard import operation, scope
from services.gateway.imports import domain
from services.gateway.imports.schemas import checked
from services.gateway.parts import parts
from services.gateway.problems import Refused

MULTIPART = "multipart/form-data"
SLACK = 100_000  # bytes of a multipart body beside the file
BODY = {
    "description": ImportRequest.__doc__,
    "required": True,
    "content": {
        MULTIPART: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "CSV, XLSX or JSON."},
                    "mapping": {"type": "string", "description": "Which column means which field, as JSON."},
                    "language": {"type": "string", "enum": ["ar", "fa", "en"]},
                    "dry_run": {"type": "boolean", "default": False},
                },
            },
            "example": {"file": "اسم الجمعية,المركز\nجمعية الإحسان,قنا\n", "language": "ar", "dry_run": False},
        }
    },
}

imports = Blueprint("imports", "Spreadsheets of organizations, taken in row by row.")


@imports.route("/imports", methods=["POST"])
@imports.response(202, Import, example=examples.IMPORT)
@imports.doc(requestBody=BODY)
@operation("gateway.create_import", changes=True)
def create_import() -> Response:
    """Import organizations from a CSV, XLSX or JSON file.

    Good rows go in, each other row is reported; sending the same file again changes nothing.
    """
    scope()
    file, form = _form()
    with closing(file):
        made, _ = parts().imports.create(
            file.stream,
            file.filename or "",
            _caller(),
            language=form["language"] or parts().config.language,
            dry_run=form["dry_run"],
            mapping=_mapping(form["mapping"]),
            key=idempotency_key(),
            traceparent=g.traceparent,
        )
    response = record(_shown(made))
    response.status_code = 202
    response.headers["Location"] = f"/imports/{made.id}"
    return response


@imports.route("/imports", methods=["GET"])
@imports.arguments(ImportQuery, location="query")
@imports.response(200, ImportPage, example=examples.IMPORTS)
@operation("gateway.list_imports", paged=True)
def list_imports(asked: dict[str, Any]) -> Response:
    """List imports, newest first."""
    found, cursor = parts().imports.page(asked["limit"], asked["cursor"], _creator())
    return page({"items": [_shown(one) for one in found], "next": cursor})


@imports.route("/imports/<record:id>", methods=["GET"])
@imports.response(200, Import, example={**examples.IMPORT, "status": "completed"})
@operation("gateway.get_import", tagged=True)
def get_import(id: str) -> Response:  # noqa: A002 - the field's name
    """Read how far an import has come, and what its columns were taken for."""
    return record(_shown(parts().imports.get(id, _creator())))


@imports.route("/imports/<record:id>/rejections", methods=["GET"])
@imports.arguments(RejectionQuery, location="query")
@imports.response(200, RejectionPage, example=examples.REJECTIONS)
@operation("gateway.get_import", paged=True)
def list_rejections(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Read the rows that were rejected, or taken with something left out, each with its column, value and reason."""
    store = parts().imports
    store.get(id, _creator())
    found, after = store.rejections_page(id, asked["limit"], asked["cursor"], warnings=asked["warnings"])
    items = [{"row": one.row, "rejected": one.rejected, "problems": list(one.problems)} for one in found]
    return page({"items": items, "next": str(after or "")})


@imports.route("/imports/<record:id>/cancel", methods=["POST"])
@imports.response(200, Import, example={**examples.IMPORT, "status": "cancelled"})
@operation("gateway.cancel_import", changes=True)
def cancel_import(id: str) -> Response:  # noqa: A002 - the field's name
    """End an import before its time; rows that went in stay, and those that are just going in do so uncounted."""
    store = parts().imports
    found = store.get(id, _creator())
    if found.status is not domain.Status.CANCELLED:
        found = store.cancel(id, _caller(), g.traceparent)
    return plain(_shown(found))


def _caller() -> domain.Creator:
    return domain.Creator(g.actor.id, g.actor.role, g.actor.organization, g.actor.area)


def _creator() -> str:
    """Return the id of the one client whose imports the caller may see, or nothing where that is everybody's."""
    return g.actor.id if scope().actor else ""


def _form() -> tuple[Any, dict[str, Any]]:
    request.max_content_length = parts().config.import_limit + SLACK
    if request.mimetype != MULTIPART:
        raise Refused("unsupported_media_type", f"Send the file in {MULTIPART}.")
    form: dict[str, Any] = imports.ARGUMENTS_PARSER.parse(ImportRequest, request, location="form")
    file = request.files.get("file")
    if file is None:
        missing = {"field": "file", "code": "required", "message": "Send a file in the part named `file`."}
        raise Invalid("There is no file.", [missing])
    return file, form


def _mapping(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _wrong_mapping("It is not JSON.") from error
    if not isinstance(document, dict):
        raise _wrong_mapping("It is not a JSON object.")
    return checked(document)


def _wrong_mapping(message: str) -> Invalid:
    return Invalid("The mapping is not valid.", [{"field": "mapping", "code": "malformed", "message": message}])


def _shown(one: domain.Import) -> dict[str, Any]:
    fields = Import().fields
    counts = {name: getattr(one.counts, name) for name in ("created", "updated", "unchanged", "rejected", "warned")}
    values = {name: getattr(one, name) for name in fields if name not in ("counts", "created_by")}
    return {**values, "status": str(one.status), "counts": counts, "created_by": one.creator.id}
