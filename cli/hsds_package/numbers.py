"""Read the telephone numbers of a package, by the country that its addresses tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

import phonenumbers
from babel import Locale

from cli.hsds_package.shelf import Row, Shelf
from contracts.phones import shown_number
from contracts.text import fold

STATE, ZIP_CODE = re.compile(r"[A-Z]{2}\Z"), re.compile(r"\d{5}(-\d{4})?\Z")
DIGITS = re.compile(r"\d+")
EXTENSION = re.compile(r"(?<![a-z])(?:ext(?:n|ension)?|x|#)[.:]?\s*(\d+)\s*\Z", re.IGNORECASE)
WORDS = re.compile(r"(?<=\d)\s*(?:\b(?:ext(?:ension)?|x)[.:]?|[;,])\s*(?P<said>[^\W\d_].*)\Z", re.IGNORECASE)
"""What follows a number and is no extension: ``305-891-8850 xOPT2``."""
PADDED = re.compile(r"000[-. ]?\d{3}[-. ]?\d{4}\Z")
STARRED = re.compile(r"(?:000[-. ]?000[-. ]?)?\*\d{2,5}\Z")
"""A code that mobile networks know alone, which may be filled up too: ``*347``."""
AMERICAN = 1
"""The code of countries whose numbers have ten digits, of which the first is no nought."""
FURTHER = (
    re.compile(r"\s*\((?P<said>[^()]+)\)\s*\Z"),
    re.compile(r"(?<=\d)\s*(?P<said>(?:\b(?:or|and)\b|[/;,&]|[-–]\s*(?=[^\W\d_])|[^\W\d_]{3}).*)\Z", re.IGNORECASE),
)
"""What follows a number that is none with it: ``1-800-273-TALK (8255)``, ``305-573-4200 or 305-573-4201``."""


def country_of(shelf: Shelf) -> str:
    """Return the country of most addresses: the one that they name, or the United States where they look like there.

    Where none names one, most must look like there.
    """
    said = Counter(country(row["country"]) or "?" * _is_american(row) for row in shelf.rows("addresses"))
    american = said.pop("?", 0)
    del said[""]
    if said:
        return (said + Counter(US=american)).most_common(1)[0][0]
    return "US" if american * 2 > shelf.count("addresses") else ""


def _is_american(address: Row) -> bool:
    return bool(STATE.match(address["state_province"]) and ZIP_CODE.match(address["postal_code"]))


def country(said: str) -> str:
    """Return the code of a country that is named by its code, or as it is called; empty where it has no numbers."""
    code = _countries().get(fold(said.replace(".", "")), said.upper())
    return code if code in phonenumbers.SUPPORTED_REGIONS else ""


@cache
def _countries() -> Mapping[str, str]:
    named = {fold(name): code for code, name in Locale("en").territories.items() if code.isalpha()}
    return named | {"usa": "US", "united states of america": "US", "uk": "GB"}


def dialled(row: Row, country: str) -> str | None:
    """Return a row's telephone number in E.164, or a short one of the country in its digits, or None."""
    prefix = row["country_prefix"].lstrip("+")
    number = row["number"].strip('"')
    plain = f"+{prefix} {number}" if prefix.isdecimal() and "+" not in number else number
    written = [plain, WORDS.sub("", plain)]
    if prefix == str(phonenumbers.country_code_for_region(country)):
        written.append(number)  # a short one is dialled without
    written.append(unpadded(row, country))
    written += [plain[: found.start()] for one in FURTHER if (found := one.search(plain))]
    return next(filter(None, (shown_number(one, country) for one in dict.fromkeys(written) if one)), None)


def unpadded(row: Row, country: str) -> str:
    """Return a short number that a program filled up with noughts to ten digits; empty where it is none."""
    number = row["number"].strip()
    if not PADDED.match(number) or phonenumbers.country_code_for_region(country) != AMERICAN:
        return ""
    return shown_number("".join(DIGITS.findall(number)).lstrip("0"), country) or ""


def is_starred(row: Row) -> bool:
    """Tell whether a number is a code that mobile networks know alone, and nothing that the register could keep."""
    return bool(STARRED.match(row["number"].strip()))


def words_after(row: Row, country: str) -> str:
    """Return what is said behind a number that is no extension of it."""
    number = EXTENSION.sub("", row["number"])
    found = WORDS.search(number)
    if not found and not shown_number(number, country):
        behind = (one.search(number) for one in FURTHER)
        found = next((one for one in behind if one and shown_number(number[: one.start()], country)), None)
    return found["said"].strip(' "/;,&-–') if found else ""


def filled_up(shelf: Shelf, country: str) -> Iterator[tuple[Row, str]]:
    """Yield the rows whose number is a short one filled up, and that one."""
    for row in shelf.rows("phones"):
        if short := unpadded(row, country):
            yield row, short


def undialled(shelf: Shelf, country: str) -> list[Row]:
    """Return the rows whose number nobody could dial."""
    return [row for row in shelf.rows("phones") if dialled(row, country) is None]


def extension_of(phone: Row) -> str:
    """Return the digits of a number's extension: of its own column, or as they follow the number; of several none."""
    follows = EXTENSION.search(phone["number"])
    said = DIGITS.findall(phone["extension"] or (follows[1] if follows else ""))
    return said[0] if len(said) == 1 else ""
