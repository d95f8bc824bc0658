"""Read what people write in a cell: numbers, yes and no, dates, coordinates, telephones, addresses on the net.

Each function takes a cell's text, which is not empty, and returns its value or raises :class:`BadValue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import jdatetime
import phonenumbers

from contracts.phones import PALESTINE, e164, short_number
from contracts.text import fold, fold_digits
from services.gateway.imports import words
from services.gateway.imports.domain import BadValue

MOST = 10_000_000
FIRST_YEAR = 1800
LAST_YEAR = 2100
YEAR_DIGITS = 4
SIXTY = 60

_THOUSANDS = re.compile(r"(?<=\d)[,٬٫'\u2009\u202f ](?=\d{3}(?!\d))")
_ONE_NUMBER = re.compile(r"[^\d-]{0,20}(\d{1,12})(?:[.٫]0+)?[^\d]{0,20}\Z")
_NUMBERS = re.compile(r"\d+")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]+\Z")
_HOST = re.compile(r"(?:[\w](?:[\w-]*[\w])?\.)+[\w]{2,}(?::\d{1,5})?(?:[/?#]\S*)?\Z")
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_DECIMAL = re.compile(r"[-+]?\d{1,3}(?:\.\d+)?\Z")
_DEGREES = re.compile(
    r"(?P<sign>[-+]?)(?P<degrees>\d{1,3})\s*[°º]\s*(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"″”]|''|’’|′′)\s*)?\Z"
)
_TANWEEN = re.compile("[\u064b-\u0652]")
_COMMA_FOR_POINT = re.compile(r"[-+]?\d+[,٫]\d+\s*[;؛/|\s]\s*[-+]?\d+[,٫]\d+\Z")
_BETWEEN = (r"\s*[;؛/|\n،]\s*", r"\s*,\s*", r"\s+", r"(?<=[NnSsEeWw])\s*(?=\d)")
_EAST_OR_WEST = re.compile(r"[EeWw]|شرق|غرب")
_COMPASS = {
    **dict.fromkeys(("n", "شمالا", "شمال", "ش", "شمالي"), 1.0),
    **dict.fromkeys(("e", "شرقا", "شرق", "ق", "شرقي"), 1.0),
    **dict.fromkeys(("s", "جنوبا", "جنوب", "ج", "جنوبي"), -1.0),
    **dict.fromkeys(("w", "غربا", "غرب", "غ", "غربي"), -1.0),
}
_BEFORE_DIGITS = re.compile(r"\s*([^\d+]*[^\W\d_])[\s:]*")
_PERSIAN_YEARS = range(1_200, 1_500)


def whole_number(text: str) -> int:
    """Return the one whole number in a text such as ``١٬٢٥٠`` or ``120 members``, at most :data:`MOST`."""
    plain = _THOUSANDS.sub("", fold_digits(text).strip())
    if plain.startswith(("-", "−")):
        raise BadValue("out_of_range")
    found = _ONE_NUMBER.match(plain)
    if not found:
        raise BadValue("not_a_number")
    if (number := int(found[1])) > MOST:
        raise BadValue("out_of_range")
    return number


def yes_or_no(text: str) -> bool:
    """Return what a text says; signs such as ✓ count."""
    answer = _answers().get(_sign(text))
    if answer is None:
        raise BadValue("not_yes_or_no")
    return answer


def cooperation(text: str) -> tuple[bool, str]:
    """Return whether there is cooperation and with whom, of ``yes``, ``no``, or ``yes: <partner>``."""
    head, _, partner = (part.strip() for part in _first_cut(text))
    if not partner:
        return yes_or_no(text), ""
    return (yes_or_no(head), partner) if yes_or_no(head) else (False, "")


def year(text: str, country: str) -> int:
    """Return the year of the common era of a date, or of a year alone.

    Day, month and year may stand in either order, with any separator, the month in words; a Persian date counts as one
    where the node is in Iran or its month is Persian. Raises :class:`BadValue` for a date that no calendar has.
    """
    written = _written(text, country)
    one, two = (*written.others, *written.named, 1, 1)[:2]
    return _first(written, ((one, two), (two, one))).year


def day(text: str, country: str) -> str:
    """Return the day of a date (ISO 8601), empty where it names none; the day is first where the year is last.

    Raises :class:`BadValue` as :func:`year` does.
    """
    written = _written(text, country)
    if len(written.others) + len(written.named) < 2:  # noqa: PLR2004 - a month and a day
        return ""
    one, two = (*written.named, *written.others)
    likely = (one, two) if written.named or written.begins else (two, one)
    return _first(written, (likely, likely[::-1])).isoformat()


@dataclass(frozen=True, slots=True)
class _Written:
    """Hold the numbers of a date: its year, the others in their order, and the month that a word names."""

    year: int
    others: list[int]
    named: list[int]
    begins: bool
    is_persian: bool


def _written(text: str, country: str) -> _Written:
    found = _NUMBERS.findall(fold_digits(text))[:3]
    if any(len(number) > YEAR_DIGITS for number in found):
        raise BadValue("not_a_date")
    numbers = [int(number) for number in found]
    years = [number for number in numbers if number >= min(_PERSIAN_YEARS)]
    if len(years) != 1:
        raise BadValue("not_a_date")
    month, is_persian_month = _month(text)
    others = [number for number in numbers if number != years[0]]
    if len(others) + len(month) > 2:  # noqa: PLR2004 - a month and a day
        raise BadValue("not_a_date")
    is_persian = years[0] in _PERSIAN_YEARS and (country == "IR" or is_persian_month)
    return _Written(years[0], others, month, numbers[0] == years[0], is_persian)


def coordinate(text: str) -> float:
    """Return degrees of a latitude or a longitude, given as a decimal or as degrees, minutes and seconds."""
    plain = _TANWEEN.sub("", fold_digits(text).strip().replace("−", "-"))
    plain = re.sub(r"[٫,](?=\d+\D*\Z)", ".", plain)
    bare, direction = _without_compass(plain)
    if _DECIMAL.match(bare):
        return float(bare) * direction
    found = _DEGREES.match(bare)
    if not found:
        raise BadValue("coordinates_invalid")
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= SIXTY or seconds >= SIXTY:
        raise BadValue("coordinates_invalid")
    degrees = float(found["degrees"]) + minutes / SIXTY + seconds / SIXTY**2
    return round(degrees * (-1 if found["sign"] == "-" else 1) * direction, 6)


def coordinates(text: str) -> tuple[float, float]:
    """Return the two coordinates of one cell in the order they stand; one that says E or W is put second."""
    plain = fold_digits(text).strip(" ()[]")
    if _COMMA_FOR_POINT.match(plain):
        plain = re.sub(r"(?<=\d)[,٫](?=\d)", ".", plain)
    for separator in _BETWEEN:
        parts = [part for part in re.split(separator, plain) if part]
        if len(parts) == 2:  # noqa: PLR2004 - latitude and longitude
            if _EAST_OR_WEST.search(parts[0]):
                parts.reverse()
            return coordinate(parts[0]), coordinate(parts[1])
    raise BadValue("coordinates_invalid")


def phone(text: str, country: str) -> dict[str, str]:
    """Return ``{number, type}``: E.164, and ``cell`` or ``voice``, by the rules of the country; or a short number.

    Numbers are read as :func:`contracts.phones.shown_number` does; here the plus may lack too (``972 59 …``).
    """
    number = e164(text, country) or e164(_with_plus(text, country), country)
    if number is None:
        if (short := short_phone(text, country)) is None:
            raise BadValue("not_a_phone")
        return {"number": short, "type": "voice"}
    mobile = phonenumbers.number_type(phonenumbers.parse(number)) == phonenumbers.PhoneNumberType.MOBILE
    return {"number": number, "type": "cell" if mobile else "voice"}


def short_phone(text: str, country: str) -> str | None:
    """Return a short number's digits, or None; what kind of number it is may stand before it (``Telephone 19828``)."""
    kind = _BEFORE_DIGITS.match(text)
    return short_number(text[kind.end() :] if kind and fold(kind[1]) in _phone_kinds() else text, country)


