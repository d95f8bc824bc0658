"""Ask the API of features as OGC's abstract tests do, and note which of them a function is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from pymongo.database import Database

from chassis.config import Config
from tests.integration.gateway.directories import Json, Projected
from tests.integration.gateway.features import AREAS, EVERYTHING, ROOT, SERVICES, caller, fill
from tests.parts import emptied

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ALL = {"organizations": EVERYTHING, "services": SERVICES, "areas": AREAS}
PLAIN = ("/ogc", "/ogc/conformance", "/ogc/collections", *(f"/ogc/collections/{one}" for one in ALL))
SHOWN: dict[str, str] = {}


def shows(*tests: str) -> Callable[[Any], Any]:
    """Note which abstract tests a function is."""

    def note(function: Any) -> Any:
        SHOWN.update(dict.fromkeys(tests, function.__name__))
        return function

    return note


def read(http: FlaskClient, path: str, **asked: Any) -> Json:
    """Return what is answered as JSON."""
    answer = http.get(path.removeprefix(ROOT), query_string=asked or None)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def items(http: FlaskClient, name: str = "organizations", **asked: Any) -> Json:
    """Return a page of features."""
    return read(http, f"/ogc/collections/{name}/items", **asked)


def ids(page: Json) -> set[str]:
    """Return the ids of a page."""
    return {one["id"] for one in page["features"]}


def links(document: Json, rel: str) -> list[Json]:
    """Return the links of a relation."""
    return [one for one in document["links"] if one["rel"] == rel]


def described(http: FlaskClient) -> Json:
    """Return the API document."""
    return read(http, "/ogc/api")


def parameter(http: FlaskClient, name: str) -> Json:
    """Return how the API document describes a parameter of items."""
    asked = described(http)["paths"]["/collections/organizations/items"]["get"]["parameters"]
    return next(dict(one) for one in asked if one.get("name") == name)


def positions(geometry: Json | None) -> Iterator[list[float]]:
    """Yield every position of a geometry."""
    found = [geometry["coordinates"]] if geometry else []
    while found:
        one = found.pop()
        if isinstance(one[0], int | float):
            yield one
        else:
            found += one


class Page(HTMLParser):
    """Read the text and the links of an HTML document, and whether its elements are closed."""

    EMPTY = frozenset({"meta", "link", "br", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.hrefs: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)
        if tag == "a":
            self.hrefs.add(dict(attrs)["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def filled(config: Config, database: Database[Json]) -> FlaskClient:
    """Return a caller of an API that shows a filled directory."""
    fill(Projected(emptied(database)))
    return caller(config, database)
