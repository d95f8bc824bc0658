"""Show each organization of the directory as a page of its own, and tell search engines where these are."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, request

from contracts.registry import LANGUAGES
from services.gateway.api.exchange import public, streamed
from services.gateway.assets import serve
from services.gateway.auth.guard import operation
from services.gateway.cache import ROUTE
from services.gateway.downloads import page, sitemap
from services.gateway.downloads.words import Areas, Json, Wording
from services.gateway.headers import page_policy
from services.gateway.parts import parts
from services.gateway.problems import Refused

HTML, TEXT = "text/html", "text/plain"
STYLE_AGE = 3600  # seconds

organization_pages = Blueprint("organization_pages", __name__)


@organization_pages.get("/o/<record:id>")
@operation("gateway.directory", tagged=True)
def show_organization(id: str) -> Response:  # noqa: A002 - the field's name
    """Show one organization, in the language of ``?lang=``, of the caller's browser, or of the node."""
    record, config = find(id), parts().config
    wording = Wording(_language(), areas_of(record))
    shown = page.Shown(wording, config.public_url, names_of_others(record), config.timezone)
    response = public(page.render(record, shown), mimetype=HTML)
    if request.args.get("lang") not in LANGUAGES:
        request.environ.pop(ROUTE, None)  # what is kept is kept by address, and this hangs on more than that
    response.vary.add("Accept-Language")
    response.headers["Content-Language"] = wording.language
    response.headers["Content-Security-Policy"] = page_policy()
    return response


@organization_pages.get("/o/style.css")
@operation("gateway.document")
def load_organization_style() -> Response:
    """Load what the pages are drawn with."""
    return serve(request, page.HERE, page.STYLE, STYLE_AGE)


@organization_pages.get("/sitemap.xml")
@operation("gateway.directory", tagged=True)
def show_sitemap() -> Response:
    """List the pages, or the sitemaps where one has not the room."""
    pages = sitemap.pages_of(parts().directory.downloads.count())
    if pages > 1:
        return public(sitemap.index(pages, parts().config.public_url), mimetype=sitemap.MEDIA_TYPE)
    return _listed(1)


@organization_pages.get("/sitemap-<number:number>.xml")
@operation("gateway.directory", tagged=True)
def show_sitemap_page(number: int) -> Response:
    """List some of the pages."""
    if not 1 <= number <= sitemap.pages_of(parts().directory.downloads.count()):
        raise Refused("not_found", "There is no such sitemap.")
    return _listed(number)


@organization_pages.get("/robots.txt")
@operation("gateway.document")
def show_robots() -> Response:
    """Tell robots what is for them."""
    return public(sitemap.robots(parts().config.public_url).encode(), mimetype=TEXT)


def find(id_: str) -> Json:
    """Return a public record. Refuses an id that the directory does not know."""
    found = parts().directory.organization(id_)
    if found is None:
        raise Refused("not_found", "The directory has no organization of this id.")
    record: dict[str, Any] = orjson.loads(found[0])
    return record


def areas_of(record: Json) -> Areas:
    """Return the areas that one and its places lie in, by their codes."""
    codes = {*record["areas"], *(place["area"] for place in record["locations"])}
    return parts().directory.downloads.areas(codes)


def names_of_others(record: Json) -> dict[str, str]:
    """Return the names of the organizations that one is a part or a member of, by their ids."""
    others = {record["parent_organization_id"], *record["member_of"]} - {""}
    found = parts().directory.organizations(others) if others else {}
    return {id_: orjson.loads(body)["name"] for id_, (body, _) in found.items()}


def _listed(number: int) -> Response:
    entries = parts().directory.downloads.listed((number - 1) * sitemap.EACH, sitemap.EACH)
    return streamed(sitemap.urls(entries, parts().config.public_url), sitemap.MEDIA_TYPE)


def _language() -> str:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or parts().config.language
