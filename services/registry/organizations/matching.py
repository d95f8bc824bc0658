"""Find the organization that an imported row speaks of. Pure.

In this order, and the first that finds something decides:

1. the id that the row bears in the list it comes from, which may be the register's own where the list was written from
   here, and nowhere else; or an identifier, such as the number of its registration;
2. its name, folded, in its area: unless the one found is known by other ids of the same kind, and so is another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.text import fold
from services.registry.faults import Fault, Refused
from services.registry.organizations.domain import Identifier, Organization


@dataclass(frozen=True, slots=True)
class Keys:
    """Hold what an organization is found by: ``ids``, each of which names one organization at most, and its name.

    ``own`` is what may be the register's own id of it.
    """

    ids: tuple[str, ...]
    name: str
    own: str = ""

    @property
    def unique(self) -> tuple[str, ...]:
        """Return what no two organizations share: the ids, or the name in its area where there are none."""
        return self.ids or (f"only-{self.name}",)


def external_key(source: str, external_id: str) -> str:
    """Return the key of an id in a list."""
    return f"external:{source}:{external_id}"


def identifier_key(identifier: Identifier) -> str:
    """Return the key of an identifier: differences of case and space do not count."""
    return f"identifier:{identifier.identifier_scheme}:{''.join(identifier.identifier.split()).casefold()}"


def name_key(name: str, area: str) -> str:
    """Return the key of a name in an area: differences of spelling do not count."""
    return f"name:{area}:{fold(name)}"


def keys_of(
    name: str, area: str, identifiers: Iterable[Identifier], external_ids: Iterable[str], own: str = ""
) -> Keys:
    """Return the keys of an organization or a row; ``external_ids`` are keys already."""
    return Keys((*external_ids, *map(identifier_key, identifiers)), name_key(name, area), own)


def keys_of_organization(one: Organization) -> Keys:
    """Return the keys of an organization."""
    return keys_of(one.name, one.area, one.identifiers, one.external_ids)


class Known:
    """Hold the organizations that a batch of rows may speak of, and find the one that each does."""

    def __init__(self, organizations: Iterable[Organization] = ()) -> None:
        """Take what the store has found by the rows' keys."""
        self._by_id: dict[str, Organization] = {}
        self._bearers: defaultdict[str, set[str]] = defaultdict(set)
        for organization in organizations:
            self.put(organization)

    def put(self, organization: Organization) -> None:
        """Add an organization, or replace what it was."""
        old = self._by_id.get(organization.id)
        for key in _all(old) if old else ():
            self._bearers[key].discard(organization.id)
        for key in _all(organization):
            self._bearers[key].add(organization.id)
        self._by_id[organization.id] = organization

    def match(self, keys: Keys) -> Organization | None:
        """Return the organization that the keys mean, or None.

        Raises :class:`Refused` with ``ambiguous_match`` where they mean several.
        """
        sure = self._bearing(*keys.ids, own=keys.own)
        if sure:
            return _only(sure)
        named = [one for one in self._bearing(keys.name) if not _contradict(keys_of_organization(one), keys)]
        return _only(named) if named else None

    def _bearing(self, *keys: str, own: str = "") -> list[Organization]:
        ids = set[str]().union(*(self._bearers.get(key, set()) for key in keys), {own} & self._by_id.keys())
        return [self._by_id[one] for one in sorted(ids)]


def _only(organizations: list[Organization]) -> Organization:
    if len(organizations) > 1:
        raise Refused([Fault("", "ambiguous_match", ", ".join(one.id for one in organizations))])
    return organizations[0]


def _contradict(one: Keys, other: Keys) -> bool:
    """Tell whether two have ids of the same kind and none of them in common: no id is in common, or it had decided."""
    return bool({_kind(key) for key in one.ids} & {_kind(key) for key in other.ids})


def _kind(key: str) -> tuple[str, ...]:
    return tuple(key.split(":", 2)[:2])


def _all(organization: Organization) -> tuple[str, ...]:
    keys = keys_of_organization(organization)
    return (*keys.ids, keys.name)
