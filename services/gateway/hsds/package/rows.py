"""Turn what the directory says of organizations and services into rows of a package's tables.

A record and its parts become a row each, bound by ids. Parts of different records may bear one id, since whoever
registers them may give it; in a table it stands once. So the second gets another, made of its record's and its own, and
a row of a table of ours says which it has in the register; equal units are one row. That table also notes attributes of
the register's that are called as those of our making: see :mod:`.made`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

import orjson

from services.gateway.hsds.ids import part_id
from services.gateway.hsds.package.made import KINDS, made
from services.gateway.hsds.package.tables import IDS
from services.gateway.hsds.package.terms import AREA, LANGUAGE, UNCLASSIFIED, Row, area_term, foreign, unclassified
from services.gateway.hsds.taxonomies import NEEDS, TERMS, Json, Term
from services.gateway.tags import digest

LISTS = {
    "programs": "program",
    "locations": "location",
    "addresses": "address",
    "accessibility": "accessibility",
    "phones": "phone",
    "contacts": "contact",
    "schedules": "schedule",
    "service_areas": "service_area",
    "languages": "language",
    "funding": "funding",
    "cost_options": "cost_option",
    "required_documents": "required_document",
    "organization_identifiers": "organization_identifier",
    "additional_websites": "url",
    "additional_urls": "url",
    "capacities": "service_capacity",
    "attributes": "attribute",
}
"""What the lists of a record hold: rows of which table."""
RECORDS = frozenset({"organization", "location", "service"})
"""Tables of what the register gives an id to: no two have the same."""
DEFAULT_UNIT = "families"


class Claim(Enum):
    """Say whether an id is new to a table, stands there with the same content, or with another."""

    NEW = auto()
    SAME = auto()
    TAKEN = auto()


Claims = Callable[[str, str, str], Claim]
"""Claim an id for a table, with what tells its content from others; nothing is the same as nothing."""


@dataclass(frozen=True, slots=True)
class Home:
    """Hold what of an organization its services may name: its id, and the ids of its places and programmes."""

    id: str
    places: Collection[str]
    programs: Collection[str]


@dataclass(slots=True)
class Rows:
    """Make rows. ``areas`` are the codes of all areas that rows were classified by.

    ``coded`` are the codes of all areas by their terms' ids: others' attributes may name such a term too. ``own`` are
    the terms of the node's own by their ids. ``renamed``
    says which id a programme got whose own was taken, by its organization and that id.
    """

    claims: Claims
    coded: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Term] = field(default_factory=dict)
    areas: set[str] = field(default_factory=set)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)

    def organization(self, told: Json, record: Json) -> Iterator[Row]:
        """Yield the rows of an organization as HSDS has it, and of where its register's record says that it lies."""
        capabilities = {one["subject"]: one for one in record["capabilities"]}
        attributes = [_counted(one, told["id"], capabilities) for one in told.get("attributes", [])]
        yield from self._part("organization", {**told, "attributes": attributes})
        yield from self._lies("organization", told["id"], record["area"])
        yield from self._speaks(record)
        for place in record["locations"]:
            yield from self._lies("location", place["id"], place["area"])

    def service(self, told: Json, home: Home) -> Iterator[Row]:
        """Yield the rows of a service without its places; it names a programme where its organization has that."""
        program = told.get("program_id", "")
        named = self.renamed.get((home.id, program), program) if program in home.programs else ""
        yield from self._part("service", {**told, "organization_id": home.id, "program_id": named})

    def at_location(self, told: Json, home: Home) -> Iterator[Row]:
        """Yield the rows of a service at a location, where that is a place of its organization."""
        if told["location_id"] in home.places:
            yield from self._part("service_at_location", told, service_id=told["service_id"])

    def _part(self, table: str, part: Json, **keys: str) -> Iterator[Row]:
        """Yield the row of a part, and those of all parts within it."""
        of = "".join(keys.values())
        id_ = self._id(table, part["id"], of)
        yield from _registered(id_, part["id"])
        if table == "program" and id_ != part["id"]:
            self.renamed[of, part["id"]] = id_
        row = {name: value for name, value in part.items() if not isinstance(value, list | dict)} | keys
        if "unit" in part:
            row["unit_id"] = yield from self._unit(part["unit"])
        yield table, {**row, "id": id_}
        yield from self._within(table, part, id_)

    def _within(self, table: str, part: Json, id_: str) -> Iterator[Row]:
        for name, value in part.items():
            if name not in LISTS:
                continue
            for one in value:
                if LISTS[name] == "attribute":
                    yield from self._attribute(table, id_, one)
                else:
                    yield from self._part(LISTS[name], one, **{f"{table}_id": id_})

    def _attribute(self, table: str, of: str, told: Json) -> Iterator[Row]:
        row = {name: value for name, value in told.items() if name != "taxonomy_term"}
        term = told.get("taxonomy_term", {}).get("id") or told.get("taxonomy_term_id", "")
        yield from self._term(term, told)
        classified = {"taxonomy_term_id": term or UNCLASSIFIED, "link_id": of, "link_entity": table}
        id_ = self._id("attribute", told["id"], of)
        if id_ != told["id"] or _called_alike(table, of, told):
            yield IDS.name, {"id": id_, "registered": told["id"]}
        yield "attribute", {**row, **classified, "id": id_}

    def _term(self, id_: str, told: Json) -> Iterator[Row]:
        """Yield the row of a term that is none of ours, the first time."""
        if id_ in self.coded:
            self.areas.add(self.coded[id_])
        elif (
            id_ not in TERMS
            and id_ not in self.own
            and self.claims("taxonomy_term", id_ or UNCLASSIFIED, "") is Claim.NEW
        ):
            yield "taxonomy_term", foreign(id_, _called(told)) if id_ else unclassified()

    def _lies(self, table: str, of: str, code: str) -> Iterator[Row]:
        if code:
            self.areas.add(code)
            made = part_id(of, "attribute", AREA)
            id_ = self._id("attribute", made, of)
            yield from _registered(id_, made)
            row = {"link_id": of, "link_entity": table, "link_type": AREA, "taxonomy_term_id": area_term(code)}
            yield "attribute", {"id": id_, **row}

    def _speaks(self, record: Json) -> Iterator[Row]:
        """Yield the languages of an organization that no place tells: each place has its own, or there is none."""
        if all(place.get("languages") for place in record["locations"]):
            for code in record.get("languages", ()):
                said = {"id": part_id(record["id"], "attribute", LANGUAGE, code), "link_type": LANGUAGE, "value": code}
                yield from self._attribute("organization", record["id"], said)

    def _unit(self, unit: Json) -> Generator[Row, None, str]:
        """Yield the row of what capacity is counted in, if it is new, and return its id."""
        content = digest(orjson.dumps(unit))
        id_, claim = unit["id"], self.claims("unit", unit["id"], content)
        while claim is Claim.TAKEN:
            id_ = part_id(id_, "unit", content)
            claim = self.claims("unit", id_, content)
        if claim is Claim.NEW:
            yield from _registered(id_, unit["id"])
            yield "unit", {**{name: value for name, value in unit.items() if not isinstance(value, list)}, "id": id_}
            yield from self._within("unit", unit, id_)
        return id_

    def _id(self, table: str, id_: str, of: str) -> str:
        """Return the id of a row: the part's own, or one made of it where another row of the table has that."""
        if table in RECORDS:
            return id_
        while self.claims(table, id_, "") is not Claim.NEW:
            id_ = part_id(of, table, id_)
        return id_


