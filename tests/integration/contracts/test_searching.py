"""Prove that words find records by themselves and by their beginnings, and by an index."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo import IndexModel

from chassis.config import Config
from chassis.mongo import connect
from contracts.text import fold, index_terms, query_terms, sought

NAMES = ("جمعية الإحسان الخيرية", "جمعية إحسان للتنمية", "Charité-Verein", "جمعان", "أب", "𐤀𐤁𐤂𐤃𐤄 house")
FOUND = [
    ("احسان", {0, 1}),
    ("الاحس", {0, 1}),
    ("خير احس", {0}),
    ("جم", {0, 1, 3}),
    ("جمع", {0, 1, 3}),
    ("جمعي", {0, 1}),
    ("جمعان", {3}),
    ("charite", {2}),
    ("charites", set()),
    ("اب", {4}),
    ("𐤀𐤁𐤂𐤃", {5}),
    ("", {0, 1, 2, 3, 4, 5}),
]


@pytest.fixture(scope="module")
def records(config: Config):
    """Give a collection of names."""
    collection = connect(config, "named")["named"]
    collection.create_indexes([IndexModel([("search", 1), ("_id", 1)])])
    collection.insert_many({"_id": number, "search": index_terms(name)} for number, name in enumerate(NAMES))
    with collection.database.client:
        yield collection


def numbers(records, query):
    conditions = sought("search", query)
    return {one["_id"] for one in records.find({"$and": conditions} if conditions else {})}


@pytest.mark.parametrize(("query", "found"), FOUND)
def test_records_are_found(records, query, found):
    assert numbers(records, query) == found


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(fold(" ".join(NAMES)).split()), max_size=3), st.integers(2, 12))
def test_each_word_begins_one_of_theirs(records, words, cut):
    query = " ".join(word[:cut] for word in words)

    told = {number for number, name in enumerate(NAMES) if bears(name, query)}

    assert numbers(records, query) == told


def bears(name, query):
    return all(any(term.startswith(word) for term in index_terms(name)) for word in query_terms(query))
