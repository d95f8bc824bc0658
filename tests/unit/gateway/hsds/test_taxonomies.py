"""Prove what the taxonomies hold, and how their terms are found."""

from __future__ import annotations

from uuid import UUID

import orjson
import pytest

from contracts.registry import LANGUAGES, ORGANIZATION_TYPES
from contracts.subjects import SUBJECTS
from services.gateway.hsds.taxonomies import (
    NEEDS_TAXONOMY,
    ORGANIZATIONS_TAXONOMY,
    TAXONOMY_BODIES,
    TERM_BODIES,
    TYPE,
    TermsAsked,
    taxonomies,
    term_id,
    terms,
)
from tests.hsds import faults, needs_schemas

TYPE_TERM = term_id(ORGANIZATIONS_TAXONOMY, TYPE, "ar")


def codes(asked: TermsAsked) -> list[str]:
    """Return the codes of the terms that are found."""
    return [term.code for term in terms(asked)]


def test_every_subject_has_a_term_in_each_language():
    found = codes(TermsAsked(taxonomy_id=NEEDS_TAXONOMY.id))

    assert sorted(found) == sorted([*SUBJECTS] * len(LANGUAGES))


def test_ids_never_change():
    assert NEEDS_TAXONOMY.id == "de91dc6e-1db9-567b-b0f3-38c32f470942"
    assert term_id(NEEDS_TAXONOMY, "health", "ar") == "6b47cc98-4fcb-5678-ba10-9d2c1d657654"


def test_ids_are_uuids():
    assert all(UUID(id_) for id_ in [*TAXONOMY_BODIES, *TERM_BODIES])


def test_top_has_no_parent():
    found = set(codes(TermsAsked(taxonomy_id=ORGANIZATIONS_TAXONOMY.id, top_only=True)))

    assert found == {"organization_type", "international_cooperation"}


def test_children_are_of_the_parents_language():
    found = terms(TermsAsked(parent_id=TYPE_TERM))

    assert [one.code for one in found] == [*ORGANIZATION_TYPES]
    assert {one.language for one in found} == {"ar"}


@pytest.mark.parametrize("text", [("صحه",), ("سلام",), ("health",)])
def test_words_of_any_language_find_all(text: tuple[str, ...]):
    assert codes(TermsAsked(text)) == ["health"] * len(LANGUAGES)


def test_unknown_taxonomy_has_no_terms():
    assert codes(TermsAsked(taxonomy_id="nothing")) == []


def test_taxonomies_are_found_by_words():
    assert taxonomies(["need"]) == [NEEDS_TAXONOMY]


@needs_schemas
def test_schemas_of_hsds_are_obeyed():
    wrong = [fault for body in TAXONOMY_BODIES.values() for fault in faults("taxonomy", orjson.loads(body))]
    wrong += [fault for body in TERM_BODIES.values() for fault in faults("taxonomy_term", orjson.loads(body))]

    assert wrong == []
