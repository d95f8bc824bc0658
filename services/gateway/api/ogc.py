"""Answer for the directory as features: OGC API - Features Part 1 (17-069r4) and Part 3 (19-079r2), under ``/ogc``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, request

from chassis.clock import now
from chassis.errors import Invalid
from services.gateway.accepted import prefers_html
from services.gateway.api.exchange import dumps, public
from services.gateway.assets import serve
from services.gateway.auth.guard import operation
from services.gateway.headers import page_policy
from services.gateway.ogc import openapi, pages, resources, schemas
from services.gateway.ogc.collections import COLLECTIONS, Collection, Property
from services.gateway.ogc.domain import Page, TooBroad, Unsupported
from services.gateway.ogc.pages import Cell, Table, View
from services.gateway.ogc.resources import GEOJSON, HTML, JSON, JSON_SCHEMA, OPENAPI, Address
from services.gateway.parts import parts
from services.gateway.problems import Refused
from services.gateway.tags import digest

STYLE_AGE = 3600  # seconds
COLUMNS_MOST = 8
TOO_BROAD = "Too many features have to be looked at. Narrow it by bbox, subjects, areas or datetime."

Json = dict[str, Any]

ogc = Blueprint("ogc", __name__)


@ogc.get("/ogc")
@ogc.get("/ogc/")
@operation("gateway.directory", tagged=True)
def show_landing() -> Response:
    """Show the landing page."""
    html = _html()
    said = resources.landing(_address(), html=html)
    return _answer(said, JSON, lambda: _view(said["title"], said["description"], said["links"]))


@ogc.get("/ogc/conformance")
@operation("gateway.directory", tagged=True)
def show_conformance() -> Response:
    """Show what the API conforms to."""
    said = resources.conformance(_address(), html=_html())
    classes = Table("Conformance classes", ["Class"], [[Cell(one, one)] for one in said["conformsTo"]])
    return _answer(said, JSON, lambda: _view("Conformance", "", said["links"], classes))


@ogc.get("/ogc/api")
@operation("gateway.directory", tagged=True)
def show_api() -> Response:
    """Show the API document."""
    _html()
    described = openapi.document(_root())
    return _answer(described, OPENAPI, lambda: _view(described["info"]["title"], "OpenAPI 3.0", [], *_paths(described)))


@ogc.get("/ogc/collections")
@operation("gateway.directory", tagged=True)
def show_collections() -> Response:
    """Show the collections."""
    extents = {one.id: parts().directory.ogc.extent(one) for one in COLLECTIONS.values()}
    said = resources.collections(_address(), extents, html=_html())
    rows = [
        [Cell(one["title"], f"/ogc/collections/{one['id']}"), Cell(one["description"])] for one in said["collections"]
    ]
    table = Table("Collections", ["Collection", "Description"], rows)
    links = said["links"] + [link for one in said["collections"] for link in one["links"]]
    return _answer(said, JSON, lambda: _view("Collections", "", links, table))


@ogc.get("/ogc/collections/<name>")
@operation("gateway.directory", tagged=True)
def show_collection(name: str) -> Response:
    """Show one collection."""
    found = _found(name)
    said = resources.collection(_address(), found, parts().directory.ogc.extent(found), html=_html())
    facts = pages.facts("Collection", {field: said[field] for field in said if field not in ("links", "description")})
    return _answer(said, JSON, lambda: _view(found.title, found.description, said["links"], facts))


@ogc.get("/ogc/collections/<name>/queryables")
@operation("gateway.directory", tagged=True)
def show_queryables(name: str) -> Response:
    """Show what features of a collection are found by."""
    found = _found(name)
    html = _html()
    said = resources.queryables(_address(), found)
    rows = [
        [Cell(one), Cell(schema["title"]), Cell(schema.get("type", ""))] for one, schema in said["properties"].items()
    ]
    table = Table("Queryables", ["Property", "Title", "Type"], rows)
    links = _address().itself(JSON_SCHEMA, html=html)
    return _answer(said, JSON_SCHEMA, lambda: _view(f"{found.title}: queryables", "", links, table))


@ogc.get("/ogc/collections/<name>/items")
@operation("gateway.directory", tagged=True, paged=True)
def show_items(name: str) -> Response:
    """Show features of a collection."""
    found = _found(name)
    selection = schemas.selection_of(found, _asked())
    html = _wants_html()
    page = _page(found, selection)
    links, said = resources.items(_address(), found, page, now(), html=html)
    tag = _tag(page, links, html=html)
    if html:
        return _page_of(_items_view(found, page, links, said), tag)
    return _varied(public(resources.feature_collection(page, links, said), tag, GEOJSON))


@ogc.get("/ogc/collections/<name>/items/<record:id>")
@operation("gateway.directory", tagged=True)
def show_item(name: str, id: str) -> Response:  # noqa: A002 - the field's name
    """Show one feature."""
    found = _found(name)
    html = _html()
    item = parts().directory.ogc.one(found, id)
    if item is None:
        raise Refused("not_found", "The collection has no feature of this id.")
    links = resources.item_links(_address(), found, html=html)
    if html:
        return _page_of(_item_view(found, orjson.loads(item), links))
    return _varied(public(resources.feature(item, links), mimetype=GEOJSON))


@ogc.get("/ogc/style.css")
@operation("gateway.document")
def load_style() -> Response:
    """Load what the pages are drawn with."""
    return serve(request, Path(pages.HERE), pages.STYLE, STYLE_AGE)


def _found(name: str) -> Collection:
    if (found := COLLECTIONS.get(name)) is None:
        raise Refused("not_found", "There is no such collection.")
    return found


def _page(found: Collection, selection: Any) -> Page:
    """Return what is asked for; whatever is wrong with it is the caller's to correct."""
    try:
        return parts().directory.ogc.page(found, selection)
    except Unsupported as error:
        raise schemas.wrong("filter", "invalid", str(error)) from error
    except Invalid as error:
        raise schemas.wrong("cursor", "invalid", "Follow the link `next` of the page before.") from error
    except TooBroad as error:
        raise Refused("malformed", TOO_BROAD) from error


