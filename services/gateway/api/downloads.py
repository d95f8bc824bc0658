"""Answer for files of the public directory, as long as they are (CSV, XLSX, KML), and for records as linked data."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import partial
from typing import Any

from flask import Response

from chassis.clock import now
from services.gateway.api.blueprint import Blueprint
from services.gateway.api.examples import downloads as examples
from services.gateway.api.exchange import dumps, public, streamed
from services.gateway.api.organization_pages import find, names_of_others, wording_of
from services.gateway.auth.guard import operation
from services.gateway.downloads import delimited, kml, linked, workbook
from services.gateway.downloads.columns import COLUMNS, headings, rows
from services.gateway.downloads.schemas import DownloadQuery, LanguageQuery, Wanted
from services.gateway.downloads.words import Json, Wording
from services.gateway.parts import parts

LINKED = {
    "200": {
        "description": "The organization.",
        "content": {linked.MEDIA_TYPE: {"schema": {"type": "object"}, "example": examples.LINKED}},
    }
}

Write = Callable[[Iterator[Json], Wording], Iterator[bytes]]

downloads = Blueprint("downloads", "The public directory as files.")


def _file(media_type: str, example: Any, **schema: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string", **schema}, "example": example}}
    return {"200": {"description": "The file.", "content": content}}


@downloads.route("/organizations.csv", methods=["GET"])
@downloads.arguments(DownloadQuery, location="query")
@downloads.doc(responses=_file(delimited.MEDIA_TYPE, examples.CSV))
@operation("gateway.directory", tagged=True)
def download_csv(wanted: Wanted) -> Response:
    """Download organizations as CSV, a row each.

    RFC 4180 in UTF-8 with a byte-order mark. A text that a spreadsheet would take for a formula has an apostrophe in
    front.
    """
    return _sent(wanted, delimited.MEDIA_TYPE, "csv", _as_csv)


@downloads.route("/organizations.xlsx", methods=["GET"])
@downloads.arguments(DownloadQuery, location="query")
@downloads.doc(responses=_file(workbook.MEDIA_TYPE, "", format="binary"))
@operation("gateway.directory", tagged=True)
def download_workbook(wanted: Wanted) -> Response:
    """Download organizations as an Excel workbook, a row each.

    Right to left in Arabic and Persian. Numbers, days and times are such; texts are never formulas.
    """
    return _sent(wanted, workbook.MEDIA_TYPE, "xlsx", _as_workbook)


@downloads.route("/organizations.kml", methods=["GET"])
@downloads.arguments(DownloadQuery, location="query")
@downloads.doc(responses=_file(kml.MEDIA_TYPE, examples.KML))
@operation("gateway.directory", tagged=True)
def download_kml(wanted: Wanted) -> Response:
    """Download organizations as KML 2.2, a placemark each; one without a place on the map has no point."""
    return _sent(wanted, kml.MEDIA_TYPE, "kml", partial(kml.written, public_url=parts().config.public_url))


@downloads.route("/organizations/<record:id>.jsonld", methods=["GET"])
@downloads.arguments(LanguageQuery, location="query")
@downloads.doc(responses=LINKED)
@operation("gateway.directory", tagged=True)
def get_linked_data(asked: dict[str, str], id: str) -> Response:  # noqa: A002 - the field's name
    """Read one organization as linked data: JSON-LD 1.1, by the words of schema.org."""
    record, config = find(id), parts().config
    wording = wording_of(record, asked["language"] or config.language)
    described = linked.described(record, wording, config.public_url, names_of_others(record))
    return public(dumps(described), mimetype=linked.MEDIA_TYPE)


def _as_csv(records: Iterator[Json], wording: Wording) -> Iterator[bytes]:
    return delimited.written(headings(wording), rows(records, wording))


def _as_workbook(records: Iterator[Json], wording: Wording) -> Iterator[bytes]:
    return workbook.written(
        wording.word("organizations"),
        headings(wording),
        [column.width for column in COLUMNS],
        rows(records, wording),
        right_to_left=wording.right_to_left,
    )


def _sent(wanted: Wanted, media_type: str, ending: str, write: Write) -> Response:
    source, config = parts().directory.downloads, parts().config
    wording = Wording(wanted.language or config.language, source.areas(), parts().directory.hsds.own.known())
    response = streamed(_written(source.records(wanted.search), wording, write), media_type)
    name = f"organizations-{config.node}-{now():%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Language"] = wording.language
    return response


def _written(records: Generator[Json, None, None], wording: Wording, write: Write) -> Iterator[bytes]:
    """Give the pieces of a file; where nobody takes them any more, the query behind them ends."""
    with closing(records):
        yield from write(records, wording)
