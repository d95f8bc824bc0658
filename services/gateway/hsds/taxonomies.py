"""Keep the taxonomies that records are classified by: the subjects of needs, and what organizations are.

Each term stands three times, once a language: the same code in one taxonomy, with an id of its own. Records bear the
English one, so that they can be compared by id; whoever filters may name any of the three.

::

    needs           lasting_work, housing, … health                    what an organization can do, a service is for
                                       └─ health.dialysis …            terms of the node's own, see :mod:`.own`
    organizations   organization_type ─┬─ community                    of which kind it is
                                       ├─ central …
                    international_cooperation                          whether it works under such, and with whom
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from contracts.registry import LANGUAGES, ORGANIZATION_TYPES, TERMS_MOST
from contracts.subjects import SUBJECTS
from contracts.text import fold
from services.gateway.hsds.ids import part_id

Json = dict[str, Any]
Names = dict[str, str]

CANONICAL = "en"
SPOKEN = (CANONICAL, "ar", "fa")
NEEDS, ORGANIZATIONS = "needs", "organizations"
TYPE, COOPERATION = "organization_type", "international_cooperation"
OWN_TERM = "term"
TYPE_NAMES: dict[str, Names] = {
    "community": {"ar": "جمعية أهلية", "fa": "انجمن مردمی", "en": "Community association"},
    "central": {"ar": "جمعية مركزية", "fa": "انجمن مرکزی", "en": "Central association"},
    "social_unit": {"ar": "وحدة اجتماعية", "fa": "واحد اجتماعی", "en": "Social unit"},
    "government_agency": {"ar": "جهة حكومية", "fa": "نهاد دولتی", "en": "Government agency"},
    "company": {"ar": "شركة", "fa": "شرکت", "en": "Company"},
    "donor": {"ar": "جهة مانحة", "fa": "حامی مالی", "en": "Donor"},
    "cooperative": {"ar": "جمعية تعاونية", "fa": "تعاونی", "en": "Cooperative"},
}


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Hold one taxonomy."""

    code: str
    name: str
    description: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        """Make its id."""
        object.__setattr__(self, "id", part_id("tashbik", "taxonomy", self.code))

    @property
    def shown(self) -> Json:
        """Return it as HSDS has it."""
        return {"id": self.id, "name": self.name, "description": self.description, "version": "1"}

    @property
    def body(self) -> bytes:
        """Return it as JSON."""
        return orjson.dumps(self.shown)


@dataclass(frozen=True, slots=True)
class Term:
    """Hold one term in one language. ``parent`` is a code of the same taxonomy, or empty."""

    taxonomy: Taxonomy
    code: str
    names: Names
    parent: str
    language: str

    @property
    def id(self) -> str:
        """Return its id."""
        return term_id(self.taxonomy, self.code, self.language)

    @property
    def shown(self) -> Json:
        """Return it as HSDS has it, but for the taxonomy in detail."""
        parent = {"parent_id": term_id(self.taxonomy, self.parent, self.language)} if self.parent else {}
        return {
            "id": self.id,
            "code": self.code,
            "name": self.names[self.language],
            "description": " · ".join(self.names[language] for language in LANGUAGES),
            **parent,
            "taxonomy": self.taxonomy.name,
            "taxonomy_id": self.taxonomy.id,
            "language": self.language,
        }

    @property
    def body(self) -> bytes:
        """Return it as JSON, with the taxonomy in detail."""
        return orjson.dumps({**self.shown, "taxonomy_detail": self.taxonomy.shown})

    def has(self, words: Collection[str]) -> bool:
        """Tell whether each of the words begins a word of its code or names, in any spelling."""
        return not words or _begins(f"{self.code} {' '.join(self.names.values())}", words)


def term_id(taxonomy: Taxonomy, code: str, language: str = CANONICAL) -> str:
    """Return the id of a term in a language."""
    return part_id(taxonomy.id, "term", code, language)


def ids(code: str) -> list[str]:
    """Return the ids of a subject, or of a term below one, in each language."""
    return [term_id(NEEDS_TAXONOMY, code, language) for language in SPOKEN]


NEEDS_TAXONOMY = Taxonomy(
    NEEDS, "Needs and capabilities", "What families need, and what organizations can do about it."
)
ORGANIZATIONS_TAXONOMY = Taxonomy(ORGANIZATIONS, "Organizations", "What kind of organization it is, and how it works.")
TAXONOMIES = {one.id: one for one in (NEEDS_TAXONOMY, ORGANIZATIONS_TAXONOMY)}