def email(text: str) -> str:
    """Return the address, without ``mailto:`` and with its host in lower case."""
    plain = fold_digits(text).strip().removeprefix("mailto:").strip("<> ;,،")
    if not _EMAIL.match(plain) or ".." in plain:
        raise BadValue("not_an_email")
    local, _, host = plain.rpartition("@")
    return f"{local}@{host.lower()}"


def website(text: str) -> str:
    """Return the address with its scheme, ``https`` where none is written."""
    plain = text.strip()
    scheme = _SCHEME.match(plain)
    bare = plain[scheme.end() :] if scheme else plain
    if not _HOST.match(bare) or "@" in bare.partition("/")[0]:
        raise BadValue("not_an_address")
    return f"{scheme[1].lower() if scheme else 'https'}://{bare}"


def word(text: str, known: dict[str, tuple[str, ...]], code: str) -> str:
    """Return the key among whose words the text is; raise :class:`BadValue` with ``code`` where it is none."""
    found = _keys(tuple(known.items())).get(fold(text) or text)
    if found is None:
        raise BadValue(code)
    return found


def is_nothing(text: str) -> bool:
    """Tell whether a cell holds a sign for nothing, such as a dash or ``N/A``."""
    return not text or _sign(text) in _nothing()


def _sign(text: str) -> str:
    """Return a folded text, or the text itself where folding leaves nothing (``✓``)."""
    return fold(text) or text.strip()


