"""Settle the places that a row of a list brings: each is the one that bears its id in that list. Pure.

In this order, and the first that is found is it:

1. the place that bears the id; where the list was written from this register, the place whose own id that is;
2. a place that no id of the list tells from it: one of the same name and address, or, where the list gives places no
   ids, the one at the same position.

What is none of the organization's is new, and stands behind those that there are. So the order of a list says nothing,
and places that it does not know stay: somebody added them here, or another list brought them. A list that is whole
takes back what it brought and has no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.text import fold
from services.registry.organizations.places import Location, settle

Given = Mapping[str, Any]
KEY = "external_id"


@dataclass(frozen=True, slots=True)
class Listing:
    """Say of which list places are: ``prefix`` is what the keys of its ids begin with.

    ``own``: an id may be a place's own here. ``whole``: the places given are all that the list has.
    """

    prefix: str
    own: bool = False
    whole: bool = False

    def key(self, number: int, given: Given) -> str:
        """Return the key of a place; of one without an id, that of its position."""
        return f"{self.prefix}{given.get(KEY) or f'#{number}'}"

    def knows(self, place: Location) -> bool:
        """Tell whether a place bears an id of the list."""
        return any(key.startswith(self.prefix) for key in place.external_ids)


def settle_listed(
    organization_id: str, old: Sequence[Location], given: Sequence[Given], listing: Listing
) -> tuple[tuple[Location, ...], list[str]]:
    """Return the places of an organization after a row, and the ids of those that were given, in their order."""
    settling = _Settling(organization_id, listing, list(old))
    ids = [settling.take(number, one) for number, one in enumerate(given)]
    return tuple(settling.left(ids)), ids


@dataclass(slots=True)
class _Settling:
    """Hold the places of an organization while a row's are put among them."""

    organization_id: str
    listing: Listing
    places: list[Location]
    taken: set[str] = field(default_factory=set)

    def take(self, number: int, given: Given) -> str:
        """Put one place, and return its id."""
        key = self.listing.key(number, given)
        fields = {name: value for name, value in given.items() if name != KEY}
        at = self._known(key, given)
        own = at is not None and self._is_own(self.places[at], given)
        if at is None:
            at = self._alike(number, given, fields)
        if at is None:
            at = len(self.places)
            id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.organization_id}/{key}"))
            self.places.append(Location(id_, external_ids=(key,)))
        settled = settle(self.organization_id, self.places[at], fields)
        if not own and key not in settled.external_ids:
            settled = replace(settled, external_ids=(*settled.external_ids, key))
        self.places[at] = settled
        self.taken.add(settled.id)
        return settled.id

    def left(self, ids: Sequence[str]) -> Iterator[Location]:
        """Yield the places that stay: all but those that a whole list has no more, and no other list knows."""
        for place in self.places:
            if not self.listing.whole or place.id in ids or not self.listing.knows(place):
                yield place
                continue
            others = tuple(key for key in place.external_ids if not key.startswith(self.listing.prefix))
            if others:
                yield replace(place, external_ids=others)

    def _known(self, key: str, given: Given) -> int | None:
        return self._first(lambda place: key in place.external_ids or self._is_own(place, given))

    def _is_own(self, place: Location, given: Given) -> bool:
        return self.listing.own and place.id == given.get(KEY)

    def _alike(self, number: int, given: Given, fields: Given) -> int | None:
        """Return where a place stands that bears no id of the list, and seems to be the one given."""
        if not given.get(KEY):
            free = number < len(self.places) and not self.listing.knows(self.places[number])
            return number if free and self.places[number].id not in self.taken else None
        likeness = _likeness(settle(self.organization_id, Location(""), fields))
        if not any(likeness):
            return None
        return self._first(lambda place: not self.listing.knows(place) and _likeness(place) == likeness)

    def _first(self, fits: Callable[[Location], bool]) -> int | None:
        found = (number for number, place in enumerate(self.places) if place.id not in self.taken and fits(place))
        return next(found, None)


def _likeness(place: Location) -> tuple[str, str]:
    return fold(place.name), fold(place.address)
