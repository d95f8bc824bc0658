"""Read what a node told by attributes when it wrote a package: where a record lies, of which kind, and for what.

See :mod:`services.gateway.hsds.package`. Everything else of such a package stands in the columns of HSDS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cli.hsds_package.making import Maker, Record, attribute, given
from cli.hsds_package.shelf import Row
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.package.terms import AREA
from services.gateway.hsds.taxonomies import COOPERATION, NEEDS, TERMS, TYPE

UNCOUNTED = re.compile(r"-(?: (?P<unit>.*))?\Z", re.DOTALL)
COUNTED = re.compile(r"(?P<capacity>\d{1,8})(?: (?P<unit>.*))?\Z", re.DOTALL)


def organization(maker: Maker, row: Row) -> Record:
    """Return what attributes tell of an organization."""
    partners = [one["value"] for one in _told(maker, row, COOPERATION)]
    return given(
        area=area(maker, row),
        organization_type=next((_code(one) for one in _told(maker, row, TYPE)), ""),
        capabilities=[_capability(one) for one in _told(maker, row, "capability")],
        international_cooperation=bool(partners) or None,
        cooperations=[{"partner": one} for one in partners if one],
    )


def area(maker: Maker, row: Row) -> str:
    """Return the code of the area that an organization or a place lies in; empty where it is not told."""
    said = next(_told(maker, row, AREA), None)
    term = said and maker.reading.shelf.get("taxonomy_terms", said["taxonomy_term_id"])
    return term["code"] if term else ""


def of_place(maker: Maker, place: Row) -> list[Record]:
    """Return the attributes of a place that do not tell where it lies."""
    lies = part_id(place.id, "attribute", AREA)
    return [attribute(row) for row in _all(maker, place) if row.id != lies]


def is_its_organizations(language: Row) -> bool:
    """Tell whether a language of a place is told of it for its organization."""
    return language.id == part_id(language["location_id"], "language", language["code"])


def subjects(maker: Maker, service: Row) -> list[str]:
    """Return the subjects of a service."""
    return [code for row in _all(maker, service) if (code := _subject(service, row))]


def attributes(maker: Maker, service: Row) -> list[Record]:
    """Return the attributes of a service that tell no subject."""
    return [attribute(row) for row in _all(maker, service) if not _subject(service, row)]


def _subject(service: Row, row: Row) -> str:
    """Return the subject that an attribute tells, by its id: a service may have been registered with the same term."""
    code = _code(row)
    return code if row.id == part_id(service.id, "attribute", NEEDS, code, "") else ""


def _capability(row: Row) -> Record:
    if uncounted := UNCOUNTED.match(row["value"]):
        return {"subject": _code(row), "unit": uncounted["unit"] or ""}
    counted = COUNTED.match(row["value"])
    if counted:
        return {"subject": _code(row), "capacity": int(counted["capacity"]), "unit": counted["unit"] or ""}
    return {"subject": _code(row)} | given(unit=row["value"])


def _code(row: Row) -> str:
    term = TERMS.get(row["taxonomy_term_id"])
    return term.code if term else ""


def _told(maker: Maker, row: Row, link_type: str) -> Iterator[Row]:
    return (one for one in _all(maker, row) if one["link_type"] == link_type)


def _all(maker: Maker, row: Row) -> list[Row]:
    return maker.said_of(row)