@cache
def _answers() -> dict[str, bool]:
    return {_sign(text): True for text in words.YES} | {_sign(text): False for text in words.NO}


@cache
def _phone_kinds() -> frozenset[str]:
    return frozenset(map(fold, (*words.HEADINGS["phones"], *words.PHONE_KINDS)))


@cache
def _nothing() -> frozenset[str]:
    return frozenset(map(_sign, words.NOTHING))


@cache
def _keys(known: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {_sign(text): key for key, texts in known for text in (key, *texts)}


def _first_cut(text: str) -> tuple[str, str, str]:
    cut = re.search(r"\s*[-–—:،,;؛(/]\s*|\s+(?:مع|با|with)\s+", text)
    if not cut:
        return text, "", ""
    return text[: cut.start()], cut[0], text[cut.end() :].rstrip(" )")


def _first(written: _Written, months_and_days: Iterable[tuple[int, int]]) -> date:
    """Return the first of some days of the year that its calendar has, in the common era."""
    for month, number in months_and_days:
        try:
            if written.is_persian:
                persian: date = jdatetime.date(written.year, month, number).togregorian()
                return persian
            found = date(written.year, month, number)
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise BadValue("not_a_date")


def _month(text: str) -> tuple[list[int], bool]:
    """Return the month that a text names, in a list that is empty where it names none, and whether it is Persian."""
    folded = f" {fold(_NUMBERS.sub(' ', text))} "
    for number, name in enumerate(words.PERSIAN_MONTHS, start=1):
        if f" {fold(name)} " in folded:
            return [number], True
    for number, names in enumerate(words.MONTHS, start=1):
        if any(f" {fold(name)} " in folded for name in names):
            return [number], False
    return [], False


def _without_compass(text: str) -> tuple[str, float]:
    """Cut N, E, S or W off either end."""
    found = re.match(r"\s*([^\W\d_]*)\s*(.*?)\s*([^\W\d_]*)\s*\Z", text)
    if not found:
        return text, 1.0
    before, bare, after = found.groups()
    if not (before or after):
        return bare, 1.0
    direction = _COMPASS.get(fold(before or after))
    if direction is None or (before and after):
        raise BadValue("coordinates_invalid")
    return bare, direction


def _with_plus(text: str, country: str) -> str:
    """Return the number in international form where it begins with the country's own code and lacks only the plus."""
    digits = re.sub(r"\D", "", fold_digits(text))
    own = str(phonenumbers.country_code_for_region(country))
    israeli = "972" if country == PALESTINE else own
    return f"+{digits}" if digits.startswith((own, israeli)) else ""
