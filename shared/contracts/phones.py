"""Read telephone numbers as people write them, and name them one way: E.164.

All services read alike, since a number is also what a family is looked up by.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from contracts.text import fold_digits

LONGEST = 40
PALESTINE = "PS"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PALESTINIAN_MOBILE = re.compile(r"\+972(5[69]\d{7})\Z")


def e164(text: str, country: str) -> str | None:
    """Return the number in E.164 (``+20965331234``), or None where it is none that could be dialled.

    ``country`` (ISO 3166-1) says how a number without a country's code is read. Digits of any script are understood. A
    Palestinian node's mobile numbers with Israel's code, as they are often written, get Palestine's.
    """
    plain = _INVISIBLE.sub("", fold_digits(text))
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
