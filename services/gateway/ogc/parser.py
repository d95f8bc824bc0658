"""Parse CQL2-text to CQL2's JSON, by the ``cql2`` package, within bounds that its parser has not."""

from __future__ import annotations

import re
from typing import Any

import cql2

from services.gateway.ogc.domain import Unsupported

LENGTH_MOST = 4000
DEPTH_MOST = 24
OPERATORS_MOST = 400
_COORDINATES = re.compile(r"(?<![\d.])[-\d.]++\s+[-\d.]++(?:\s+[-\d.]++)?\s*(?=[,)])")
_OPERATOR = re.compile(r"[-+*/^%=<>]|\b(?:and|or|not|div|like|in|is|between)\b", re.IGNORECASE)


def parse(text: str) -> Any:
    """Return CQL2-text as JSON. Raises :class:`Unsupported`.

    The parser calls itself for each bracket, and for each operator of a chain, until its thread has no stack left and
    the process ends. So how many there are is bounded before; the signs of coordinates are none.
    """
    if len(text) > LENGTH_MOST:
        raise Unsupported(f"The filter is longer than {LENGTH_MOST} characters.")
    if _depth(text) > DEPTH_MOST:
        raise Unsupported(f"The filter is nested deeper than {DEPTH_MOST}.")
    if len(_OPERATOR.findall(_COORDINATES.sub("", text))) > OPERATORS_MOST:
        raise Unsupported(f"The filter has more than {OPERATORS_MOST} operators.")
    try:
        return cql2.parse_text(text).to_json()
    except (cql2.ParseError, ValueError) as error:
        raise Unsupported("The filter is not CQL2-text.") from error


def _depth(text: str) -> int:
    """Return how deep brackets and signs of opposite may be nested, those in texts counted too."""
    deep = most = 0
    for sign in text:
        deep += (sign in "([{") - (sign in ")]}")
        most = max(most, deep)
    run = max((len(found.split()) for found in re.findall(r"(?:\bnot\b\s*)+", text.lower())), default=0)
    signs = max((len(re.sub(r"\s", "", found)) for found in re.findall(r"[-+\s]{2,}", text)), default=0)
    return max(most, run, signs)
