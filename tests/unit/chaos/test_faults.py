"""Prove that a seed repeats a run, and that every verb gets its turn."""

from __future__ import annotations

from itertools import islice
from random import Random

from cli.roster import API, ROOT, SERVICES
from tests.chaos.faults import VERBS, deck, fitting, once
from tests.chaos.report import FAULTS

SINGLE = [verb.name for verb in VERBS if verb.members == 1]


def names(seed: int, count: int, members: int = 1) -> list[str]:
    return [verb.name for verb in islice(deck(Random(seed), fitting(members)), count)]


def test_seed_repeats_order():
    assert names(7, 100) == names(7, 100)


def test_seeds_differ():
    assert names(7, 100) != names(8, 100)


def test_every_verb_has_turn():
    assert sorted(names(7, len(SINGLE))) == sorted(SINGLE)


def test_lone_member_stays_primary():
    assert "kill -9 the primary" not in names(7, 200)


def test_primary_falls_among_three():
    assert "kill -9 the primary" in names(7, len(VERBS), members=3)


def test_faults_can_be_chosen():
    assert {verb.name for verb in fitting(1, "cut")} == {"broker cut", "database cut"}


def test_names_are_unique():
    assert len({verb.name for verb in VERBS}) == len(VERBS)


def test_once_kills_every_process():
    processes = [service.name for service in SERVICES] + [API, "rabbitmq", "mongo"]

    assert sorted(verb.name for verb in once(Random(7))) == sorted(f"kill -9 {name}" for name in processes)


def test_page_names_every_fault():
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")

    assert [verb.name for verb in VERBS if f"`{verb.name}`" not in page] == []


def test_page_names_every_measure():
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")

    assert [name for name in FAULTS if f"`{name}`" not in page] == []
