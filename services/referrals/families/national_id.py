"""Read national ids by the rules of the country that gave them.

What a country has published is an error when broken; what is only customary is a warning, since a family must not be
turned away by a rule of thumb:

* Egypt: fourteen digits, ``C YYMMDD GG SSSS K``: century, date of birth, governorate of birth, serial, check digit. The
  structure is certain. How the check digit is made is not published, and the two ways in use differ for one number in
  eleven: a digit that fits neither is a warning.
* Iran: ten digits, of which leading zeros may be missing; the tenth is a published check digit (modulo 11).
* Palestine: nine digits; the ninth commonly fits Luhn's rule, which is not confirmed: a misfit is a warning.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from services.referrals.errors import NotValid

CHECK_DIGIT = "check_digit"

EGYPT_LENGTH = 14
EGYPT_CENTURIES = {"2": 1900, "3": 2000}
EGYPT_GOVERNORATES = frozenset(
    f"{code:02}" for code in (*range(1, 5), *range(11, 20), *range(21, 30), *range(31, 36), 88)
)
EGYPT_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
IRAN_LENGTH, IRAN_LEAST = 10, 8
PALESTINE_LENGTH, PALESTINE_LEAST = 9, 8
SEPARATORS = frozenset(" -./\u00a0\u200c\u200e\u200f")


@dataclass(frozen=True, slots=True)
class NationalId:
    """Hold one national id: its country, its plain digits, and ``check_digit`` where that much is in doubt."""

    country: str
    number: str
    warning: str = ""

    @property
    def normalised(self) -> str:
        """Return what equal ids have in common, in whatever script they were written."""
        return f"{self.country}:{self.number}"


def read(text: str, country: str) -> NationalId:
    """Return the id that the text holds, in digits of any script and with or without separators.

    Raises :class:`NotValid` with ``national_id_structure`` or ``national_id_check_digit``, never with the number; and
    with ``not_a_choice`` for a country whose ids are not known here.
    """
    if country not in READERS:
        raise NotValid("not_a_choice", "national_id_country")
    return READERS[country](_digits(text))


def _egypt(digits: str) -> NationalId:
    if len(digits) != EGYPT_LENGTH or digits[0] not in EGYPT_CENTURIES or digits[7:9] not in EGYPT_GOVERNORATES:
        raise _structure()
    _born(EGYPT_CENTURIES[digits[0]] + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
    return NationalId("EG", digits, "" if digits[-1] in _egyptian_checks(digits) else CHECK_DIGIT)


def _egyptian_checks(digits: str) -> str:
    rest = sum(weight * int(digit) for weight, digit in zip(EGYPT_WEIGHTS, digits, strict=False)) % 11
    return "01" if rest == 0 else str((11 - rest) % 10)


def _iran(digits: str) -> NationalId:
    if not IRAN_LEAST <= len(digits) <= IRAN_LENGTH:
        raise _structure()
    digits = digits.zfill(IRAN_LENGTH)
    if len(set(digits)) == 1 or set(digits[3:9]) == {"0"}:
        raise _structure()
    rest = sum(int(digit) * (IRAN_LENGTH - place) for place, digit in enumerate(digits[:-1])) % 11
    if int(digits[-1]) != (rest if rest < 2 else 11 - rest):  # noqa: PLR2004 - the published rule
        raise NotValid("national_id_check_digit", "national_id")
    return NationalId("IR", digits)


def _palestine(digits: str) -> NationalId:
    if not PALESTINE_LEAST <= len(digits) <= PALESTINE_LENGTH or not digits.strip("0"):
        raise _structure()
    digits = digits.zfill(PALESTINE_LENGTH)
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return NationalId("PS", digits, CHECK_DIGIT if sum(value // 10 + value % 10 for value in doubled) % 10 else "")


READERS = {"EG": _egypt, "IR": _iran, "PS": _palestine}


def _digits(text: str) -> str:
    try:
        return "".join(str(unicodedata.decimal(letter)) for letter in text if letter not in SEPARATORS)
    except ValueError as error:
        raise _structure() from error


def _born(year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
    except ValueError as error:
        raise _structure() from error


def _structure() -> NotValid:
    return NotValid("national_id_structure", "national_id")
