"""Prove that what is asked of us and of others is the same, and that others' silence is no victory."""

from __future__ import annotations

import csv
import io
from itertools import pairwise

import pytest

from chassis import clock
from contracts.text import fold
from services.registry.organizations.domain import faults_of
from tests.bench import crowd
from tests.bench.baselines.raw import _within
from tests.bench.beside import LIMIT, TYPED, below, boxes_of, feature_of, items_path, join, keystrokes, unfailing
from tests.bench.drive import Outcome, figures_of
from tests.bench.figures import latencies
from tests.bench.limits import at_least
from tests.bench.peers import Source, _with_database, configuration, csv_of

SIZE = 600


def test_keystroke_adds_a_letter():
    assert keystrokes("qena a") == ["q", "qe", "qen", "qena", "qena a"]


@pytest.mark.parametrize("words", TYPED)
def test_typed_words_find_some(words: str):
    documents = [one["terms"] for one in crowd.crowd(range(SIZE), clock.now())]

    found = [
        terms for terms in documents if all(any(one.startswith(word) for one in terms) for word in fold(words).split())
    ]

    assert found


def test_boxes_hold_their_organizations():
    boxes = boxes_of(SIZE)

    assert all(west < east and south < north for west, south, east, north in boxes)
    assert boxes == boxes_of(SIZE)


def test_paths_ask_for_a_page_of_a_box():
    assert items_path((32.1, 26.0, 32.2, 26.1)) == (
        f"/collections/organizations/items?f=json&limit={LIMIT}&bbox=32.1,26.0,32.2,26.1"
    )


def test_raw_asks_for_the_same_box():
    ring = _within("32.1,26.0,32.2,26.1")["geometry"]["$geoWithin"]["$geometry"]["coordinates"][0]

    assert (ring[0], ring[2], ring[-1]) == ([32.1, 26.0], [32.2, 26.1], ring[0])
    assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(ring))


def test_peers_get_every_property_once():
    one, other = (feature_of(one["item"]) for one in crowd.crowd(range(2), clock.now()))

    assert "id" not in one["properties"]
    assert list(one["properties"]) == list(other["properties"])


def test_row_holds_texts_as_they_are():
    feature = {
        "id": "a",
        "geometry": {"coordinates": [32.7, 26.1]},
        "properties": {"name": 'a "b", c', "n": 4, "no": None},
    }

    (row,) = csv.reader(io.StringIO(csv_of(feature).decode()))

    assert row == ["a", "SRID=4326;POINT(32.7 26.1)", 'a "b", c', "4", ""]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("mongodb://127.0.0.1:1/?replicaSet=rs0", "mongodb://127.0.0.1:1/bench_peers?replicaSet=rs0"),
        ("mongodb://a:b@h:1/?replicaSet=rs0", "mongodb://a:b@h:1/bench_peers?replicaSet=rs0&authSource=admin"),
        ("mongodb://a:b@h:1/?authSource=x", "mongodb://a:b@h:1/bench_peers?authSource=x"),
    ],
)
def test_database_is_named_in_the_address(url: str, named: str):
    assert _with_database(url) == named


def test_provider_is_told_of_its_source():
    told = configuration(Source("MongoDB", {"data": "mongodb://h/d", "collection": "organizations"}), 5000)

    (provider,) = told["resources"]["organizations"]["providers"]
    assert (provider["name"], provider["collection"]) == ("MongoDB", "organizations")


@pytest.mark.parametrize(("seconds", "failed", "met"), [(0.01, 0, True), (0.04, 0, False), (0.01, 1, False)])
def test_limit_is_met_below_it(seconds: float, failed: int, met: bool):
    assert below("tile", latencies([seconds] * 10, failed=failed, lasted=1.0), 30.0).met is met


@pytest.mark.parametrize(("ours", "theirs", "met"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_failures_meet_no_ratio(ours: int, theirs: int, met: bool):
    found = [latencies([0.01] * 10, failed=failed, lasted=1.0) for failed in (ours, theirs)]

    assert unfailing(at_least("page", 20.0, 10.0, 1.0, note=""), *found).met is met


def test_runs_are_joined_request_by_request():
    outcomes: list[Outcome] = []
    for begun in (0.0, 100.0):
        join(outcomes, [Outcome(number, begun + number, begun + number + 0.01, 200) for number in range(3)])

    found = figures_of(outcomes)

    assert (found.count, found.worst) == (6, pytest.approx(10.0, abs=0.1))


def test_nothing_asked_meets_nothing():
    assert not below("tile", latencies([], failed=0, lasted=1.0), 30.0).met


def test_register_takes_the_crowd():
    assert [fault for number in range(20) for fault in faults_of(crowd.registered(number))] == []


def test_service_is_its_organizations():
    made = crowd.served(7, clock.now())

    assert (made["organization"], bool(made["hsds"])) == (crowd.id_of(7), True)
