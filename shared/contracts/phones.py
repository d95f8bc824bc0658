"""Read telephone numbers as people write them, and name them one way.

All services read alike, since a number is also what a family is looked up by. What a message may be sent to is read by
:func:`e164` and nothing else; what is only shown, such as an organization's hotline, by :func:`shown_number`.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, shortnumberinfo

from contracts.text import fold_digits

LONGEST = 40
UNKNOWN_MOST = 5  # digits of a short number that the library does not know: more may be a subscriber's without its area
PALESTINE = "PS"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PALESTINIAN_MOBILE = re.compile(r"\+972(5[69]\d{7})\Z")
_SHORT = re.compile(
    r"(?P<digits>[1-9]\d{2,5}|[1-9](?:[- ]\d){2,5})(?:\s*(?:ext(?:ension)?|x|#)[.:]?\s*\d+)?\Z",
    re.IGNORECASE | re.ASCII,
)
"""A short number, its digits together or each for itself (``2-1-1``), and an extension, which is left out."""


def e164(text: str, country: str) -> str | None:
    """Return the number in E.164 (``+20965331234``), or None where it is none that could be dialled.

    ``country`` (ISO 3166-1) says how a number without a country's code is read. Digits of any script are understood. A
    Palestinian node's mobile numbers with Israel's code, as they are often written, get Palestine's.
    """
    plain = _plain(text)
    if len(plain) > LONGEST:
        return None
    try:
        parsed = phonenumbers.parse(plain, country)
    except NumberParseException:
        return None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    mobile = _PALESTINIAN_MOBILE.match(number) if country == PALESTINE else None
    if mobile:
        return f"+970{mobile[1]}"
    return number if phonenumbers.is_valid_number(parsed) else None


def short_number(text: str, country: str) -> str | None:
    """Return the digits of a short number that is dialled within a country (``19828``), or None.

    It is one of those that phonenumbers knows there, or has as many digits as such have there, since hotlines come
    faster than the library learns of them. Nothing may be sent to it.
    """
    plain = _plain(text).strip()
    found = _SHORT.match(plain) if len(plain) <= LONGEST else None
    if not found:
        return None
    digits = re.sub(r"\D", "", found["digits"])
    number = PhoneNumber(phonenumbers.country_code_for_region(country), int(digits))
    known = shortnumberinfo.is_valid_short_number_for_region(number, country)
    likely = len(digits) <= UNKNOWN_MOST and shortnumberinfo.is_possible_short_number_for_region(number, country)
    return digits if known or likely else None


def shown_number(text: str, country: str) -> str | None:
    """Return a number to be shown and dialled by people: in E.164, or a short one of the country; None for no number.

    Never read so what a message is sent to: that is :func:`e164`.
    """
    return e164(text, country) or short_number(text, country)


def _plain(text: str) -> str:
    return _INVISIBLE.sub("", fold_digits(text))