def _named() -> Iterable[tuple[Taxonomy, str, Names, str]]:
    for subject in SUBJECTS.values():
        yield NEEDS_TAXONOMY, subject.code, {"ar": subject.ar, "fa": subject.fa, "en": subject.en}, ""
    type_names = {"ar": "نوع الجهة", "fa": "نوع سازمان", "en": "Type of organization"}
    yield ORGANIZATIONS_TAXONOMY, TYPE, type_names, ""
    for kind in ORGANIZATION_TYPES:
        yield ORGANIZATIONS_TAXONOMY, kind, TYPE_NAMES[kind], TYPE
    cooperation = {"ar": "تعاون دولي", "fa": "همکاری بین‌المللی", "en": "International cooperation"}
    yield ORGANIZATIONS_TAXONOMY, COOPERATION, cooperation, ""


TERMS: dict[str, Term] = {
    term.id: term for language in SPOKEN for named in _named() for term in (Term(*named, language),)
}
"""Every term by its id, those that records bear first."""

TAXONOMY_BODIES = {id_: taxonomy.body for id_, taxonomy in TAXONOMIES.items()}
TERM_BODIES = {id_: term.body for id_, term in TERMS.items()}
_BORNE = {(term.taxonomy.code, term.code): term for term in TERMS.values() if term.language == CANONICAL}
_BORNE_SHOWN = {key: orjson.Fragment(orjson.dumps(term.shown)) for key, term in _BORNE.items()}


@dataclass(frozen=True, slots=True)
class TermsAsked:
    """Hold which terms are looked for; what is empty does not narrow."""

    words: tuple[str, ...] = ()
    taxonomy_id: str = ""
    parent_id: str = ""
    top_only: bool = False

    def matches(self, term: Term) -> bool:
        """Tell whether a term is one of them."""
        return (
            self.taxonomy_id in ("", term.taxonomy.id)
            and self.parent_id in ("", term.parent and term_id(term.taxonomy, term.parent, term.language))
            and not (self.top_only and term.parent)
            and term.has(self.words)
        )


def terms(asked: TermsAsked, own: Iterable[Term] = ()) -> list[Term]:
    """Return the terms that are looked for; ``own`` are those of the node's own."""
    return [term for some in (TERMS.values(), own) for term in some if asked.matches(term)]


def taxonomies(words: Collection[str]) -> list[Taxonomy]:
    """Return the taxonomies that have these words in their name or description."""
    return [one for one in TAXONOMIES.values() if _begins(f"{one.name} {one.description}", words)]


def attribute(
    of: str, entity: str, taxonomy: str, code: str, *, link_type: str, value: str = "", label: str = ""
) -> Json:
    """Return the attribute that classifies a record (``of``, an ``entity`` of HSDS) by a term, and says how much of it.

    ``label`` is a language: the term's name in it becomes the label.
    """
    term = _BORNE[taxonomy, code]
    stated = {"value": value} if value else {}
    labelled = {"label": term.names[label]} if label else {}
    return {
        "id": part_id(of, "attribute", taxonomy, code, value),
        "link_type": link_type,
        "link_entity": entity,
        **stated,
        **labelled,
        "taxonomy_term": _BORNE_SHOWN[taxonomy, code],
    }


def own_attribute(of: str, entity: str, code: str) -> Json:
    """Return the attribute that classifies a record by a term of the node's own.

    The term is bare; whoever shows it names it: see :mod:`services.gateway.hsds.own.views`.
    """
    return {
        "id": part_id(of, "attribute", NEEDS, code, ""),
        "link_type": OWN_TERM,
        "link_entity": entity,
        "taxonomy_term": {"id": term_id(NEEDS_TAXONOMY, code), "code": code},
    }


def _begins(text: str, words: Collection[str]) -> bool:
    there = _folded(text)
    return all(any(one.startswith(word) for one in there) for word in words)


@lru_cache(maxsize=2 * TERMS_MOST)
def _folded(text: str) -> list[str]:
    """Return a text's words as they are compared; a term has the same in each of its languages."""
    return fold(text).replace("_", " ").replace(".", " ").split()
