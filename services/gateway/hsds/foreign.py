"""Know terms of taxonomies that are neither the shared nor the node's own: by their ids alone.

Records are registered with them as attributes, so nobody knows their taxonomies, names and parents here. A term that a
package calls by another id than a UUID, such as ``BD-1800``, is called by one that is made of it.
"""

from __future__ import annotations

import uuid
from typing import Any

from contracts.registry.deriving import UUID
from contracts.text import fold
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.taxonomies import TERMS

Json = dict[str, Any]


def borne(record: Json) -> set[str]:
    """Return the ids of others' terms that a record bears itself; those that its parts bear do not classify it."""
    ids = (one.get("taxonomy_term_id") or "" for one in record.get("attributes", ()))
    return {id_.lower() for id_ in ids if id_ and id_ not in TERMS}


def asked(term_id: str) -> str:
    """Return the id that records are found by, of a term that is not known; empty where no term can be called so."""
    return term_id.lower() if UUID.match(term_id) else ""


def made_id(id: str, taxonomy: str, name: str) -> str:  # noqa: A002 - the field's name
    """Return the UUID of a term that a package calls by ``id``: that itself, or one made of it and its taxonomy.

    It is the same in each package that calls the taxonomy alike. Where none is told, the term's name tells which of the
    many terms is meant that are called ``1``.
    """
    try:
        return str(uuid.UUID(id))
    except ValueError:
        return part_id(fold(taxonomy), "term", id, *([] if taxonomy else [fold(name)]))
