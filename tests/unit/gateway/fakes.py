"""Stand in for what is around the gateway: services that honour their contracts, clients, and a small directory."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson

from chassis.errors import NotFound, TashbikError
from chassis.identity import Actor
from contracts.envelope import RpcContract
from contracts.policy import Role
from services.gateway.api.examples import (
    directory,
    families,
    hsds,
    imports,
    messages,
    needs,
    organizations,
    referrals,
    services,
    webhooks,
)
from services.gateway.api.examples.case import ORGANIZATION_ID
from services.gateway.auth.clients import Client
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
from services.gateway.imports.domain import Creator, Finding, Import, Status
from services.gateway.ogc.collections import Collection as FeatureCollection
from services.gateway.ogc.domain import Extent, Selection
from services.gateway.ogc.domain import Page as FeaturePage
from services.gateway.ogc.features import of_organization
from services.gateway.tiles.domain import Filter

AREA, ORGANIZATION = "EG29", ORGANIZATION_ID
SECRET = "a-secret-of-the-tests"  # its hash is cheap on purpose: scrypt with a cost of 2
CHEAP_HASH = "scrypt$2$8$1$c2FsdHNhbHRzYWx0c2FsdA==$"

ANSWERS: dict[str, Any] = {
    "registry.register_organization": organizations.ORGANIZATION,
    "registry.change_organization": {**organizations.ORGANIZATION, "version": 2},
    "registry.remove_organization": organizations.REMOVED,
    "registry.get_organization": organizations.ORGANIZATION,
    "registry.search_organizations": organizations.ORGANIZATIONS,
    "registry.register_service": services.SERVICE,
    "registry.change_service": {**services.SERVICE, "version": 2},
    "registry.remove_service": services.REMOVED,
    "registry.get_service": services.SERVICE,
    "registry.search_services": services.SERVICES,
    "registry.put_areas": directory.AREA_RESULTS,
    "referrals.register_family": families.FAMILY,
    "referrals.change_family": {**families.FAMILY, "version": 2},
    "referrals.get_family": families.FAMILY,
    "referrals.list_families": families.FAMILIES,
    "referrals.look_up_family": families.FAMILIES_FOUND,
    "referrals.add_member": {**families.FAMILY, "version": 2},
    "referrals.record_consent": {**families.FAMILY, "version": 2},
    "referrals.withdraw_consent": {**families.FAMILY, "version": 3},
    "referrals.get_history": families.HISTORY,
    "referrals.register_need": needs.NEED,
    "referrals.get_need": needs.NEED,
    "referrals.list_needs": needs.NEEDS,
    "referrals.propose_agencies": needs.PROPOSALS,
    "referrals.list_referrals": referrals.REFERRALS,
    "referrals.get_referral": referrals.REFERRAL,
    "referrals.refer_family": referrals.REFERRAL,
    "notifications.list_messages": messages.MESSAGES,
    "notifications.get_message": messages.MESSAGE,
    "notifications.create_webhook": webhooks.CREATED,
    "notifications.list_webhooks": webhooks.WEBHOOKS,
    "notifications.get_webhook": webhooks.WEBHOOK,
    "notifications.change_webhook": webhooks.CHANGED,
    "notifications.remove_webhook": webhooks.REMOVED,
    "notifications.rotate_webhook": webhooks.ROTATED,
    "notifications.test_webhook": webhooks.TRIED,
    "notifications.list_deliveries": webhooks.DELIVERIES,
    "notifications.replay_deliveries": webhooks.REPLAYED,
}


@dataclass(frozen=True, slots=True)
class Made:
    """Hold one call that was made."""

    contract: RpcContract
    request: dict[str, Any]
    actor: Actor | None
    key: str
    if_version: int | None


@dataclass
class FakeServices:
    """Answer calls as the services do: the request must fit its contract, and so must the answer."""

    answers: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))
    made: list[Made] = field(default_factory=list)
    connected: bool = True

    @property
    def last(self) -> Made:
        """Return the call that was made last."""
        return self.made[-1]

    def call(
        self,
        contract: RpcContract,
        request: dict[str, Any],
        *,
        actor: Actor | None = None,
        key: str = "",
        if_version: int | None = None,
        traceparent: str = "",
    ) -> Any:
        """Return the answer that was laid down for the contract; one that is an error is raised."""
        assert bool(key) == contract.changes, "a changing call carries a key, and no other does"
        assert not (faults := contract.request().validate(orjson.loads(orjson.dumps(request)))), faults
        self.made.append(Made(contract, request, actor, key, if_version))
        answer = self.answers.get(contract.name, referrals.REFERRAL)
        if isinstance(answer, TashbikError):
            raise answer
        assert contract.response is None or not (faults := contract.response().validate(answer)), faults
        return answer


class FakeClients:
    """Find clients in memory: one of each role, named by it."""

    def __init__(self) -> None:
        """Make the clients."""
        self.clients = {str(role): client_of(role) for role in Role if role not in (Role.PUBLIC, Role.SERVICE)}
        self.asked = 0

    def find(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client, or None."""
        self.asked += 1
        return self.clients.get(id)


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
        return (self.body, '"7-0a1b2c"') if id == ORGANIZATION else None

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

    def areas(self) -> dict[str, Any] | None:
        """Return nothing."""
        return None

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

    def how_many(self, search: Search, most: int) -> int | None:
        """Return some."""
        return most + 1 if search.q == "many" else 42

    def count(self) -> int:
        """Return one."""
        return 1

    def listed(self, skip: int, limit: int) -> Iterator[tuple[str, datetime]]:
        """Yield the organization."""
        yield ORGANIZATION, datetime(2026, 11, 2, 8, 15, tzinfo=UTC)


