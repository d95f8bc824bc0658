"""Turn what is asked of HSDS's lists into conditions for the directory. What is not given does not narrow.

=================  =========================================================================================
what is asked      index, and the order of the list
=================  =========================================================================================
proximity          ``places``: nearest first
words              ``words``: as the record with that word was made
modified_after     ``modified``: what was changed first comes first
nothing of these   ``facets``: by name. One key says term and organization, or term and area
=================  =========================================================================================

What else is asked narrows what the index finds. Where a key leaves few records, it leads whatever else is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from contracts.text import fold
from services.gateway.directory.documents import ANY, SOME, facet
from services.gateway.directory.search.query import WORDS_MOST
from services.gateway.directory.services.documents import owned_by
from services.gateway.hsds import foreign
from services.gateway.hsds.taxonomies import (
    COOPERATION,
    NEEDS_TAXONOMY,
    ORGANIZATIONS_TAXONOMY,
    TERMS,
    TYPE,
    TermsAsked,
)

JSON, NDJSON = "json", "ndjson"
PER_PAGE, PER_PAGE_MOST, MINIMAL_MOST = 50, 500, 10_000

Json = dict[str, Any]
NOTHING: Json = {"facets": {"$in": []}}
LISTED: Json = {"cell": {"$gte": 0}}
"""What the index of changes holds."""


class Order(StrEnum):
    """Name the index that a list is read from, and with it its order."""

    NAME = "facets"
    MODIFIED = "modified"
    WORDS = "words"
    NEAR = "places"


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


@dataclass(frozen=True, slots=True)
class Near:
    """Ask for what is within so many metres of a point: longitude and latitude."""

    point: tuple[float, float]
    within: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Hold which records are wanted, and in which order; ``words`` and ``near`` stand beside the conditions."""

    conditions: Json
    order: Order
    words: tuple[str, ...] = ()
    near: Near | None = None

    @property
    def key(self) -> bytes:
        """Return what tells one selection from another."""
        return orjson.dumps(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsAsked(Asked):
    """Hold what every list of the directory's records takes.

    ``own`` is the code of the term of the node's own that ``taxonomy_term_id`` means, if it does.
    """

    taxonomy_term_id: str = ""
    taxonomy_id: str = ""
    full: bool = False
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationsAsked(RecordsAsked):
    """Ask for organizations."""

    full_service: bool = False

    @property
    def selection(self) -> Selection:
        """Return which organizations are wanted."""
        return _selection(self.words, bearing(self.taxonomy_term_id, self.taxonomy_id, self.own))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesAsked(RecordsAsked):
    """Ask for services, or for services at locations. ``near`` is what a postcode and a proximity amount to."""

    organization_id: str = ""
    modified_after: datetime | None = None
    minimal: bool = False
    postcode: str = ""
    proximity: float | None = None
    near: Near | None = None

    @property
    def selection(self) -> Selection:
        """Return which are wanted."""
        area = "" if self.near else self.postcode
        meeting_ = meeting(self.taxonomy_term_id, self.taxonomy_id, self.organization_id, area, self.own)
        return _selection(self.words, meeting_, self.modified_after, self.near)


def _selection(
    words: tuple[str, ...], conditions: Json, modified_after: datetime | None = None, near: Near | None = None
) -> Selection:
    modified = {"modified": {"$gte": modified_after}, **LISTED} if modified_after else {}
    by = {Order.NEAR: near, Order.WORDS: words, Order.MODIFIED: modified, Order.NAME: True}
    return Selection(conditions | modified, next(order for order, given in by.items() if given), words, near)


def bearing(term_id: str, taxonomy_id: str, own: str = "") -> Json:
    """Return the conditions for organizations that bear a term, in any language, and some term of a taxonomy.

    Either may be empty, for any; what is not known finds nothing. Each organization is of some type.
    """
    if own and taxonomy_id in ("", NEEDS_TAXONOMY.id):
        return {"facets": facet(own)}
    if others := _of_others(term_id, taxonomy_id):
        return {"facets": facet(others)}
    term = TERMS.get(term_id)
    if taxonomy_id not in KEYS or (term_id and term is None):
        return NOTHING
    anything = {"facets": facet(KEYS[taxonomy_id])}
    if term is None or term.code == TYPE:
        return anything
    if term.taxonomy is NEEDS_TAXONOMY:
        return {"facets": facet(term.code)}
    return anything | ({COOPERATION: True} if term.code == COOPERATION else {TYPE: term.code})


def meeting(term_id: str, taxonomy_id: str, organization_id: str, area: str, own: str = "") -> Json:
    """Return the conditions for services that meet a need, of an organization and in an area; each may be empty."""
    term = TERMS.get(term_id)
    code = own or (term.code if term and term.taxonomy is NEEDS_TAXONOMY else _of_others(term_id, taxonomy_id))
    if taxonomy_id not in ("", NEEDS_TAXONOMY.id) or (term_id and not code):
        return NOTHING
    subject = code or KEYS[taxonomy_id]
    places = [owned_by(organization_id)] * bool(organization_id) + [area] * bool(area)
    keys = [facet(subject, place) for place in places or [ANY]]
    return {"facets": keys[0] if len(keys) == 1 else {"$all": keys}}


def _of_others(term_id: str, taxonomy_id: str) -> str:
    """Return the id of a term that is in none of our taxonomies; empty where one of these is meant."""
    return "" if taxonomy_id or term_id in TERMS else foreign.asked(term_id)


KEYS = {"": ANY, NEEDS_TAXONOMY.id: SOME, ORGANIZATIONS_TAXONOMY.id: ANY}
"""Which subject in a key stands for any term of a taxonomy."""
