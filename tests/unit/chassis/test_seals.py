"""Prove that a seal's bytes are stable, and that nothing of a seal or an entry can be changed unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from chassis import audit
from chassis.trail import seals
from chassis.trail.comparison import ADDED, CHANGED, Comparison, places
from chassis.trail.seals import SealingKey, TrustedKeys
from cli.keys import create

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = SealingKey(PRIVATE)
TRUSTED = TrustedKeys([PRIVATE.public_key()])
FIELDS = st.sampled_from(["at", "actor", "organization", "action", "record", "why", "traceparent", "_id", "other"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)

Json = dict[str, Any]


def entry(number: int) -> Json:
    """Return an audit entry."""
    made = audit.entry("officer:o-1", "family.read", f"family-{number}", at=NOW + timedelta(seconds=number))
    return made | {"_id": f"018f-{number:04}"}


def chain(*sizes: int) -> list[Json]:
    """Return a chain of seals over so many entries each."""
    made: list[Json] = []
    for size in sizes:
        made.append(seals.make("registry", made[-1] if made else None, [entry(n) for n in range(size)], KEY, NOW))
    return made


def told(sealed: list[Json], found: list[Json]) -> list[str]:
    """Return what a comparison says of entries that were sealed in one order and are found in another."""
    comparison = Comparison(places(b"".join(map(seals.digest, sealed))))
    at_once = [comparison.fault(one | {"position": position}) for position, one in enumerate(found)]
    return [*filter(None, at_once), *comparison.rest()]


# Bytes


def test_bytes_of_an_entry_are_these():
    assert seals.digest(entry(1)).hex() == "acd50b3d8e12454e269f273d4176804b8de42009da59520de18419caf379806c"


def test_bytes_of_a_seal_are_these():
    assert seals.hash_of(chain(2)[0]) == "62ef46a5343b198ce25e867b66af936238768c8de5cc91e54e5c9204209a9437"


@given(st.permutations(list(entry(1))))
def test_order_of_fields_does_not_count(names: list[str]):
    assert seals.digest({name: entry(1)[name] for name in names}) == seals.digest(entry(1))


def test_marks_do_not_count():
    assert seals.digest(entry(1) | {"seal": 7, "position": 3}) == seals.digest(entry(1))


@given(FIELDS, TEXTS)
def test_every_field_of_an_entry_counts(name: str, value: str):
    changed = entry(1) | {name: value}

    assert (seals.digest(changed) == seals.digest(entry(1))) == (changed == entry(1))


# Seals


def test_seals_follow_each_other():
    first, second = chain(2, 3)

    assert (first["_id"], first["previous"], second["_id"], second["previous"]) == (1, "", 2, seals.hash_of(first))
    assert all(TRUSTED.fits(seal) for seal in (first, second))


@given(st.sampled_from(sorted(set(chain(2)[0]) - {"digests"})), st.one_of(TEXTS, st.integers(0, 9), st.binary()))
def test_every_field_of_a_seal_is_signed(name: str, value: object):
    seal = chain(2)[0]

    changed = seal | {name: value}

    assert TRUSTED.fits(changed) == (changed == seal)


def test_other_key_does_not_fit():
    other = TrustedKeys([Ed25519PrivateKey.generate().public_key()])

    assert not other.knows(chain(1)[0]["key"])
    assert not other.fits(chain(1)[0])


def test_key_is_no_key_of_another_kind(tmp_path: Path):
    create(tmp_path)
    (tmp_path / "audit.pem").write_text("no key")

    with pytest.raises(ValueError, match="PEM"):
        SealingKey.read(tmp_path)


# Entries


@given(st.integers(0, 20).flatmap(lambda size: st.tuples(st.just(size), st.permutations(range(size)))))
def test_reordered_entries_are_named(drawn: tuple[int, list[int]]):
    size, order = drawn

    faults = told([entry(n) for n in range(size)], [entry(n) for n in order])

    assert len(faults) == sum(position != place for position, place in enumerate(order))
    assert all("was moved" in fault for fault in faults)


@given(st.integers(1, 20).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1)))))
def test_changed_entries_are_named(drawn: tuple[int, set[int]]):
    size, changed = drawn

    faults = told(
        [entry(n) for n in range(size)], [entry(n) | ({"why": "x"} if n in changed else {}) for n in range(size)]
    )

    assert faults == [f"entry 018f-{n:04} {CHANGED}" for n in sorted(changed)]


def test_missing_entry_is_named():
    comparison = Comparison(places(b"".join(seals.digest(entry(n)) for n in range(3))))

    assert not any([comparison.fault(entry(0) | {"position": 0}), comparison.fault(entry(2) | {"position": 2})])
    assert list(comparison.rest()) == ["the entry at position 1 is missing"]


def test_added_entry_is_named():
    assert told([entry(0)], [entry(0), entry(1)]) == [f"entry 018f-0001 {ADDED}"]
