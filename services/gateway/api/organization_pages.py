"""Show each organization of the directory as a page of its own, list them, and tell search engines where these are."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, request
from marshmallow import ValidationError

from chassis.clock import now
from chassis.errors import Invalid
from contracts.registry import LANGUAGES
from contracts.subjects import borne
from services.gateway.api.exchange import public, streamed
from services.gateway.assets import serve
from services.gateway.auth.guard import operation
from services.gateway.cache import ROUTE
from services.gateway.directory.whereabouts import everywhere
from services.gateway.downloads import listing, page, sitemap
from services.gateway.downloads.listing import COUNTED_MOST, Listed
from services.gateway.downloads.schemas import ListQuery
from services.gateway.downloads.words import Json, Wording
from services.gateway.headers import page_policy
from services.gateway.parts import parts
from services.gateway.problems import Refused

HTML, TEXT = "text/html", "text/plain"
STYLE_AGE = 3600  # seconds
UNPROCESSABLE = 422
ASKED = ("q", *listing.CHOICES, *("min_members", "min_capacity", "member_of"), *("cursor", "back"))

organization_pages = Blueprint("organization_pages", __name__)


@organization_pages.get("/o")
@operation("gateway.directory", tagged=True)
def show_list() -> Response:
    """Show the list of organizations, or what a search finds, for whom the map is not."""
    asked = {name: text for name, text in request.args.items() if text.strip()}
    listed = _listing(asked)
    codes = {asked.get("area", ""), *(code for record in listed.records for code in record["areas"])}
    areas = parts().directory.downloads.areas_to_choose(listing.SHOWN_LEVELS, codes, now().date().isoformat())
    wording = Wording(_language(), areas, parts().directory.hsds.own.known())
    body = listing.render(listed, wording, parts().config.public_url)
    response = Response(body, UNPROCESSABLE, mimetype=HTML) if listed.wrong else public(body, mimetype=HTML)
    return _shown(response, wording.language, forms=True)


@organization_pages.get("/o/<record:id>")
@operation("gateway.directory", tagged=True)
def show_organization(id: str) -> Response:  # noqa: A002 - the field's name
    """Show one organization, in the language of ``?lang=``, of the caller's browser, or of the node."""
    record, config = find(id), parts().config
    wording = wording_of(record, _language())
    shown = page.Shown(wording, config.public_url, names_of_others(record), config.timezone)
    return _shown(public(page.render(record, shown), mimetype=HTML), wording.language)


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


def wording_of(record: Json, language: str) -> Wording:
    """Return what words one: it knows the areas that one and its places lie in, and the terms that it bears."""
    codes = everywhere(record)
    directory, terms = parts().directory, borne(record["capabilities"])
    return Wording(language, directory.downloads.areas(codes), directory.hsds.own.known(terms) if terms else {})


def names_of_others(record: Json) -> dict[str, str]:
    """Return the names of the organizations that one is a part or a member of, by their ids."""
    others = {record["parent_organization_id"], *record["member_of"]} - {""}
    found = parts().directory.organizations(others) if others else {}
    return {id_: orjson.loads(body)["name"] for id_, (body, _) in found.items()}


def _listing(asked: dict[str, str]) -> Listed:
    """Return a page of the list; one that says what is wrong where the question cannot be answered."""
    shown = {name: text for name, text in asked.items() if name in ASKED}
    try:
        search = ListQuery().load(asked)
        found = parts().directory.page(search)
    except ValidationError as error:
        return Listed(shown, [], wrong=sorted(error.normalized_messages()))
    except Invalid as error:
        return Listed(shown, [], wrong=sorted({problem["field"] for problem in error.problems}))
    first = not search.cursor
    counted = parts().directory.downloads.how_many(search, COUNTED_MOST) if first else None
    return Listed(shown, [orjson.loads(item) for item in found.items], found.next, counted)


def _shown(response: Response, language: str, *, forms: bool = False) -> Response:
    """Return the answer with a page in the language that was asked for, or that the caller's browser prefers."""
    if request.args.get("lang") not in LANGUAGES:
        request.environ.pop(ROUTE, None)  # what is kept is kept by address, and this hangs on more than that
    response.vary.add("Accept-Language")
    response.headers["Content-Language"] = language
    response.headers["Content-Security-Policy"] = page_policy(forms=forms, frames=parts().config.embed_origins)
    return response


def _listed(number: int) -> Response:
    entries = parts().directory.downloads.listed((number - 1) * sitemap.EACH, sitemap.EACH)
    return streamed(sitemap.urls(entries, parts().config.public_url), sitemap.MEDIA_TYPE)


def _language() -> str:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or parts().config.language
