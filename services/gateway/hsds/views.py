"""Read what HSDS's lists and records show, and put it together.

An organization bears its services, a service its organization and places, and a service at a location all three. Each
is one query more for a whole page; so are the areas that are named in addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice
from statistics import fmean
from typing import Any, TypeVar

import orjson
from pymongo.database import Database

from chassis.bounded import Turns
from services.gateway.directory.documents import ANY, facet
from services.gateway.hsds import metadata
from services.gateway.hsds.areas_store import AreaRecords
from services.gateway.hsds.asked import Near, OrganizationsAsked, RecordsAsked, ServicesAsked
from services.gateway.hsds.joined import Homes, at_location, minimal, organization, service
from services.gateway.hsds.lists.views import AT_ONCE, List
from services.gateway.hsds.own.views import OwnTerms
from services.gateway.hsds.package.views import Packages
from services.gateway.hsds.paging import Page
from services.gateway.hsds.places import area_codes, postal_key
from services.gateway.hsds.taxonomies import TERMS
from services.gateway.tags import digest

Json = dict[str, Any]
Documents = list[Json]
Found = dict[str, tuple[bytes, str]]
"""Records by their ids: each as JSON, and its tag."""
Records = OrganizationsAsked | ServicesAsked
Asked = TypeVar("Asked", bound=RecordsAsked)
Telling = Callable[[Documents], list[bytes]]

SOME_PLACES = 100
"""Places of a postal code of which the middle is taken."""
FLAT_ORGANIZATION, ORGANIZATION = {"hsds": 1}, {"hsds": 1, "record": 1}
WITH_PROGRAMS = {"hsds": 1, "record.programs": 1}
ASSURED = {f"record.{name}": 1 for name in metadata.FIELDS}
MINIMAL = {"modified": 1}
FLAT_SERVICE = {"organization": 1, "hsds": 1, "hsds_program": 1}
SERVICE = {**FLAT_SERVICE, **ASSURED, "hsds_full": 1, "hsds_at": 1}
FLAT_AT_LOCATION = {"at": 1, "service": 1, "organization": 1, "location": 1, "flat": 1}
AT_LOCATION = {**FLAT_AT_LOCATION, "full": 1}


class Hsds:
    """Read the directory as HSDS has it. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[Json], turns: Turns | None = None) -> None:
        """Take the gateway's database, and who gives turns to what takes long."""
        turns = turns or Turns()
        self._organizations = database["directory_organizations"]
        self._services = database["directory_services"]
        self._at_locations = database["directory_service_locations"]
        self._areas = database["directory_areas"]
        self._organization_list = List(self._organizations, turns)
        self._service_list = List(self._services, turns)
        self._at_location_list = List(self._at_locations, turns)
        self._area_records = AreaRecords(database)
        self.own = OwnTerms(database)
        self.packages = Packages(database)

    # Organizations

    def organizations(self, ids: Collection[str], *, full_service: bool = False) -> Found:
        """Return those of some organizations that are active, each with its parts and services."""
        found = _shown(self._organizations.find(_those(ids), ORGANIZATION))
        return _tagged(found, self._with_services(found, full_service=full_service))

    def organizations_page(self, asked: OrganizationsAsked) -> Page:
        """Return one page of organizations."""
        asked = self._meant(asked)
        return _page(self._organization_list, asked, _of_organizations(asked), partial(self._told, asked))

    def all_organizations(self, asked: OrganizationsAsked) -> Iterator[bytes]:
        """Yield all organizations that are asked for."""
        asked = self._meant(asked)
        return _every(self._organization_list, asked, _of_organizations(asked), partial(self._told, asked))

    def _told(self, asked: OrganizationsAsked, found: Documents) -> list[bytes]:
        if asked.full or asked.full_service:
            return self._with_services(_shown(found), full_service=asked.full_service)
        return [one["hsds"] for one in _shown(found)]

    def _with_services(self, found: Documents, *, full_service: bool) -> list[bytes]:
        wanted = SERVICE if full_service else FLAT_SERVICE
        services = self._services.find({"organization": {"$in": [one["_id"] for one in found]}}, wanted)
        owned: dict[str, Documents] = defaultdict(list)
        for one in _shown(services):
            owned[one["organization"]].append(one)
        homes = self._placed_homes(found)
        return self.own.named([organization(one, owned[one["_id"]], homes, full_service=full_service) for one in found])

    def _meant(self, asked: Asked) -> Asked:
        """Return what is asked with the code of its term, where that is one of the node's own."""
        id_ = asked.taxonomy_term_id
        term = self.own.find(id_) if id_ and id_ not in TERMS else None
        return replace(asked, own=term.code) if term else asked

    # Services

    def services(self, ids: Collection[str]) -> Found:
        """Return those of some services that are shown, each with its parts, places and organization."""
        found = _shown(self._services.find(_those(ids), SERVICE))
        return _tagged(found, self._served(WHOLE, found))

    def services_page(self, asked: ServicesAsked) -> Page:
        """Return one page of services."""
        asked = self._meant(asked)
        return _page(self._service_list, asked, _of_services(asked), partial(self._served, asked))

    def all_services(self, asked: ServicesAsked) -> Iterator[bytes]:
        """Yield all services that are asked for."""
        asked = self._meant(asked)
        return _every(self._service_list, asked, _of_services(asked), partial(self._served, asked))

    def _served(self, asked: ServicesAsked, found: Documents) -> list[bytes]:
        if asked.minimal:
            return [minimal(one) for one in found]
        homes = self._homes(found, full=asked.full)
        told = [service(one, homes, full=asked.full) for one in _shown(found)]
        return self.own.named(told) if asked.full else told

    # Services at locations

    def at_locations(self, ids: Collection[str]) -> Found:
        """Return those of some services at locations that there are, each with its parts, service and place."""
        found = list(self._at_locations.find({"at": {"$in": list(ids)}}, AT_LOCATION))
        shown = zip(found, self._given(WHOLE, found), strict=True)
        return {one["at"]: (body, _tag(body)) for one, body in shown}

    def at_locations_page(self, asked: ServicesAsked) -> Page:
        """Return one page of services at locations."""
        asked = self._placed(self._meant(asked))
        return _page(self._at_location_list, asked, _of_at_locations(asked), partial(self._given, asked))

    def all_at_locations(self, asked: ServicesAsked) -> Iterator[bytes]:
        """Yield all services at locations that are asked for."""
        asked = self._placed(self._meant(asked))
        return _every(self._at_location_list, asked, _of_at_locations(asked), partial(self._given, asked))

    def _given(self, asked: ServicesAsked, found: Documents) -> list[bytes]:
        ids = _those({one["service"] for one in found})
        services = {one["_id"]: one for one in _shown(self._services.find(ids, _of_services(asked)))}
        homes = self._homes(found, full=True)
        told = [at_location(one, services, homes, full=asked.full) for one in found]
        return self.own.named(told) if asked.full else told

    def _placed(self, asked: ServicesAsked) -> ServicesAsked:
        """Return what is asked with the key of its postcode, and a point where it asks for what is near that."""
        if not asked.postcode:
            return asked
        area = self._area(asked.postcode)
        key = area["_id"] if area else postal_key(asked.postcode)
        centre = orjson.loads(area["body"])["centre"] if area else None
        found = [] if centre else self._given_where(key)
        if area or found:
            asked = replace(asked, postcode=key)
        centre = centre or _middle(found)
        if asked.proximity is None or not centre:
            return asked
        return replace(asked, near=Near((centre[0], centre[1]), asked.proximity))

    def _area(self, code: str) -> Json | None:
        """Return the area of a code; one that nobody has as it is written is read in capitals and without spaces."""
        codes = [code, *area_codes(code)]
        found = {one["_id"]: one for one in self._areas.find({"_id": {"$in": codes}}, {"body": 1})}
        return next((found[one] for one in codes if one in found), None)

    def _given_where(self, key: str) -> Documents:
        """Return some of what is given in an area, or where a postal code holds."""
        return list(self._at_locations.find({"facets": facet(ANY, key)}, {"places": 1}, limit=SOME_PLACES))

    def _homes(self, found: Documents, *, full: bool) -> Homes:
        """Return the organizations of what was found, with their places if wanted."""
        those = _those({one["organization"] for one in found})
        homes = self._organizations.find(those, ORGANIZATION if full else WITH_PROGRAMS)
        return self._placed_homes(_shown(homes)) if full else Homes(homes, {})

    def _placed_homes(self, found: Documents) -> Homes:
        return Homes(found, self._area_records.of(one["record"] for one in found))