def _html() -> bool:
    """Tell whether HTML is wanted, of a resource that takes no other parameter."""
    schemas.check(_asked())
    return _wants_html()


def _asked() -> dict[str, str]:
    """Return the parameters. Refuses one that stands twice, for what narrows by one of two values finds too much."""
    for name, texts in request.args.lists():
        if len(texts) > 1:
            raise schemas.wrong(name, "invalid", "Give this parameter once.")
    return request.args.to_dict()


def _wants_html() -> bool:
    chosen = request.args.get("f")
    return chosen == "html" if chosen else prefers_html(request.headers.get("Accept", ""))


def _root() -> str:
    return str(current_app.config["PUBLIC_URL"]).rstrip("/")


def _address() -> Address:
    return Address(_root(), request.path.rstrip("/"), _asked())


def _answer(said: Json, media: str, view: Callable[[], View]) -> Response:
    if _wants_html():
        return _page_of(view())
    return _varied(public(dumps(said), mimetype=media))


def _page_of(view: View, tag: str = "") -> Response:
    response = _varied(public(pages.render(view), tag, HTML))
    response.headers["Content-Security-Policy"] = page_policy()
    return response


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response


def _tag(page: Page, links: list[Json], *, html: bool) -> str:
    """Return the tag of a page of features. The time at which it was written makes it no other page."""
    return f'"{digest(b"".join((*page.items, dumps(links), b"html" if html else b"json")))}"'


def _view(title: str, lead: str, links: list[Json], *tables: Table) -> View:
    trail = [Cell("Features", "/ogc"), Cell("Collections", "/ogc/collections"), Cell("API", "/ogc/api?f=html")]
    return View(title, lead, links, [*tables], trail)


def _items_view(found: Collection, page: Page, links: list[Json], said: Json) -> View:
    shown = [orjson.loads(item) for item in page.items]
    path = f"/ogc/collections/{found.id}/items"
    table = pages.features(found.title, _columns(found), shown, path)
    return _view(found.title, found.description, links, table, pages.facts("This page", said))


def _item_view(found: Collection, item: Json, links: list[Json]) -> View:
    titles = {one.name: one.title for one in found.properties}
    named = {titles[name]: value for name, value in item["properties"].items()}
    geometry = pages.facts("Geometry", {"Geometry": item["geometry"] and dumps(item["geometry"]).decode()})
    title = item["properties"]["name"] or item["id"]
    return _view(title, "", links, pages.facts("Properties", named), geometry)


def _columns(found: Collection) -> dict[str, str]:
    """Return the properties that fit a table: the first ones, but for the id, to which the name leads."""
    fitting: list[Property] = [one for one in found.properties if one.name not in ("id", "description", "subjects")]
    return {one.name: one.title for one in fitting[:COLUMNS_MOST]}


def _paths(described: Json) -> list[Table]:
    """Return a table of parameters for each path."""
    return [
        Table(
            f"GET {path}: {methods['get']['summary']}",
            ["Parameter", "Meaning"],
            [[Cell(one["name"]), Cell(one["description"])] for one in methods["get"]["parameters"] if "name" in one],
        )
        for path, methods in described["paths"].items()
    ]
