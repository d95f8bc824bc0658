"""Write text into XML 1.0."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Return a text as it stands in an element or in a quoted attribute, without what XML has no characters for."""
    return escape(_NO_XML.sub("", text), {'"': "&quot;", "\r": "&#13;"})
