"""Turn one row of text into the fields of an organization, and say what in it was not understood.

A field that the mapping does not name is not given, and stays in the registry as it was; a column that is mapped and
empty empties its field, except where a closed choice has no empty value (type, status).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.checks import SHOWN
from contracts.registry.words import TERM_CODE
from contracts.subjects import SUBJECTS, subject_of
from contracts.text import fold, fold_digits, seen
from services.gateway.imports import subjects, values, words
from services.gateway.imports.areas import Area
from services.gateway.imports.domain import BadValue, Problem, Severity
from services.gateway.imports.draft import Draft, Plan
from services.gateway.imports.mapping import CAPABILITY
from services.gateway.imports.points import Point, placed_in
from services.gateway.imports.table import Row

LONGEST = {
    "name": 200,
    "alternate_name": 200,
    "description": 2_000,
    "cooperation_partner": 200,
    "address": 500,
    "registration_number": 80,
    "external_id": 100,
}
MOST_PHONES = 10
OURS = {"identifiers": "registration_number", "cooperations": "cooperation_partner"}
SCHEMES = {"EG": "eg.moss.registration", "IR": "ir.registration", "PS": "ps.moi.registration"}
"""Scheme of registration numbers by country; elsewhere ``<country>.registration``."""

_LISTED = re.compile(r"\s*[\n;؛/|،,]\s*|\s+و\s*")
_PHONES = re.compile(rf"{_LISTED.pattern}|\s+[-–—]\s+")
_WORDS = re.compile(r"\s*[\n;؛/|،,&+]\s*|\s+و\s*")
_TERMS = re.compile(r"[\n;؛|،,]")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Built:
    """Hold what a row became: the organization's fields, or None where a problem rejects it; and its problems."""

    row: int
    organization: dict[str, Any] | None
    problems: tuple[Problem, ...]


def build(row: Row, plan: Plan) -> Built:
    """Return what a row becomes. Every problem of the row is reported, not the first alone."""
    draft = Draft(row, plan)
    for part in (_names, _kind, _contact, _cooperation, _capabilities, _place, _identity):
        part(draft)
    rejected = any(problem.severity is Severity.ERROR for problem in draft.problems)
    return Built(row.number, None if rejected else draft.organization, tuple(draft.problems))


def field_of(path: str) -> str:
    """Return our field for a path in the registry's words: ``identifiers.0.identifier`` is the registration number."""
    parts = path.split(".")
    if parts[0] == "locations":
        return parts[-1] if parts[-1] in ("address", "latitude", "longitude", "area") else "address"
    if parts[0] == "capabilities" and "terms" in parts:
        return "terms"
    return OURS.get(parts[0], parts[0])


def _names(draft: Draft) -> None:
    name = draft.read("name", _short("name"))
    if name:
        draft.organization["name"] = name
    elif not draft.problems:
        draft.note("name", BadValue("required"), severity=Severity.ERROR)
    for field in ("alternate_name", "description"):
        if draft.maps(field):
            draft.organization[field] = draft.read(field, _short(field)) or ""


def _kind(draft: Draft) -> None:
    kind = draft.read("organization_type", subjects.organization_type)
    if kind:
        draft.organization["organization_type"] = kind
    status = draft.read("status", lambda text: values.word(text, words.STATUSES, "status_unknown"))
    if status:
        draft.organization["status"] = status
    if draft.maps("members_count"):
        draft.organization["members_count"] = draft.read("members_count", values.whole_number)
    if draft.maps("year_incorporated"):
        country = draft.plan.country
        draft.organization["year_incorporated"] = draft.read(
            "year_incorporated", lambda text: values.year(text, country)
        )
    if draft.maps("languages"):
        draft.organization["languages"] = _languages(draft)


def _languages(draft: Draft) -> list[str]:
    codes = []
    for part in filter(None, _WORDS.split(draft.text("languages"))):
        try:
            codes.append(values.word(part, words.LANGUAGES, "language_unknown"))
        except BadValue as error:
            draft.note("languages", error, part, Severity.WARNING)
    return list(dict.fromkeys(codes))


def _contact(draft: Draft) -> None:
    for field, reader in (("email", values.email), ("website", values.website)):
        if draft.maps(field):
            draft.organization[field] = draft.read(field, reader) or ""
    if draft.maps("phones"):
        draft.organization["phones"] = _phones(draft)


def _phones(draft: Draft) -> list[dict[str, str]]:
    text = draft.text("phones")
    country = draft.plan.country
    if not text:
        return []
    parts = list(filter(None, _PHONES.split(text)))
    if not _all_short(text, country):
        with suppress(BadValue):
            return [values.phone(text, country)]
    read = (draft.value("phones", part, lambda one: values.phone(one, country)) for part in parts)
    return list({one["number"]: one for one in read if one}.values())[:MOST_PHONES]


def _all_short(text: str, country: str) -> bool:
    """Tell whether a cell lists short numbers, which together could be taken for a long one (``15335 / 19828``)."""
    parts = list(filter(None, _LISTED.split(text)))
    return len(parts) > 1 and all(values.short_phone(part, country) for part in parts)


def _cooperation(draft: Draft) -> None:
    answer = draft.read("international_cooperation", values.cooperation)
    partner = draft.read("cooperation_partner", _short("cooperation_partner")) or (answer[1] if answer else "")
    if draft.maps("international_cooperation"):
        draft.organization["international_cooperation"] = answer[0] if answer else bool(partner)
    elif partner:
        draft.organization["international_cooperation"] = True
    if draft.maps("cooperation_partner", "international_cooperation"):
        draft.organization["cooperations"] = [{"partner": partner}] if partner else []