WHOLE = ServicesAsked(full=True)


def _middle(found: Documents) -> list[float]:
    """Return the middle of places, longitude first; nothing where none is located."""
    points = [one["point"]["coordinates"] for at in found for one in at["places"]]
    return [fmean(axis) for axis in zip(*points, strict=True)]


def _of_organizations(asked: OrganizationsAsked) -> Json:
    return ORGANIZATION if asked.full or asked.full_service else FLAT_ORGANIZATION


def _of_services(asked: ServicesAsked) -> Json:
    if asked.minimal:
        return MINIMAL
    return SERVICE if asked.full else FLAT_SERVICE


def _of_at_locations(asked: ServicesAsked) -> Json:
    return AT_LOCATION if asked.full else FLAT_AT_LOCATION


def _page(records: List, asked: Records, wanted: Json, told: Telling) -> Page:
    found = records.page(asked.selection, asked, wanted)
    total = records.total(asked.selection, asked, len(found))
    return Page(told(found), total, asked.page, asked.per_page)


def _every(records: List, asked: Records, wanted: Json, told: Telling) -> Iterator[bytes]:
    found = records.every(asked.selection, wanted)
    with closing(found):
        while together := list(islice(found, AT_ONCE)):
            yield from told(together)


def _shown(found: Iterable[Json]) -> Documents:
    """Return what is to be seen, and was rendered since this part of the directory is there."""
    return [one for one in found if one.get("hsds")]


def _those(ids: Iterable[str]) -> Json:
    return {"_id": {"$in": list(ids)}}


def _tagged(found: Documents, bodies: list[bytes]) -> Found:
    return {one["_id"]: (body, _tag(body)) for one, body in zip(found, bodies, strict=True)}


def _tag(body: bytes) -> str:
    return f'"{digest(body)}"'
