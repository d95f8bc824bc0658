"""Say what a file tells of an organization: its columns, in order, each with how it is read off the public record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from contracts.registry.words import AREA_LEVELS
from contracts.subjects import borne
from services.gateway.directory.whereabouts import areas_of
from services.gateway.downloads.words import Json, Wording

Value = str | int | float | date | datetime | None
"""Nothing is None or an empty text; a ``datetime`` is in UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column: the key of its heading, how many characters wide it is shown, and what stands in it."""

    key: str
    width: int
    value: Callable[[Json, Wording], Value]


def headings(wording: Wording) -> list[str]:
    """Return the columns' headings."""
    return [wording.word(column.key) for column in COLUMNS]


def rows(records: Iterable[Json], wording: Wording) -> Iterator[list[Value]]:
    """Give the values of each record, in the order of the columns."""
    for record in records:
        yield [column.value(record, wording) for column in COLUMNS]


def place(record: Json) -> Json | None:
    """Return the first place that somebody has located, or else the first."""
    places = record["locations"]
    return next(filter(located, places), next(iter(places), None))


def located(place: Json) -> bool:
    """Tell whether it is known where a place is."""
    return place["latitude"] is not None and place["longitude"] is not None


def capable_of(capability: Json) -> list[str]:
    """Return the codes of what a capability is for: its subject, then the terms of the node's own that it bears."""
    return [capability["subject"], *borne([capability])]


def _field(name: str) -> Callable[[Json, Wording], Value]:
    return lambda record, _: record[name]


def _of_place(name: str) -> Callable[[Json, Wording], Value]:
    return lambda record, _: (place(record) or {}).get(name)


def at_level(level: str, areas: Iterable[str], wording: Wording) -> str:
    """Return the name of the area of a level on the way down to a place; empty where there is none."""
    return " / ".join(wording.area(code) for code in areas if _level_of(code, wording) == level)


def _level(level: str) -> Callable[[Json, Wording], Value]:
    return lambda record, wording: at_level(level, _areas(record), wording)


def _areas(record: Json) -> Sequence[str]:
    """Return the areas of the place whose address is told, so that one row speaks of one place."""
    shown = place(record)
    return areas_of(shown, record) if shown else record["areas"]


def _level_of(code: str, wording: Wording) -> Any:
    """Return an area's level; one that the directory does not know yet is shown as the deepest."""
    return wording.areas[code]["level"] if code in wording.areas else AREA_LEVELS[-1]


def _cooperates(record: Json, wording: Wording) -> str:
    return wording.word("yes" if record["international_cooperation"] else "no")


def _since(record: Json, _: Wording) -> Value:
    return date.fromisoformat(record["status_since"]) if record["status_since"] else None


def _modified(record: Json, _: Wording) -> Value:
    return datetime.fromisoformat(record["last_modified"]).astimezone(UTC)


COLUMNS = (
    Column("id", 38, _field("id")),
    Column("name", 40, _field("name")),
    Column("alternate_name", 24, _field("alternate_name")),
    Column("organization_type", 20, lambda record, wording: wording.term("type", record["organization_type"])),
    *(Column(level, 16, _level(level)) for level in AREA_LEVELS),
    Column("address", 36, _of_place("address")),
    Column("latitude", 12, _of_place("latitude")),
    Column("longitude", 12, _of_place("longitude")),
    Column("phones", 28, lambda record, wording: wording.listed(wording.phone, record["phones"])),
    Column("email", 28, _field("email")),
    Column("website", 28, _field("website")),
    Column("members_count", 10, _field("members_count")),
    Column("capabilities", 40, lambda record, wording: wording.listed(wording.capability, record["capabilities"])),
    Column("terms", 28, lambda record, wording: wording.listed(wording.subject, borne(record["capabilities"]))),
    Column("international_cooperation", 14, _cooperates),
    Column("cooperations", 36, lambda record, wording: wording.listed(wording.cooperation, record["cooperations"])),
    Column("status_since", 14, _since),
    Column("last_modified", 20, _modified),
)
