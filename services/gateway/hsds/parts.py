"""Tell parts of a record that are named and shaped as HSDS has them already, and leave out what says nothing."""

from __future__ import annotations

from typing import Any

from services.gateway.hsds.taxonomies import TERMS

Json = dict[str, Any]

NOTHING: tuple[Any, ...] = (None, "", [])


def pruned(node: Any) -> Any:
    """Return a part of a record without null, empty texts and empty lists, in any depth."""
    if isinstance(node, dict):
        return stated({name: pruned(value) for name, value in node.items()})
    if isinstance(node, list):
        return [classified(one) if "taxonomy_term_id" in one else pruned(one) for one in node]
    return node


def stated(fields: Json) -> Json:
    """Return those fields that say something."""
    return {name: value for name, value in fields.items() if value not in NOTHING}


def classified(attribute: Json) -> Json:
    """Return an attribute; one of our taxonomies with its term, another's with the term's id alone."""
    term = TERMS.get(attribute.get("taxonomy_term_id") or "")
    return stated(attribute) | ({"taxonomy_term": term.shown} if term else {})
