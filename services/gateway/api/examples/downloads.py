"""Show files of the directory."""

from __future__ import annotations

from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.downloads import delimited, kml, linked
from services.gateway.downloads.columns import headings, rows
from services.gateway.downloads.words import Wording

_ENGLISH = Wording("en", {})
CSV = b"".join(delimited.written(headings(_ENGLISH), rows([ORGANIZATION], _ENGLISH))).decode("utf-8")
KML = b"".join(kml.written([ORGANIZATION], _ENGLISH, "https://qena.example")).decode("utf-8")
LINKED = linked.described(ORGANIZATION, _ENGLISH, "https://qena.example", {})
