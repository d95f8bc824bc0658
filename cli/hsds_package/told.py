"""Read what a node told by attributes when it wrote a package: where a record lies, of which kind, and for what.

Everything else of such a package stands in the columns of HSDS (:mod:`services.gateway.hsds.package`). An attribute
that a record was registered with may be called alike; :mod:`services.gateway.hsds.package.made` tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cli.hsds_package.making import Maker, Record, given
from cli.hsds_package.shelf import Row
from contracts.subjects import subject_of
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.package.made import CAPABILITY, KINDS, made
from services.gateway.hsds.package.terms import AREA, LANGUAGE
from services.gateway.hsds.taxonomies import COOPERATION, NEEDS, OWN_TERM, TERMS, TYPE

UNCOUNTED = re.compile(r"-(?: (?P<unit>.*))?\Z", re.DOTALL)
COUNTED = re.compile(r"(?P<capacity>\d{1,8})(?: (?P<unit>.*))?\Z", re.DOTALL)


def organization(maker: Maker, row: Row) -> Record:
    """Return what attributes tell of an organization: its capabilities, and others, also where it has none any more."""
    partners = [one["value"] for one in _told(maker, row, COOPERATION)]
    own = [_term(maker, one) for one in _told(maker, row, OWN_TERM)]
    capabilities = [_capability(one) | _borne(maker, own, _code(one)) for one in _told(maker, row, CAPABILITY)]
    others = [maker.attribute(one) for one in _all(maker, row) if not _made(maker, row, one)]
    return {"capabilities": capabilities, "attributes": others} | given(
        area=area(maker, row),
        organization_type=next((_code(one) for one in _told(maker, row, TYPE)), ""),
        international_cooperation=bool(partners) or None,
        cooperations=[{"partner": one} for one in partners if one],
    )


def languages(maker: Maker, row: Row) -> list[str]:
    """Return the languages of an organization that no place tells."""
    return [one["value"] for one in _told(maker, row, LANGUAGE)]


def _made(maker: Maker, of: Row, row: Row) -> bool:
    """Tell whether an attribute of an organization or a place was made to tell what the register has a field for."""
    table = row["link_entity"]
    noted = maker.registered(row)
    if row["link_type"] not in KINDS.get(table, ()):
        return False
    code = _code(row) or maker.own.code(_term(maker, row))
    return not noted or noted in made(of.id, row["link_type"], code, row["value"])


def area(maker: Maker, row: Row) -> str:
    """Return the code of the area that an organization or a place lies in; empty where it is not told."""
    said = next(_told(maker, row, AREA), None)
    return _term(maker, said)["code"] if said else ""


def of_place(maker: Maker, place: Row) -> list[Record]:
    """Return the attributes of a place that do not tell where it lies."""
    return [maker.attribute(row) for row in _all(maker, place) if not _made(maker, place, row)]


def is_its_organizations(language: Row) -> bool:
    """Tell whether a language of a place is told of it for its organization."""
    return language.id == part_id(language["location_id"], "language", language["code"])


def service(maker: Maker, row: Row) -> Record:
    """Return what attributes tell of a service, also where that is nothing any more."""
    said = _all(maker, row)
    subjects = [code for one in said if (code := _subject(row, one))]
    own = [_term(maker, one) for one in said if _own(maker, row, one)]
    return {"subjects": subjects, **_borne(maker, own), "attributes": _attributes(maker, row)}


def _borne(maker: Maker, terms: list[Row], subject: str = "") -> Record:
    """Return the terms, of a subject or of all; nothing where the node lacks each: the register keeps what it has."""
    meant = [one for one in terms if subject in ("", subject_of(maker.own.code(one)))]
    found = maker.own.borne(meant)
    return {"terms": found} if found or not meant else {}


def _attributes(maker: Maker, service: Row) -> list[Record]:
    """Return the attributes of a service that tell no subject, and no term that the node has."""
    rows = (row for row in _all(maker, service) if not _subject(service, row))
    return [maker.attribute(row) for row in rows if not maker.own.has(_own(maker, service, row))]


def _subject(service: Row, row: Row) -> str:
    """Return the subject that an attribute tells, by its id: a service may have been registered with the same term."""
    return _derived(service, row, _code(row))


def _own(maker: Maker, service: Row, row: Row) -> str:
    """Return the term of a node's own that an attribute tells, by its id too."""
    return _derived(service, row, maker.own.code(_term(maker, row)))


def _derived(service: Row, row: Row, code: str) -> str:
    return code if row.id == part_id(service.id, "attribute", NEEDS, code, "") else ""


def _capability(row: Row) -> Record:
    if uncounted := UNCOUNTED.match(row["value"]):
        return {"subject": _code(row), "unit": uncounted["unit"] or ""}
    counted = COUNTED.match(row["value"])
    if counted:
        return {"subject": _code(row), "capacity": int(counted["capacity"]), "unit": counted["unit"] or ""}
    return {"subject": _code(row)} | given(unit=row["value"])


def _term(maker: Maker, said: Row) -> Row:
    """Return the term of an attribute; one that is not in the package has only its id."""
    term_id = said["taxonomy_term_id"]
    return maker.reading.shelf.get("taxonomy_terms", term_id) or Row(said.file, said.number, {"id": term_id})


def _code(row: Row) -> str:
    term = TERMS.get(row["taxonomy_term_id"])
    return term.code if term else ""


def _told(maker: Maker, row: Row, link_type: str) -> Iterator[Row]:
    return (one for one in _all(maker, row) if one["link_type"] == link_type and _made(maker, row, one))


def _all(maker: Maker, row: Row) -> list[Row]:
    return maker.said_of(row)
