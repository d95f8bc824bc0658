"""Know the attributes that a node makes, to tell in a package what HSDS has no field for.

A record may be registered with an attribute that is called alike (``link_type``). What tells them apart is the id:
that of one which a node made is made of what it says. So :mod:`.rows` notes of the others, in the table of ours for
ids, that the register has them; what is not noted is read by what it is called, also where somebody changed its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.gateway.hsds.ids import part_id
from services.gateway.hsds.package.terms import AREA, LANGUAGE
from services.gateway.hsds.taxonomies import COOPERATION, NEEDS, ORGANIZATIONS, OWN_TERM, TYPE

CAPABILITY = "capability"
Parts = tuple[str, ...]

_MADE_OF: Mapping[str, Callable[[str, str], tuple[Parts, ...]]] = {
    CAPABILITY: lambda code, value: ((NEEDS, code, value), (NEEDS, code, "")),
    OWN_TERM: lambda code, _: ((NEEDS, code, ""),),
    TYPE: lambda code, _: ((ORGANIZATIONS, code, ""),),
    COOPERATION: lambda code, value: ((ORGANIZATIONS, code, value),),
    AREA: lambda _, __: ((AREA,),),
    LANGUAGE: lambda _, value: ((LANGUAGE, value),),
}
"""What ids are made of, by what attributes are called. That of a capability without a number tells no value."""
KINDS: Mapping[str, frozenset[str]] = {"organization": frozenset(_MADE_OF), "location": frozenset({AREA})}
"""What attributes are called that a node makes for a record, by its table."""


def made(of: str, kind: str, code: str, value: str) -> frozenset[str]:
    """Return the ids that an attribute of a record may have which a node made, with the code of its term."""
    parts = _MADE_OF[kind](code, value) if kind in _MADE_OF else ()
    return frozenset(part_id(of, "attribute", *one) for one in parts)
