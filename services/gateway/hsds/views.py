"""Read what HSDS's lists and records show, rendered already, from the directory.

Lists are in the order of names, or of the records that the rarest word finds. A page by number has to know what stands
before it. A process remembers for :data:`REMEMBERED` seconds where each page that it gave ended, and one record in
:data:`MILESTONE` on the way to a page that it was asked for out of order; between those the index alone is read. How
many there are is counted by an index, and believed for :data:`COUNTED` seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from pymongo.cursor import Cursor
from pymongo.database import Database

from services.gateway.directory.search.query import after_name
from services.gateway.directory.search.views import BY_NAME, Pages
from services.gateway.hsds.asked import OrganizationsAsked
from services.gateway.hsds.paging import Page
from services.gateway.hsds.remembered import Remembered
from services.gateway.tags import digest

REMEMBERED, PLACES = 60.0, 2_000
MILESTONE = 10_000
COUNTED, COUNTS = 10.0, 1_000
FOUND_MOST = 10_000
"""Records that a search by words gives, at most."""
AT_ONCE = 200

Json = dict[str, Any]
Place = tuple[str, str]


class Hsds:
    """Read the directory as HSDS has it. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[Json]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._pages = Pages(self._organizations)
        self._totals: Remembered[int] = Remembered(COUNTED, COUNTS)
        self._places: Remembered[Place] = Remembered(REMEMBERED, PLACES)

    def organization(self, id: str) -> bytes | None:  # noqa: A002 - the field's name
        """Return an active organization with its parts; None where there is none."""
        found = self.organizations([id]).get(id)
        return found[0] if found else None

    def organizations(self, ids: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Return those of some organizations that are active, each by its id, with its parts, and its tag."""
        found = self._organizations.find({"_id": {"$in": list(ids)}}, {"hsds_full": 1})
        bodies = {one["_id"]: one["hsds_full"] for one in found if one.get("hsds_full")}
        return {id_: (body, f'"{digest(body)}"') for id_, body in bodies.items()}

    def organizations_page(self, asked: OrganizationsAsked) -> Page:
        """Return one page of organizations."""
        total = self._total(asked)
        if asked.skipped >= total:
            return Page([], total, asked.page, asked.per_page)
        found = list(self._worded(asked) if asked.words else self._named(asked))
        return Page(_bodies(found, asked), total, asked.page, asked.per_page)

    def all_organizations(self, asked: OrganizationsAsked) -> Iterator[bytes]:
        """Yield all that is asked for, whatever the page."""
        field = _field(asked)
        conditions, hint = asked.conditions, self._hint(asked)
        found = self._organizations.find(conditions, {field: 1}, hint=hint, batch_size=AT_ONCE)
        with found if asked.words else found.sort(BY_NAME) as matching:
            yield from (one[field] for one in matching if one.get(field))

    def _total(self, asked: OrganizationsAsked) -> int:
        known = self._totals.get(asked.key)
        if known is not None:
            return known
        limit = {"limit": FOUND_MOST} if asked.words else {}
        counted = self._organizations.count_documents(asked.conditions, hint=self._hint(asked), **limit)
        return self._totals.put(asked.key, counted)

    def _hint(self, asked: OrganizationsAsked) -> str:
        return "words" if asked.words else "facets"

    # By words

    def _worded(self, asked: OrganizationsAsked) -> Cursor[Json]:
        limit = min(asked.per_page, FOUND_MOST - asked.skipped)
        found = self._organizations.find(asked.conditions, {_field(asked): 1}, hint="words")
        return found.skip(asked.skipped).limit(limit)

    # By name

    def _named(self, asked: OrganizationsAsked) -> list[Json]:
        place = self._place(asked, asked.skipped)
        conditions = asked.conditions | (after_name(place) if place else {})
        found = list(self._by_name(conditions, {_field(asked): 1, "sort": 1}).limit(asked.per_page))
        if found:
            self._places.put((asked.key, asked.skipped + len(found)), (found[-1]["sort"], found[-1]["_id"]))
        return found

    def _place(self, asked: OrganizationsAsked, count: int) -> Place | None:
        """Return where the first so many records end; None for none."""
        known = self._places.get((asked.key, count))
        if known or not count:
            return known
        milestone = (count - 1) // MILESTONE * MILESTONE
        last = self._next(asked.conditions, self._place(asked, milestone), count - milestone)
        return self._places.put((asked.key, count), last) if last else None

    def _next(self, conditions: Json, place: Place | None, count: int) -> Place | None:
        """Return the place of the last of so many records after one, read from the index alone."""
        if place:
            name, id_ = place
            count += self._organizations.count_documents(
                conditions | {"sort": name, "_id": {"$lte": id_}}, hint="facets"
            )
            conditions = conditions | {"sort": {"$gte": name}}
        last = next(iter(self._by_name(conditions, {"sort": 1}).skip(count - 1).limit(1)), None)
        return (last["sort"], last["_id"]) if last else None

    def _by_name(self, conditions: Json, wanted: Json) -> Cursor[Json]:
        return self._organizations.find(conditions, wanted, hint="facets").sort(BY_NAME)


def _field(asked: OrganizationsAsked) -> str:
    return "hsds_full" if asked.full else "hsds"


def _bodies(found: list[Json], asked: OrganizationsAsked) -> list[bytes]:
    field = _field(asked)
    return [one[field] for one in found if one.get(field)]
