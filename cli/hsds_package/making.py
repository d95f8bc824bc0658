"""Turn rows of a package into parts of a record, no longer and no more than the registry takes: the rest is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath
from typing import Any, TypeVar

from babel import Locale

from cli.hsds_package.numbers import dialled, extension_of, words_after
from cli.hsds_package.own import OwnTerms
from cli.hsds_package.reading import Reading
from cli.hsds_package.shelf import Row
from cli.hsds_package.tables import BY_FILE, BY_NAME
from cli.hsds_package.unmeant import UnmeantTerms
from cli.hsds_package.verdicts import Verdicts
from contracts.registry.deriving import UUID
from contracts.registry.hsds import ADDRESS, BLOCK, FEW, LINE, NOTE, SOME
from contracts.registry.words import LANGUAGE_CODE
from contracts.text import fold
from services.gateway.hsds.package.terms import UNCLASSIFIED

Record = dict[str, Any]
Part = TypeVar("Part")
EXTENSION_DIGITS = 6
IDS = "tashbik_ids"
"""The table of a node's package that says which ids parts have in its register."""


@dataclass(slots=True)
class Maker:
    """Make parts of records from a reading's rows; what is cut is a warning among its verdicts.

    ``subjects`` says which subject of needs a term of the package means, by its id, code or name; ``own`` which of the
    node's own terms; ``unmeant`` counts those that mean no subject.
    """

    reading: Reading
    subjects: Mapping[str, str] = field(default_factory=dict)
    own: OwnTerms = field(default_factory=OwnTerms)
    unmeant: UnmeantTerms = field(default_factory=UnmeantTerms)

    @property
    def exact(self) -> bool:
        """Tell whether the package is read to the letter."""
        return self.reading.exact

    @property
    def verdicts(self) -> Verdicts:
        """Return where warnings go."""
        return self.reading.verdicts

    def owned(self, table: str, column: str, parent_id: str) -> list[Row]:
        """Return the rows that are a parent's own: those that name nothing nearer besides it."""
        keys = list(BY_NAME[table].parents)
        nearer = keys[: keys.index(column)]
        rows = self.reading.shelf.children(table, column, parent_id) if parent_id else []
        return [row for row in rows if not any(row[key] for key in nearer)]

    def texts(self, row: Row, most: int, *columns: str) -> Record:
        """Return the cells of some columns that are not empty, cut to ``most`` characters."""
        return {column: self.cut(row, column, most) for column in columns if row[column]}

    def cut(self, row: Row, column: str, most: int) -> str:
        """Return a cell, cut to ``most`` characters."""
        return self.shortened(row, column, row[column], most)

    def shortened(self, row: Row, column: str, text: str, most: int) -> str:
        """Return a text that is told as a column, cut to ``most`` characters."""
        if len(text) > most:
            self.verdicts.warn(row.file, row.number, column, text, f"cut to {most} characters")
        return text[:most]

    def words(self, row: Row, column: str, most: int) -> list[str]:
        """Return what a cell lists, each cut to ``most`` characters."""
        return [self.shortened(row, column, one, most) for one in listed(row[column])]

    def coded(self, row: Row, column: str, known: Callable[[str], object]) -> str:
        """Return a cell in capitals where it is a ``known`` code; one that is none is told."""
        code = row[column].upper()
        if not code or known(code):
            return code
        self.leave(row, column, f"the register knows no such {column}")
        return ""

    def leave(self, row: Row, column: str, reason: str, value: str = "") -> None:
        """Tell that what a cell says is left out."""
        self.verdicts.warn(row.file, row.number, column, value or row[column], f"left out: {reason}")

    def several(self, rows: Sequence[Row], most: int, make: Callable[[Row], Record | None]) -> list[Record]:
        """Make one part of each row, ``most`` at most; the rows beyond are told."""
        for row in rows[most:]:
            self.verdicts.warn(row.file, row.number, "", "", f"left out: a record has {most} of these at most")
        return self.saying(made for row in rows[:most] if (made := make(row)))

    def saying(self, parts: Iterable[Record]) -> list[Record]:
        """Return those parts that say anything; of a node's package all."""
        return [one for one in parts if self.exact or one.keys() - {"id"}]

    def first(self, of: Row, parts: list[Part], most: int, column: str) -> list[Part]:
        """Return the first ``most`` parts of a record, which ``column`` names; that there are more is told."""
        if len(parts) > most:
            self.verdicts.warn(
                of.file, of.number, column, "", f"{len(parts) - most} left out: there are {most} at most"
            )
        return parts[:most]

    def part(self, row: Row) -> Record:
        """Return what every part has: its id, and in a package that is read to the letter its attributes."""
        said = self.said_of(row) if self.exact and row.id else []
        return self.identified(row) | given(attributes=list(map(self.attribute, said)))

    def identified(self, row: Row) -> Record:
        """Return a row's id where it is one that the registry keeps; of a node's package, the one that it has there."""
        if self.exact:
            id_ = self.registered(row) or row.id
            return {"id": id_} if UUID.match(id_) else {}
        try:
            return {"id": str(uuid.UUID(row.id))} if row.id else {}
        except ValueError:
            return {}

    def registered(self, row: Row) -> str:
        """Return which id a row has in the register of the node that wrote it, where the package notes that."""
        noted = self.reading.shelf.get(IDS, row.id) if self.reading.present.get(IDS) else None
        return noted["registered"] if noted else ""

    def attribute(self, row: Row) -> Record:
        """Make an attribute to the letter; the term of what has none is left out."""
        said = {name: row[name] for name in ("link_type", "taxonomy_term_id", "value", "label") if row[name]}
        if row["taxonomy_term_id"] == UNCLASSIFIED:
            del said["taxonomy_term_id"]
        return self.identified(row) | said

    def said_of(self, row: Row) -> list[Row]:
        """Return the attributes of a row in a node's package, where its file says which table's row they mean.

        Rows of different tables may bear one id.
        """
        named = BY_FILE[PurePath(row.file).stem.lower()].files
        said = self.reading.shelf.children("attributes", "link_id", row.id)
        return [one for one in said if one["link_entity"] in named]

    def phone(self, row: Row) -> Record | None:
        """Make a telephone number. Its id is the register's to give, but for that of a node's package."""
        number = dialled(row, self.reading.country)
        if not number:
            return None
        extension = extension_of(row)
        behind = words_after(row, self.reading.country)
        described = "; ".join(filter(None, (row["department"], row["description"], behind)))
        made = {"number": number, **self.texts(row, 40, "type")}
        made |= given(description=self.shortened(row, "description", described, NOTE))
        made |= self.part(row) if self.exact else {}
        spoken = self.several(self.owned("languages", "phone_id", row.id), FEW, self.language)
        spoken += self.spoken(row, "language")
        made |= given(languages=self.first(row, spoken, FEW, "language"))
        if 0 < len(extension) <= EXTENSION_DIGITS:
            made["extension"] = int(extension)
        elif said := extension or row["extension"]:
            self.leave(row, "extension", f"it is one number of {EXTENSION_DIGITS} digits at most", said)
        return made

    def contact(self, row: Row) -> Record:
        """Make somebody to turn to, with telephone numbers."""
        phones = self.several(self.owned("phones", "contact_id", row.id), FEW, self.phone)
        return self.part(row) | self.texts(row, LINE, "name", "title", "department", "email") | given(phones=phones)

    def funding(self, row: Row) -> Record:
        """Make a source of money."""
        return self.part(row) | self.texts(row, NOTE, "source")

    def program(self, row: Row) -> Record:
        """Make a programme."""
        return self.part(row) | self.texts(row, LINE, "name", "alternate_name") | self.texts(row, BLOCK, "description")

    def url(self, row: Row) -> Record:
        """Make a web address."""
        return self.part(row) | self.texts(row, LINE, "label") | self.texts(row, ADDRESS, "url")

    def language(self, row: Row) -> Record:
        """Make a language."""
        code = row["code"].lower() if self.exact else language_code(row["code"] or row["name"])
        known = {"code": code} if LANGUAGE_CODE.match(code) else {}
        return self.part(row) | known | self.texts(row, LINE, "name") | self.texts(row, NOTE, "note")

    def spoken(self, row: Row, column: str) -> list[Record]:
        """Make the languages that one cell lists."""
        return [given(code=language_code(one)) or {"name": one} for one in self.words(row, column, LINE)]

    def area(self, row: Row) -> Record:
        """Make an area of a service; the older standard has only its name."""
        made = self.texts(row, LINE, "name") or {"name": self.cut(row, "service_area", LINE)}
        made |= self.part(row) | self.texts(row, BLOCK, "description") | self.texts(row, ADDRESS, "uri")
        return made | self.texts(row, 50_000, "extent") | self.texts(row, 40, "extent_type")

    def contacts(self, column: str, parent_id: str) -> list[Record]:
        """Make those to turn to for a parent."""
        return self.several(self.owned("contacts", column, parent_id), FEW, self.contact)

    def phones(self, column: str, parent_id: str) -> list[Record]:
        """Make the telephone numbers of a parent."""
        return self.several(self.owned("phones", column, parent_id), FEW, self.phone)

    def areas(self, column: str, parent_id: str, most: int = SOME) -> list[Record]:
        """Make the areas of a parent."""
        return self.several(self.owned("service_areas", column, parent_id), most, self.area)


def language_code(said: str) -> str:
    """Return the code of a language that is named by its code, or as it is called in English; empty where it is not.

    HSDS 1.1 has one column for either.
    """
    return said.lower() if LANGUAGE_CODE.match(said.lower()) else _languages().get(fold(said), "")


@cache
def _languages() -> Mapping[str, str]:
    return {fold(name): code for code, name in Locale("en").languages.items() if LANGUAGE_CODE.match(code)}


def given(**fields: Any) -> Record:
    """Return the fields that say something: an empty cell leaves what the register has."""
    return {name: value for name, value in fields.items() if value not in ("", None, [])}


def listed(text: str) -> list[str]:
    """Return the words of a cell that lists several."""
    return list(dict.fromkeys(one.strip() for one in text.replace(";", ",").split(",") if one.strip()))


def number(text: str) -> int | float | None:
    """Return a number that was read, or None where there is none."""
    if not text:
        return None
    read = float(text)
    return int(read) if read == int(read) else read
