"""Turn terms into what is answered and published."""

from __future__ import annotations

from typing import Any

from contracts import registry as contract
from services.registry.taxonomies.domain import Term

PUBLIC = tuple(contract.Term().fields)
_TERM = contract.Term()


def record(term: Term) -> dict[str, Any]:
    """Return the whole record as plain JSON types."""
    return _TERM.dump(term)  # type: ignore[no-any-return]
