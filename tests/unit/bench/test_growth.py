"""Prove that what fills the directory can be found in it, and that growth is judged by the size."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chassis import clock
from contracts.text import fold
from services.gateway.directory.documents import facet
from tests.bench.crowd import crowd, id_of, record, word_of
from tests.bench.figures import latencies
from tests.bench.growth import FILTERED, QUESTIONS, SEARCH_AT, TILES, Grown, asked_at, growth_of, questions


def grown(name: str, size: int, seconds: float) -> Grown:
    return Grown(name, size, latencies([seconds] * 10, failed=0, lasted=1.0), 1.0)


def test_number_gives_the_same_organization():
    assert record(41) == record(41)
    assert record(41) != record(42)


def test_own_word_finds_one():
    documents = list(crowd(range(2_000), clock.now()))

    found = [one["_id"] for one in documents if fold(word_of(1_234)) in one["terms"]]

    assert found == [id_of(1_234)]


def test_words_of_a_search_find_some():
    documents = list(crowd(range(2_000), clock.now()))
    words = fold(parse_qs(urlsplit(QUESTIONS["search"](77)).query)["q"][0]).split()

    found = [
        one["_id"] for one in documents if all(any(term.startswith(word) for term in one["terms"]) for word in words)
    ]

    assert id_of(77) in found
    assert len(found) < 200


@pytest.mark.parametrize(("name", "field"), [("tile-area", "area"), ("tile-term", "subject"), ("tile-words", "q")])
def test_tiles_of_filters_find_many(name: str, field: str):
    documents = list(crowd(range(2_000), clock.now()))
    values = [parse_qs(urlsplit(QUESTIONS[name](number)).query)[field][0] for number in range(20)]

    found = {value: sum(_fits(one, field, value) for one in documents) for value in values}

    assert min(found.values()) > 40


def _fits(one: dict[str, Any], field: str, value: str) -> bool:
    if field == "q":
        return all(word in one["terms"] for word in fold(value).split())
    return facet(**{field: value}) in one["facets"]


def test_tiles_of_filters_are_of_every_zoom():
    zooms = {QUESTIONS["tile-area"](number).split("/")[3] for number in range(40)}

    assert zooms == {str(zoom) for zoom in TILES.values()}


def test_filters_of_too_many_are_not_asked_for():
    assert set(FILTERED) <= set(asked_at(SEARCH_AT))
    assert set(asked_at(1_000_000)) == set(QUESTIONS) - set(FILTERED)


@pytest.mark.parametrize("name", [*TILES, *FILTERED])
def test_tiles_have_a_limit_of_their_own(name: str):
    lines = growth_of([grown(name, 1_000, 0.002), grown(name, SEARCH_AT, 0.031)])

    assert [(one.target, one.met) for one in lines] == [("< 30 ms", True), ("< 30 ms", False)]


def test_organizations_have_a_place():
    assert all(one["places"] and one["facets"] and one["feature"] for one in crowd(range(100), clock.now()))


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_differ(name: str):
    assert len(set(questions(name, 60_000))) > 100


def test_logarithmic_growth_is_met():
    lines = growth_of([grown("list", 1_000, 0.002), grown("list", 1_000_000, 0.004)])

    assert [(one.ratio, one.met) for one in lines] == [(2.0, True)]


def test_linear_growth_is_missed():
    lines = growth_of([grown("list", 1_000, 0.002), grown("list", 60_000, 0.120)])

    assert [(one.ratio, one.met) for one in lines] == [(60.0, False)]


def test_search_has_a_limit_of_its_own():
    lines = growth_of([grown("search", 1_000, 0.020), grown("search", SEARCH_AT, 0.031)])

    assert [one.met for one in lines] == [True, False]
