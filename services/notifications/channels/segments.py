r"""Cut a text into the parts that it travels in (3GPP TS 23.038 and 23.040).

A text of which every letter is in the GSM 7-bit alphabet holds 160 of them, or 153 in each of several parts; letters of
the extension table (``[ ] { } | ^ ~ \ €``) count twice. Any other text, so any with one Arabic or Persian letter, goes
as UCS-2: 70 code units, or 67 in each of several parts; a letter beyond the basic plane counts twice. A letter that
counts twice is never cut in half.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import gsm0338

GSM_7BIT = 0
UCS2 = 8
MOST_PARTS = 255
ESCAPE = "\x1b"
ROOM = {GSM_7BIT: (160, 153), UCS2: (140, 134)}  # octets as handed over: alone, and in each of several parts
CONCATENATED_8BIT = b"\x05\x00\x03"  # length of the header, information element, its length

_gsm = gsm0338.Codec()


class TooLong(ValueError):
    """Say that a text does not fit into the most parts that a phone can put together."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Hold a text's SMPP data coding and its parts, without headers."""

    coding: int
    parts: tuple[bytes, ...]

    def with_headers(self, reference: int) -> tuple[bytes, ...]:
        """Return the parts with their concatenation headers; a single part has none. ``reference`` is 0 to 255."""
        total = len(self.parts)
        if total == 1:
            return self.parts
        return tuple(
            CONCATENATED_8BIT + bytes((reference, total, number)) + part for number, part in enumerate(self.parts, 1)
        )


def encode(text: str) -> Encoded:
    """Return the text in its cheapest coding, cut into parts. Raises :class:`TooLong`."""
    try:
        coding, letters = GSM_7BIT, [_gsm_letter(letter) for letter in text]
    except UnicodeEncodeError:
        coding, letters = UCS2, [letter.encode("utf-16-be", "surrogatepass") for letter in text]
    alone, each = ROOM[coding]
    whole = b"".join(letters)
    parts = (whole,) if len(whole) <= alone else _cut(letters, each)
    if len(parts) > MOST_PARTS:
        raise TooLong(f"{len(parts)} parts")
    return Encoded(coding, parts)


def reference_of(message_id: str) -> int:
    """Return the concatenation reference of a message: the same at each attempt, so a phone joins parts of two."""
    return zlib.crc32(message_id.encode()) & 0xFF


def _gsm_letter(letter: str) -> bytes:
    if letter == ESCAPE:  # stands for "another table follows", not for a letter
        raise UnicodeEncodeError("gsm03.38", letter, 0, 1, "no letter")
    return bytes(_gsm.encode(letter)[0])


def _cut(letters: list[bytes], room: int) -> tuple[bytes, ...]:
    parts, part = [], b""
    for letter in letters:
        if len(part) + len(letter) > room:
            parts.append(part)
            part = b""
        part += letter
    return (*parts, part)
