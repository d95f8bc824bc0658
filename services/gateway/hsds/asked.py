"""Turn what is asked of HSDS's lists into conditions for the directory. What is not given does not narrow."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from contracts.text import fold
from services.gateway.directory.documents import SOME, facet
from services.gateway.directory.search.query import WORDS_MOST, beginning
from services.gateway.hsds.taxonomies import (
    COOPERATION,
    NEEDS_TAXONOMY,
    ORGANIZATIONS_TAXONOMY,
    TERMS,
    TYPE,
    TermsAsked,
)

JSON, NDJSON = "json", "ndjson"
PER_PAGE, PER_PAGE_MOST = 50, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold what every list takes."""

    search: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    format: str = JSON

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words that are sought, as they are compared."""
        return tuple(fold(self.search).split()[:WORDS_MOST])

    @property
    def skipped(self) -> int:
        """Return how many records stand before the page."""
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomiesAsked(Asked):
    """Ask for taxonomies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyTermsAsked(Asked):
    """Ask for terms."""

    taxonomy_id: str = ""
    parent_id: str = ""
    top_only: bool = False

    @property
    def terms(self) -> TermsAsked:
        """Return which terms are meant."""
        return TermsAsked(self.words, self.taxonomy_id, self.parent_id, self.top_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationsAsked(Asked):
    """Ask for organizations."""

    taxonomy_term_id: str = ""
    taxonomy_id: str = ""
    full: bool = False

    @property
    def key(self) -> Hashable:
        """Return what tells one list from another, whatever the page."""
        return self.words, self.taxonomy_term_id, self.taxonomy_id

    @property
    def conditions(self) -> dict[str, Any]:
        """Return the conditions of the query."""
        worded = {"$and": [{"terms": beginning(word)} for word in self.words]} if self.words else {}
        return {**classified(self.taxonomy_term_id, self.taxonomy_id), **worded}


NOTHING: dict[str, Any] = {"facets": {"$in": []}}
KEYS = {"": facet(), NEEDS_TAXONOMY.id: facet(SOME), ORGANIZATIONS_TAXONOMY.id: facet()}
"""Under which key organizations are found that bear any term of a taxonomy. Each is of some type."""


def classified(term_id: str, taxonomy_id: str) -> dict[str, Any]:
    """Return the conditions for organizations that bear a term, in any language, and some term of a taxonomy.

    Either may be empty, for any; what is not known finds nothing.
    """
    term = TERMS.get(term_id)
    if taxonomy_id not in KEYS or (term_id and term is None):
        return NOTHING
    anything = {"facets": KEYS[taxonomy_id]}
    if term is None or term.code == TYPE:
        return anything
    if term.taxonomy is NEEDS_TAXONOMY:
        return {"facets": facet(subject=term.code)}
    return anything | ({COOPERATION: True} if term.code == COOPERATION else {TYPE: term.code})
