"""Serve the map at ``/``, the API document at ``/docs``, what they load, all from this host; and ``/asyncapi.json``."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, render_template_string, request

from contracts import asyncapi
from contracts.catalogue import EVENTS
from services.gateway.api.exchange import dumps, plain, public
from services.gateway.assets import serve
from services.gateway.auth.guard import operation
from services.gateway.document import TITLE, VERSION
from services.gateway.headers import page_policy
from services.gateway.parts import parts
from services.gateway.problems import KINDS, Refused

HTML = "text/html"
WEB = Path(__file__).resolve().parents[1] / "web" / "dist"
HERE = Path(__file__).resolve().parent
DOCS_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
HASHED_AGE = 365 * 24 * 3600  # seconds; their names change with their content
ASSET_AGE = 3600

pages = Blueprint("pages", __name__)


@pages.get("/")
@operation("gateway.document")
def show_map() -> Response:
    """Show the map of organizations."""
    response, config = serve(request, WEB, "index.html", 0), parts().config
    response.headers["Content-Security-Policy"] = page_policy(config.base_map, frames=config.embed_origins)
    return response


@pages.get("/assets/<path:name>")
@operation("gateway.document")
def load_asset(name: str) -> Response:
    """Load a part of the map page. The map's worker is bound by its own answer's policy, not by the page's."""
    response = serve(request, WEB / "assets", name, HASHED_AGE)
    response.headers["Content-Security-Policy"] = page_policy(parts().config.base_map)
    return response


@pages.get("/map-config.json")
@operation("gateway.document")
def configure_map() -> Response:
    """Tell the map page what this node is."""
    config = parts().config
    told = {"base_map": config.base_map, "node": config.node, "language": config.language}
    return plain({**told, "timezone": config.timezone.key})


@pages.get("/docs")
@operation("gateway.document")
def show_docs() -> Response:
    """Show the API document for people."""
    return _page((HERE / "docs.html").read_text(encoding="utf-8"))


@pages.get("/docs/<name>")
@operation("gateway.document")
def load_docs_asset(name: str) -> Response:
    """Load a part of the API document's page."""
    if name == "docs.js":
        return serve(request, HERE, name, ASSET_AGE)
    if name not in DOCS_ASSETS:
        raise Refused("not_found", "The page has no such part.")
    return serve(request, _swagger(), name, ASSET_AGE)


@pages.get("/asyncapi.json")
@operation("gateway.document")
def describe_events() -> Response:
    """Describe what the node's services publish on its broker, as AsyncAPI 3."""
    return public(_described_events())


@pages.get("/problems")
@operation("gateway.document")
def show_problems() -> Response:
    """Show every kind of error, and what to do about it."""
    return _page(render_template_string((HERE / "problems.html").read_text(encoding="utf-8"), kinds=KINDS))


def _page(html: str) -> Response:
    response = public(html.encode(), mimetype=HTML)
    response.headers["Content-Security-Policy"] = page_policy()
    return response


@lru_cache(maxsize=1)
def _described_events() -> bytes:
    return dumps(asyncapi.document(EVENTS, title=TITLE, version=VERSION))


@lru_cache(maxsize=1)
def _swagger() -> Path:
    return Path(str(files("flask_swagger_ui"))) / "dist"
