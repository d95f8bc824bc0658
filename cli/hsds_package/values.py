"""Read one cell by its kind: days, times of day, numbers, addresses.

Each reader returns the value as HSDS 3 writes it, raises :class:`Wrong` with the reason, or for what it had to guess
:class:`Guessed`, which bears the value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from contracts.registry import SERVICE_STATUSES
from contracts.text import fold_digits
from services.registry import addresses

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SPOKEN_DAYS = ("%m/%d/%Y", "%m/%d/%y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y")
TIME = re.compile(
    r"(\d{1,2})(?::?(\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?m?\.?(Z|[+-]\d{2}:?\d{2})?\Z", re.IGNORECASE
)
YES = frozenset({"true", "t", "yes", "y", "1"})
NO = frozenset({"false", "f", "no", "n", "0"})
NOON = 12
NOTHING = frozenset({"null", "\\n", "#n/a", "n/a"})
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\Z", re.IGNORECASE)
GROUPED = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?\Z")
COMMA = re.compile(r"-?\d+,\d+\Z")
"""A comma that parts a whole number from the rest, as most of Europe writes it."""
MOST = 1e15
"""Up to which numbers are exact."""
NO_VALUE = NOTHING | {"none", "nil", "na", "nan", "-", "--", "unknown", "tbd"}
"""Words for nothing: those that no cell means, and those besides that only a remark or a name could mean."""
LINE_END = "\\n"
_LINE_ENDS = re.compile(r"\\r\\n|\\n")
_OWN_BACKSLASH = re.compile(r"\\(?![nr])|\A\s*\\n\s*\Z")
_BYTE = re.compile("[\udc80-\udcff]")
_LETTERS = re.compile("[\udc80-\udcff]{3}")
FIRST_YEAR, LAST_YEAR, YEAR_DIGITS = 1800, 2100, 4


class Wrong(Exception):
    """Say why a cell is not what its column holds."""


class Guessed(Exception):
    """Bear the value that a cell was read as, though it does not say so."""

    def __init__(self, value: str, reason: str) -> None:
        """Take both."""
        super().__init__(reason)
        self.value = value


def plain(text: str, *, word: bool) -> str:
    """Return what a cell says: nothing where it says so in a ``word`` for it, if it is one that holds no remarks."""
    stripped = text.strip()
    return "" if stripped.lower() in (NO_VALUE if word else NOTHING) else stripped


def in_lines(text: str) -> str:
    """Return a text in lines whose ends a program wrote as a backslash and a letter, if it has no other backslash."""
    return text if _OWN_BACKSLASH.search(text) else _LINE_ENDS.sub("\n", text)


def is_utf8(text: str) -> bool:
    """Tell whether all bytes of a cell were UTF-8."""
    return not _BYTE.search(text)


def decoded(text: str) -> str:
    """Read the bytes of a cell that are no UTF-8, as American and European spreadsheets write them: Windows-1252.

    Three in a row are another alphabet's.
    """
    if is_utf8(text):
        return text
    if _LETTERS.search(text):
        raise Wrong("is not UTF-8")
    read = _BYTE.sub(lambda byte: byte[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text)
    raise Guessed(read, "is not UTF-8; read as Windows-1252")


def day(text: str) -> str:
    """Read a day: ISO 8601, or as Americans write it, month first."""
    plain = fold_digits(text)
    try:
        return date.fromisoformat(plain[:10]).isoformat() if _dated(plain) else _spoken(plain)
    except ValueError as error:
        raise Wrong("is no day of the calendar; write 2014-11-27") from error


def _dated(text: str) -> bool:
    return bool(re.match(r"\d{4}-\d\d-\d\d([T ].*)?\Z", text))


def _spoken(text: str) -> str:
    for form in SPOKEN_DAYS:
        try:
            read = datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        raise Guessed(read, f"read as {read}; write it so")
    raise ValueError(text)


def year(text: str) -> str:
    """Read a year, alone or of a day."""
    plain = fold_digits(text).removesuffix(".0")
    if plain.isdecimal():
        if FIRST_YEAR <= int(plain[:5]) <= LAST_YEAR and len(plain) == YEAR_DIGITS:
            return plain
        raise Guessed("", "is no year of our time; left out")
    try:
        return day(text)[:4]
    except Guessed as guessed:
        return guessed.value[:4]
    except Wrong as error:
        raise Wrong("is no year") from error


def time(text: str) -> str:
    """Read a time of day: ``9:30``, ``3:00 PM``, ``17:00:00+02:00``."""
    read = TIME.match(fold_digits(text).strip())
    if not read:
        raise Wrong("is no time of day; write 09:30")
    hour, minute, half = int(read[1]), int(read[2] or 0), (read[4] or "").lower()
    if half and not 1 <= hour <= NOON:
        raise Wrong("is no time of day; write 09:30")
    hour = hour % NOON + (NOON if half == "p" else 0) if half else hour
    if hour > 24 or minute > 59 or (hour == 24 and minute):  # noqa: PLR2004 - of a clock
        raise Wrong("is no time of day; write 09:30")
    return f"{hour:02}:{minute:02}{read[5] or ''}"


def weekday(text: str) -> str:
    """Read a day of the week: its name, the beginning of it, or its number from Monday on, 7 or 0 for Sunday."""
    found = [_weekday(one) for one in re.split(r"[,;/]\s*", text.strip().lower()) if one]
    if not found or None in found:
        raise Wrong("is no day of the week")
    return ",".join(dict.fromkeys(one for one in found if one))


def _weekday(text: str) -> str | None:
    if re.match(r"[0-7]\Z", text):
        return WEEKDAYS[(int(text) - 1) % 7]
    fitting = [code for name, code in zip(WEEKDAY_NAMES, WEEKDAYS, strict=True) if name.startswith(text.rstrip("."))]
    return fitting[0] if len(fitting) == 1 else None


def flag(text: str) -> str:
    """Read yes or no."""
    word = text.lower()
    if word not in YES | NO:
        raise Wrong("is neither true nor false")
    return "true" if word in YES else ""


def number(text: str) -> str:
    """Read a number. A comma parts thousands where it can; else it may be a decimal one, which is a guess."""
    plain = fold_digits(text).strip()
    if COMMA.match(plain) and not GROUPED.match(plain):
        read = _number(plain.replace(",", "."))
        raise Guessed(read, f"read as {read}; write it so")
    return _number(plain.replace(",", "") if GROUPED.match(plain) else plain)


def _number(plain: str) -> str:
    read = float(plain) if NUMBER.match(plain) else math.inf
    if abs(read) > MOST:
        raise Wrong("is no number")
    return str(int(read)) if read == int(read) else str(read)


def latitude(text: str) -> str:
    """Read degrees north."""
    return _degrees(text, 90)


def longitude(text: str) -> str:
    """Read degrees east."""
    return _degrees(text, 180)


def _degrees(text: str, most: int) -> str:
    try:
        return _within(number(text), most)
    except Guessed as guessed:
        _within(guessed.value, most)
        raise


def _within(read: str, most: int) -> str:
    if abs(float(read)) > most:
        raise Wrong(f"is not between -{most} and {most} degrees")
    return read


def status(text: str) -> str:
    """Read a service's status."""
    word = " ".join(text.lower().replace("_", " ").split())
    if word in SERVICE_STATUSES:
        return word
    raise Guessed("active", "is no status of HSDS; taken as active")


def email(text: str) -> str:
    """Read an e-mail address, the first of several."""
    return _first(text, addresses.email, "is no e-mail address")


def web(text: str) -> str:
    """Read the address of a web page, the first of several."""
    return _first(text, addresses.website, "is no web address")


JOINTS = frozenset({"and", "or", "/", "&"})
"""What stands between two addresses in one cell, besides signs that part lists."""


def _first(text: str, read: Callable[[str], str | None], wrong: str) -> str:
    if read(text) is not None:
        return text
    several = [one for one in re.split(r"[;,|\s]+", text) if one and one.lower() not in JOINTS]
    if len(several) > 1 and all(read(one) is not None for one in several):
        raise Guessed(several[0], "several addresses; all but the first left out")
    raise Wrong(wrong)


def uri(text: str) -> str:
    """Read a URI."""
    if addresses.uri(text) is None:
        raise Guessed("", "is no URI; left out")
    return text


READERS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "day": day,
    "year": year,
    "time": time,
    "weekday": weekday,
    "flag": flag,
    "number": number,
    "latitude": latitude,
    "longitude": longitude,
    "status": status,
    "email": email,
    "web": web,
    "uri": uri,
}
