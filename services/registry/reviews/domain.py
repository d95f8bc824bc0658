"""Say what an organization's record is to say now, though nobody changed it. Pure.

What somebody said stays; what the register made of it is made again, as it is when a record comes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from services.registry.areas.tree import Tree
from services.registry.organizations.domain import Organization, OrganizationChanged
from services.registry.organizations.intake import in_tree
from services.registry.organizations.parts import Fields, current
from services.registry.organizations.places import Location, dated

AREAS_CHANGED, COOPERATION_ENDED = "registry.areas_changed", "registry.cooperation_ended"
"""What did it, in the history."""


@dataclass(frozen=True, slots=True)
class Review:
    """Say which fields are to be set on a record, and why; none where it stays as it is."""

    fields: Fields
    why: str = ""


def review(organization: Organization, tree: Tree, last: str = "") -> Review:
    """Return what the tree of areas makes of a record on its day: where places lie, and whether outside their areas.

    A place without an area gets the one that its point lies in, and an organization without one that of its first
    place. An area that is there stays. Who worked under international cooperation does so no more when the last that is
    stated has ended since ``last``, the day for which the register was looked over last: what somebody says of it
    afterwards stays. The first time that is the day on which the record was changed last.
    """
    last = last or organization.last_modified.date().isoformat()
    placed, ended = dict(_placed(organization, tree)), _ended(organization, last, tree.day)
    fields = placed | ({"international_cooperation": False} if ended else {})
    why = (AREAS_CHANGED if placed else "", COOPERATION_ENDED if ended else "")
    return Review(fields, ", ".join(filter(None, why)))


def reviewed(organization: Organization, fields: Fields, at: datetime) -> OrganizationChanged:
    """Return the organization's next version. Whatever else its record says is nobody's fault now."""
    changed = dict(fields)
    if "locations" in changed:
        changed["locations"] = dated(organization.locations, changed["locations"], at)
    new = replace(organization, **changed, version=organization.version + 1, last_modified=at)
    return OrganizationChanged(new, frozenset(changed), organization)


def _placed(organization: Organization, tree: Tree) -> Iterator[tuple[str, object]]:
    places = tuple(_settled(place, tree) for place in organization.locations)
    if places != organization.locations:
        yield "locations", places
    if not organization.area and places and places[0].area:
        yield "area", places[0].area
        yield "areas", tree.path(places[0].area)


def _ended(organization: Organization, last: str, day: str) -> bool:
    """Tell whether the last of its cooperations went on on one day, or was to, and does so no more on another."""
    stated = organization.cooperations
    if not organization.international_cooperation or not stated or any(current(one, day) for one in stated):
        return False
    return max(one.valid_to for one in stated) >= last


def _settled(place: Location, tree: Tree) -> Location:
    if place.point is None:
        return place
    area = place.area or tree.at(place.point)
    return in_tree(replace(place, area=area), tree)
