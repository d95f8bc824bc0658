"""Turn a package's services into rows of an import, once the register has named their organization and its places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cli.hsds_package import emptied
from cli.hsds_package.making import Maker, Record, given, number
from cli.hsds_package.organizations import located
from cli.hsds_package.schedules import schedules
from cli.hsds_package.shelf import Row
from cli.hsds_package.terms import classified
from contracts.registry.hsds import ADDRESS, BLOCK, FEW, LINE, NOTE, SOME
from contracts.registry.words import CURRENCY, PLACES_MOST

AGES = 150
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)\Z")
HERE = "service_at_location_id"


@dataclass(frozen=True, slots=True)
class Home:
    """Name an organization, its places and its programmes in the register, the latter two by their ids here."""

    id: str
    places: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)


def rows(maker: Maker, organization_id: str, home: Home) -> Iterator[tuple[Row, Record]]:
    """Yield each good service of an organization, and the row that is put."""
    spoken = emptied.of_services(maker.reading)
    for row in maker.reading.shelf.children("services", "organization_id", organization_id):
        yield row, spoken.of(row, _row(maker, row, home) | classified(maker, row))


def _row(maker: Maker, row: Row, home: Home) -> Record:
    made: Record = {"external_id": row.id, "organization_id": home.id}
    made |= maker.texts(row, LINE, "name", "alternate_name", "email", "assurer_email")
    made |= maker.texts(row, BLOCK, "description", "application_process") | maker.texts(row, ADDRESS, "url")
    made |= maker.texts(row, NOTE, "interpretation_services", "accreditations", "licenses", "alert", "wait_time")
    own = schedules(maker, "service_id", row)
    return made | given(
        status=row["status"],
        assured_date=row["assured_date"],
        fees_description=_fees(maker, row),
        program_id=home.programs.get(row["program_id"], ""),
        phones=maker.phones("service_id", row.id),
        contacts=maker.contacts("service_id", row.id),
        schedules=own,
        service_areas=_areas(maker, row),
        service_at_locations=_at_locations(maker, row, home, everywhere=bool(own)),
        languages=_languages(maker, row),
        funding=_funding(maker, row),
        cost_options=maker.several(
            maker.owned("cost_options", "service_id", row.id), SOME, lambda one: _cost(maker, one)
        ),
        required_documents=_documents(maker, row),
        capacities=maker.several(
            maker.owned("service_capacity", "service_id", row.id), FEW, lambda one: _capacity(maker, one)
        ),
        additional_urls=maker.several(maker.owned("urls", "service_id", row.id), FEW, maker.url),
        **_eligibility(maker, row),
    )


def _fees(maker: Maker, row: Row) -> str:
    """Return what a service costs; of two columns for it, what that of HSDS 3 says."""
    described = row["fees_description"]
    if described and row["fees"] not in ("", described):
        maker.leave(row, "fees", "fees_description says it")
    return maker.cut(row, "fees_description" if described else "fees", BLOCK)


def _eligibility(maker: Maker, row: Row) -> Record:
    rows = sorted(maker.reading.shelf.children("eligibility", "service_id", row.id), key=_by_id)
    told = [row["eligibility_description"], *(one["eligibility"] for one in rows)]
    text = maker.shortened(row, "eligibility_description", "\n".join(filter(None, told)), BLOCK)
    ages = {name: _age(maker, name, (row, *rows)) for name in ("minimum_age", "maximum_age")}
    return {"eligibility_description": text, **ages}


def _by_id(row: Row) -> tuple[int, str]:
    """Return by what rows that become one text are sorted: those of a table have no order."""
    return len(row.id), row.id


def _age(maker: Maker, name: str, rows: Sequence[Row]) -> int | float | None:
    """Return the first age that rows tell, where somebody can be as old."""
    row = next((one for one in rows if one[name]), None)
    if row and not 0 <= float(row[name]) <= AGES:
        maker.leave(row, name, f"no age from 0 to {AGES}")
        return None
    return number(row[name]) if row else None


def _at_locations(maker: Maker, row: Row, home: Home, *, everywhere: bool) -> list[Record]:
    """Make where a service is given. The hours of a place are those of a service that has none of its own."""
    said = {
        one["location_id"]: one for one in maker.reading.shelf.children("services_at_location", "service_id", row.id)
    }
    made = []
    for location_id in located(maker, row):
        if location_id not in home.places:
            continue
        here = said.get(location_id, Row(row.file, row.number, {}))
        place = Row(here.file, here.number, {"id": location_id})
        hours = schedules(maker, HERE, here) or (
            [] if everywhere or maker.exact else schedules(maker, "location_id", place)
        )
        made.append(
            maker.part(here)
            | {"location_id": home.places[location_id]}
            | maker.texts(here, BLOCK, "description")
            | given(
                schedules=hours,
                phones=maker.phones(HERE, here.id),
                contacts=maker.contacts(HERE, here.id),
                service_areas=maker.areas(HERE, here.id, FEW),
            )
        )
    return maker.first(row, made, PLACES_MOST, "service_at_locations")


def _areas(maker: Maker, row: Row) -> list[Record]:
    own = maker.areas("service_id", row.id)
    return maker.first(
        row, own + [{"name": one} for one in maker.words(row, "service_areas", LINE)], SOME, "service_areas"
    )


def _languages(maker: Maker, row: Row) -> list[Record]:
    own = maker.several(maker.owned("languages", "service_id", row.id), SOME, maker.language)
    return maker.first(row, own + maker.spoken(row, "languages"), SOME, "languages")


def _funding(maker: Maker, row: Row) -> list[Record]:
    own = maker.several(maker.owned("funding", "service_id", row.id), FEW, maker.funding)
    said = [{"source": one} for one in maker.words(row, "funding_sources", NOTE)]
    return maker.first(row, own + said, FEW, "funding")


def _documents(maker: Maker, row: Row) -> list[Record]:
    rows = maker.owned("required_documents", "service_id", row.id)
    own = [maker.part(one) | maker.texts(one, NOTE, "document") | maker.texts(one, ADDRESS, "uri") for one in rows]
    said = [{"document": one} for one in maker.words(row, "required_documents", NOTE)]
    return maker.first(row, own + said, SOME, "required_documents")


def _cost(maker: Maker, row: Row) -> Record:
    made = maker.part(row) | maker.texts(row, NOTE, "option", "amount_description")
    return made | given(
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        currency=maker.coded(row, "currency", CURRENCY.match),
        amount=number(row["amount"]),
    )


def _capacity(maker: Maker, row: Row) -> Record | None:
    """Make a capacity, where it says what is counted and how much of it is free."""
    unit = maker.reading.shelf.get("units", row["unit_id"])
    available, most = number(row["available"]), number(row["maximum"])
    if unit is None or available is None or (most is not None and available > most):
        maker.verdicts.warn(
            row.file, row.number, "available", row["available"], "left out: more than there is, or of nothing"
        )
        return None
    counted = (
        maker.part(unit) | maker.texts(unit, LINE, "name", "scheme", "identifier") | maker.texts(unit, ADDRESS, "uri")
    )
    if row["updated"] and not MOMENT.match(row["updated"]):
        maker.leave(row, "updated", "no moment with a zone; write 2026-11-02T08:15:00Z")
    updated = row["updated"] if MOMENT.match(row["updated"]) else ""
    made = maker.part(row) | {"unit": counted, "available": available} | given(updated=updated)
    return made | given(maximum=most) | maker.texts(row, NOTE, "description")
