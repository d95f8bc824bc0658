"""Stand in for the directory that the gateway reads: a small one, of the examples."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from services.gateway.api.examples import (
    directory,
    hsds,
    organizations,
    services,
)
from services.gateway.api.examples.case import ORGANIZATION_ID
from services.gateway.api.examples.terms import NEW_TERM
from services.gateway.directory.grid import Tile
from services.gateway.directory.search.query import Search
from services.gateway.directory.search.views import Page
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.hsds.asked import Asked, OrganizationsAsked, ServicesAsked
from services.gateway.hsds.organizations import rendered
from services.gateway.hsds.package.archive import Batch, written
from services.gateway.hsds.package.tables import descriptor
from services.gateway.hsds.paging import Page as HsdsPage
from services.gateway.hsds.paging import page_of
from services.gateway.hsds.services import document
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, Term
from services.gateway.ogc.collections import Collection as FeatureCollection
from services.gateway.ogc.domain import Extent, Selection
from services.gateway.ogc.domain import Page as FeaturePage
from services.gateway.ogc.features import of_organization


class FakeDirectory:
    """Hold one organization and one area."""

    def __init__(self) -> None:
        """Render what it holds."""
        self.body = orjson.dumps(organizations.PUBLIC_ORGANIZATION)
        self.searched: list[Search] = []
        self.looked_up: list[set[str]] = []
        self.fails: Exception | None = None
        self.ogc = FakeFeatures()
        self.hsds = FakeHsds()
        self.downloads = FakeDownloads(self.searched)
        self.coverage = FakeCoverage()

    def organization(self, id: str) -> tuple[bytes, str] | None:  # noqa: A002 - the field's name
        """Return the organization where the id is its."""
        if self.fails:
            raise self.fails
        return (self.body, '"7-0a1b2c"') if id == ORGANIZATION_ID else None

    def organizations(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return those of some organizations that there are."""
        self.looked_up.append(set(ids))
        return {id_: found for id_ in ids if (found := self.organization(id_))}

    def page(self, search: Search) -> Page:
        """Return a page that has another behind it."""
        self.searched.append(search)
        if self.fails:
            raise self.fails
        return Page([self.body], "next-page")

    def services(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return the organization's service, where its id is among these."""
        return (
            {services.SERVICE_ID: (orjson.dumps(services.SERVICE), '"1-0a1b2c"')} if services.SERVICE_ID in ids else {}
        )

    def service_page(self, search: ServiceSearch) -> Page:
        """Return a page that has another behind it."""
        self.searched.append(search)
        return Page([orjson.dumps(services.SERVICE)], "next-page")

    def features(self, search: Search) -> list[bytes]:
        """Return the one point."""
        self.searched.append(search)
        return [orjson.dumps(organizations.POINTS["features"][0])]

    def areas(self) -> list[bytes]:
        """Return the one area."""
        return [orjson.dumps(directory.AREA)]

    def outlines(self) -> list[bytes]:
        """Return its outline."""
        return [orjson.dumps(directory.OUTLINES["features"][0])]

    def figures(self) -> dict[str, Any] | None:
        """Return nothing: no projector has counted yet."""
        return None

    def status(self) -> dict[str, Any]:
        """Return a directory that one projector keeps."""
        applied, made = datetime(2026, 11, 3, 7, 5, 1, tzinfo=UTC), datetime(2026, 11, 3, 7, 5, tzinfo=UTC)
        return {
            "organizations": 1,
            "areas": 1,
            "projectors": [{"_id": "one", "applied_at": applied, "event_time": made}],
            "rebuild": None,
        }


class FakeCoverage:
    """Hold the figures of no area: no projector has counted yet; and one gap."""

    def figures(self) -> Iterator[bytes]:
        """Give nothing."""
        yield b'{"as_of":null,"items":[]}'

    def gaps(self, subject: str | None, area: str, limit: int) -> dict[str, Any] | None:
        """Return the one gap, where it is of the subject; nothing for an area."""
        items = [{"body": orjson.dumps(one)} for one in directory.GAPS["items"] if subject in (None, one["subject"])]
        return None if area else {"counted_at": datetime(2026, 11, 3, 7, 5, 1, tzinfo=UTC), "items": items[:limit]}


class FakeDownloads:
    """Hold one organization and one area, as files and pages read them."""

    def __init__(self, searched: list[Search]) -> None:
        """Take where to note what was searched."""
        self.searched = searched

    def records(self, search: Search) -> Iterator[dict[str, Any]]:
        """Yield the organization."""
        self.searched.append(search)
        yield organizations.PUBLIC_ORGANIZATION

    def areas(self, codes: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
        """Return the area."""
        return {"EG2901": directory.AREA}

    def areas_to_choose(self, levels: Collection[str], codes: Collection[str], day: str) -> dict[str, dict[str, Any]]:
        """Return the area."""
        return {"EG2901": {**directory.AREA, "offered": True}}

    def how_many(self, search: Search, most: int) -> int | None:
        """Return some."""
        return most + 1 if search.q == "many" else 42

    def count(self) -> int:
        """Return one."""
        return 1

    def listed(self, skip: int, limit: int) -> Iterator[tuple[str, datetime]]:
        """Yield the organization."""
        yield ORGANIZATION_ID, datetime(2026, 11, 2, 8, 15, tzinfo=UTC)


class FakeOwnTerms:
    """Hold one term of the node's own."""

    def known(self, codes: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
        """Return its names, where it is among these."""
        term = {"health.dialysis": {"names": NEW_TERM["names"], "retired": False}}
        return term if codes is None or "health.dialysis" in codes else {}

    def all(self) -> list[Term]:
        """Return it in English."""
        return [Term(NEEDS_TAXONOMY, "health.dialysis", NEW_TERM["names"], "health", "en")]

    def find(self, id: str) -> Term | None:  # noqa: A002 - the field's name
        """Return it, or None."""
        return next((term for term in self.all() if term.id == id), None)


class FakeHsds:
    """Hold one organization, its service and that at its place, as HSDS has them."""

    def __init__(self) -> None:
        """Note what is asked."""
        self.asked: list[Asked] = []
        self.packages = FakePackages()
        self.own = FakeOwnTerms()

    def organizations(self, ids: Collection[str], *, full_service: bool = False) -> dict[str, tuple[bytes, str]]:
        """Return those of some organizations that there are."""
        return _of_ids(ids, hsds.FULL)

    def services(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return those of some services that there are."""
        return _of_ids(ids, hsds.SERVICE)

    def at_locations(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return those of some services at locations that there are."""
        return _of_ids(ids, hsds.AT_LOCATION)

    def organizations_page(self, asked: OrganizationsAsked) -> HsdsPage:
        """Return a page of it."""
        return self._page(asked, self.all_organizations(asked))

    def services_page(self, asked: ServicesAsked) -> HsdsPage:
        """Return a page of it."""
        return self._page(asked, self.all_services(asked))

    def at_locations_page(self, asked: ServicesAsked) -> HsdsPage:
        """Return a page of it."""
        return self._page(asked, self.all_at_locations(asked))

    def all_organizations(self, asked: OrganizationsAsked) -> Iterator[bytes]:
        """Yield it."""
        yield orjson.dumps(hsds.FULL if asked.full else hsds.FLAT)

    def all_services(self, asked: ServicesAsked) -> Iterator[bytes]:
        """Yield it."""
        yield orjson.dumps(hsds.SERVICE if asked.full else hsds.FLAT_SERVICE)

    def all_at_locations(self, asked: ServicesAsked) -> Iterator[bytes]:
        """Yield it."""
        yield orjson.dumps(hsds.AT_LOCATION)

    def _page(self, asked: Asked, items: Iterator[bytes]) -> HsdsPage:
        self.asked.append(asked)
        return page_of(list(items), asked.page, asked.per_page)


class FakePackages:
    """Write a package of one organization and its service."""

    def written(self, node: str, public_url: str, address: str) -> Iterator[bytes]:
        """Give the package."""
        return written(descriptor(node, public_url), [a_batch()], lambda codes: hsds.PLACES)


def a_batch() -> Batch:
    """Return what a package is made of: one organization, its service, and that at its place."""
    record = organizations.ORGANIZATION
    told = orjson.loads(rendered(record, hsds.PLACES))
    service = document(services.SERVICE, record)
    places = [orjson.loads(one["full"]) for one in service["hsds_at"]]
    return [(told, record)], [(record["id"], orjson.loads(service["hsds_full"]), places)]


def _of_ids(ids: Collection[str], record: dict[str, Any]) -> dict[str, tuple[bytes, str]]:
    return {record["id"]: (orjson.dumps(record), '"0a1b2c"')} if record["id"] in ids else {}


class FakeFeatures:
    """Hold one organization as a feature."""

    def __init__(self) -> None:
        """Render it."""
        self.item: bytes = of_organization(organizations.ORGANIZATION, [32.727, 26.164])["item"]

    def page(self, collection: FeatureCollection, selection: Selection) -> FeaturePage:
        """Return a page of it, behind which there is another."""
        return FeaturePage([self.item], "next-page") if collection.id == "organizations" else FeaturePage([], "")

    def one(self, collection: FeatureCollection, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return it where the id is its."""
        return self.item if id == ORGANIZATION_ID else None

    def extent(self, collection: FeatureCollection) -> Extent:
        """Return that it is not known."""
        return Extent()


class FakeTiles:
    """Draw tiles that say what was asked for."""

    def tile(self, tile: Tile, search: Search) -> bytes:
        """Return the tile, large; nothing where only health is to be shown."""
        return b"" if search.subject == "health" else f"{tile} {search}".encode() * 50