def _registered(id_: str, registered: str) -> Iterator[Row]:
    """Yield the row that says of an id which it is in the register, if that is another."""
    if id_ != registered:
        yield IDS.name, {"id": id_, "registered": registered}


def _called_alike(table: str, of: str, told: Json) -> bool:
    """Tell whether an attribute that a record was registered with is called as one that we make for it."""
    kind, code = told.get("link_type", ""), told.get("taxonomy_term", {}).get("code", "")
    return kind in KINDS.get(table, ()) and told["id"] not in made(of, kind, code, told.get("value", ""))


def _called(told: Json) -> str:
    """Return what an attribute calls its term; one of the node's own has at least a code."""
    return str(told.get("label") or told.get("taxonomy_term", {}).get("code", ""))


def _counted(attribute: Json, of: str, capabilities: dict[str, Json]) -> Json:
    """Return the attribute of an organization; of a capability without a number, with what it would be counted in.

    A dash stands where the number would: a unit may begin with one, as ``3 rooms`` does.
    """
    code = attribute.get("taxonomy_term", {}).get("code", "")
    if code not in capabilities or attribute["id"] != part_id(of, "attribute", NEEDS, code, ""):
        return attribute
    unit = capabilities[code]["unit"]
    return {**attribute, "value": f"- {unit}".rstrip()} if unit != DEFAULT_UNIT else attribute