class FakeHsds:
    """Hold one organization, its service and that at its place, as HSDS has them."""

    def __init__(self) -> None:
        """Note what is asked."""
        self.asked: list[Asked] = []
        self.packages = FakePackages()

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

    def written(self, node: str, public_url: str) -> Iterator[bytes]:
        """Give the package."""
        return written(descriptor(node, public_url), [a_batch()], lambda codes: hsds.PLACES)


def a_batch() -> Batch:
    """Return what a package is made of: one organization, its service, and that at its place."""
    record = organizations.ORGANIZATION
    told = orjson.loads(rendered(record, hsds.PLACES)[1])
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
        return self.item if id == ORGANIZATION else None

    def extent(self, collection: FeatureCollection) -> Extent:
        """Return that it is not known."""
        return Extent()


class FakeTiles:
    """Draw tiles that say what was asked for."""

    def tile(self, tile: Tile, shown: Filter) -> bytes:
        """Return the tile, large; nothing where only health is to be shown."""
        return b"" if shown.subject == "health" else f"{tile} {shown}".encode() * 50


class FakeRebuilds:
    """Hold one rebuild."""

    rebuild: dict[str, Any] = {**directory.REBUILD, "_id": directory.REBUILD["id"]}  # noqa: RUF012 - never changed

    def request(self, actor: str, now: datetime, traceparent: str = "") -> dict[str, Any]:
        """Return the rebuild."""
        return self.rebuild

    def find(self, id: str) -> dict[str, Any] | None:  # noqa: A002 - the field's name
        """Return the rebuild where the id is its."""
        return self.rebuild if id == self.rebuild["_id"] else None


class FakeImports:
    """Hold imports in memory, as the store does for the API."""

    def __init__(self) -> None:
        """Start with none."""
        self.kept: dict[str, Import] = {}
        self.content = b""

    def create(self, content: BinaryIO, filename: str, creator: Creator, **options: Any) -> tuple[Import, bool]:
        """Keep an import under its key."""
        key, _ = options.pop("key"), options.pop("traceparent")
        self.content = content.read()
        made = Import(
            id=key,
            filename=filename,
            size=len(self.content),
            creator=creator,
            created_at=datetime(2026, 11, 2, tzinfo=UTC),
            **options,
        )
        return self.kept.setdefault(key, made), key not in self.kept

    def get(self, import_id: str, created_by: str = "") -> Import:
        """Return one, of one creator where that is given."""
        found = self.kept.get(import_id)
        if found is None or created_by not in ("", found.creator.id):
            raise NotFound("There is no such import.")
        return found

    def page(self, limit: int, after: str = "", created_by: str = "") -> tuple[list[Import], str]:
        """Return all of a creator."""
        return [one for one in self.kept.values() if created_by in ("", one.creator.id)][:limit], ""

    def rejections_page(
        self, import_id: str, limit: int, after: int = 0, *, warnings: bool = True
    ) -> tuple[list[Finding], int]:
        """Return one row, and that there are more."""
        row = imports.REJECTIONS["items"][0]
        return [Finding(row["row"], row["rejected"], tuple(row["problems"]))], row["row"]

    def cancel(self, import_id: str, actor: Creator, traceparent: str = "") -> Import:
        """End it."""
        self.kept[import_id] = self.kept[import_id].move(Status.CANCELLED, datetime(2026, 11, 2, tzinfo=UTC))
        return self.kept[import_id]


class Clock:
    """Tell a time that a test moves."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        """Start at a moment."""
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def client_of(role: Role) -> Client:
    """Return a client of a role, bound to the area and organization of the tests, whose secret is :data:`SECRET`."""
    made = datetime(2026, 11, 1, tzinfo=UTC)
    return Client(str(role), f"Test {role}", role, ORGANIZATION, AREA, cheap_hash(), made)


def cheap_hash() -> str:
    """Return the hash of :data:`SECRET` at the lowest cost, so that tests do not wait for it."""
    salt = base64.b64decode("c2FsdHNhbHRzYWx0c2FsdA==")
    digest = hashlib.scrypt(SECRET.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
    return CHEAP_HASH + base64.b64encode(digest).decode()