def _capabilities(draft: Draft) -> None:
    columns = [field for field in draft.plan.mapping.fields if field.startswith(CAPABILITY)]
    if not columns and not draft.maps("capabilities", "terms"):
        return
    capacities = _named_capabilities(draft) if draft.maps("capabilities") else {}
    for field in columns:
        capacity = draft.read(field, _has)
        if capacity is not None:
            capacities[field.removeprefix(CAPABILITY)] = capacity or None
    terms = _terms(draft)
    capacities = {subject_of(code): None for code in terms} | capacities
    draft.organization["capabilities"] = [
        {"subject": code, "capacity": capacities[code], **_below(code, terms, draft)}
        for code in SUBJECTS
        if code in capacities
    ]


def _terms(draft: Draft) -> list[str]:
    """Return the codes of the node's own terms that a row names or gives; whether there are such the registry says."""
    codes = []
    for part in filter(None, map(str.strip, _TERMS.split(draft.text("terms")))):
        code = draft.plan.terms.get(fold(part), part.lower())
        if TERM_CODE.match(code) and subject_of(code) in SUBJECTS:
            codes.append(code)
        else:
            draft.note("terms", BadValue("unknown_term"), part, Severity.WARNING)
    return list(dict.fromkeys(codes))


def _below(subject: str, terms: list[str], draft: Draft) -> dict[str, list[str]]:
    """Return what a capability says of its terms: nothing where no column does, so that the record's stay."""
    return {"terms": [code for code in terms if subject_of(code) == subject]} if draft.maps("terms") else {}


def _named_capabilities(draft: Draft) -> dict[str, int | None]:
    source = draft.source("capabilities")
    meaning = source.meaning if source.translates else lambda part: part
    understood = subjects.capabilities(draft.written("capabilities"), source.split, meaning)
    for part in understood.unknown:
        draft.note("capabilities", BadValue("capability_unknown"), part, Severity.WARNING)
    capacity = draft.read("capacity", values.whole_number)
    return {code: own if own is not None else capacity for code, own in understood.capacities.items()}


def _has(text: str) -> int | None:
    """Return the capacity that a subject's own column gives, 0 where it says yes alone, None where it says no."""
    try:
        return 0 if values.yes_or_no(text) else None
    except BadValue:
        return values.whole_number(text) or None


def _place(draft: Draft) -> None:
    area = _area(draft)
    if area:
        draft.organization["area"] = area.id
    if not draft.maps("address", "coordinates", "latitude", "longitude"):
        return
    draft.organization["all_locations"] = True
    address = draft.read("address", _short("address")) or ""
    point = _point(draft, area)
    if not address and not point:
        draft.organization["locations"] = []
        return
    location: dict[str, Any] = {"address": address, "area": area.id if area else ""}
    if point:
        location |= {"latitude": point[0], "longitude": point[1]}
    draft.organization["locations"] = [location]


def _area(draft: Draft) -> Area | None:
    parent = draft.text("area_parent")
    field = "area" if draft.text("area") else "area_parent"
    return draft.read(field, lambda text: draft.plan.areas.find(text, parent if field == "area" else ""))


def _point(draft: Draft, area: Area | None) -> Point | None:
    field = "coordinates" if draft.text("coordinates") else "latitude"
    point = draft.read("coordinates", values.coordinates) if field == "coordinates" else _pair(draft)
    if not point or point == (0.0, 0.0):
        return None
    placed = placed_in(point, area, draft.plan.country)
    if placed is None:
        draft.note(field, BadValue("coordinates_invalid"), f"{point[0]}, {point[1]}")
        return None
    if placed != point:
        draft.note(field, BadValue("coordinates_swapped"), f"{point[0]}, {point[1]}", Severity.WARNING)
    return placed


def _pair(draft: Draft) -> Point | None:
    written = [field for field in ("latitude", "longitude") if draft.text(field)]
    read = [draft.read(field, values.coordinate) for field in written]
    if len(written) == 1:
        draft.note(written[0], BadValue("half_a_point"))
    return (read[0], read[1]) if len(read) > 1 and None not in read else None  # type: ignore[return-value]


def _identity(draft: Draft) -> None:
    number = draft.read("registration_number", _short("registration_number"))
    if number:
        country = draft.plan.country
        scheme = SCHEMES.get(country, f"{country.lower()}.registration")
        given = {"identifier_scheme": scheme, "identifier": fold_digits(number)}
        draft.organization["identifiers"] = [given | _registered(draft)]
    if draft.plan.mapping.source:
        external = draft.read("external_id", _short("external_id"))
        draft.organization["external_id"] = fold_digits(external or "")


def _registered(draft: Draft) -> dict[str, str]:
    """Return the day of the registration, where a column that is called so tells it whole."""
    text = draft.text("year_incorporated")
    if not text or not _of_registration(draft.source("year_incorporated").columns):
        return {}
    try:
        day = values.day(text, draft.plan.country)
    except BadValue:  # which is told of the year
        return {}
    return {"valid_from": day} if day else {}


@lru_cache(maxsize=16)
def _of_registration(columns: tuple[str, ...]) -> bool:
    names = [fold(column) for column in columns]
    return any(fold(word) in name for word in words.REGISTRATION for name in names)


def _short(field: str) -> Callable[[str], str]:
    """Return a reader of text on one line, of at most the field's length (a description keeps its lines).

    Where nothing of the text would be seen, it is empty.
    """

    def read(text: str) -> str:
        tidy = seen(text if field == "description" else _BLANKS.sub(" ", text))
        if not re.match(SHOWN, tidy):
            return ""
        if len(tidy) > LONGEST[field]:
            raise BadValue("too_long")
        return tidy

    return read
