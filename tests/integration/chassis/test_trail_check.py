"""Prove that whatever is done to a sealed trail is found, and named."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import audit, clock
from chassis.config import Config
from chassis.database import AUDIT_INDEXES, connect, prepare
from chassis.trail import seals
from chassis.trail.check import Head
from chassis.trail.seals import SealingKey
from tests.integration.chassis.trails import NOON, SEALED, Believer, Trail, entry_at, note, sealer, verify

Sealed = tuple[Trail, dict[str, list[dict[str, Any]]]]
Harm = Callable[[Trail], Any]


@pytest.fixture(scope="module")
def sealed(config: Config) -> Iterator[Sealed]:
    """Give a database with a trail of three seals over ten entries each and one entry that waits, and a copy of it."""
    own = connect(config, f"chassis{secrets.token_hex(3)}")
    prepare(own, AUDIT_INDEXES)
    note(own, 30)
    sealer(own, config).turn()
    note(own, 1, start=30)
    yield own, {name: list(own[name].find()) for name in AUDIT_INDEXES}
    own.client.drop_database(own)
    own.client.close()


@pytest.fixture
def trail(sealed: Sealed) -> Trail:
    """Give that trail as it was."""
    own, documents = sealed
    prepare(own, AUDIT_INDEXES)
    for name, copies in documents.items():
        own[name].delete_many({})
        own[name].insert_many(copies)
    return own


def found(trail: Trail, config: Config, *heads: Head) -> str:
    """Return everything that is wrong, a line each."""
    return "\n".join(verify(trail, config, *heads)[0])


def head(trail: Trail, number: int = 3) -> Head:
    """Return a seal as it may be noted down."""
    return Head(number, seals.hash_of(trail["audit_seals"].find_one({"_id": number})))


def put(trail: Trail, **fields: Any) -> None:
    """Insert an entry with other fields."""
    trail["audit"].insert_one(audit.entry("operator:x", "a.b", "c", at=NOON) | {"_id": "forged"} | fields)


def change_seal(trail: Trail, number: int, **fields: Any) -> None:
    """Change a seal."""
    trail["audit_seals"].update_one({"_id": number}, {"$set": fields})


def forge(trail: Trail, number: int, count: int = 0) -> None:
    """Put in place of a seal one over its entries that another key has signed."""
    entries = list(trail["audit"].find({"seal": number}).sort(SEALED))
    previous = trail["audit_seals"].find_one({"_id": number - 1})
    forged = seals.make("things", previous, entries, SealingKey(Ed25519PrivateKey.generate()), NOON)
    trail["audit_seals"].replace_one({"_id": number}, forged)


def swap(trail: Trail, one: int, other: int) -> None:
    """Exchange two seals, but for their numbers."""
    first, second = (trail["audit_seals"].find_one({"_id": number}) for number in (one, other))
    trail["audit_seals"].replace_one({"_id": one}, {**second, "_id": one})
    trail["audit_seals"].replace_one({"_id": other}, {**first, "_id": other})


def swap_entries(trail: Trail) -> None:
    """Exchange the positions of two entries."""
    first, second = entry_at(trail, 2, 3), entry_at(trail, 2, 4)
    trail["audit"].update_one({"_id": first["_id"]}, {"$set": {"position": 4}})
    trail["audit"].update_one({"_id": second["_id"]}, {"$set": {"position": 3}})


def change(trail: Trail, *, seal: int, position: int, **fields: Any) -> None:
    """Change an entry."""
    trail["audit"].update_one({"seal": seal, "position": position}, {"$set": fields})


def test_whole_trail_is_whole(trail: Trail, config: Config):
    faults, check = verify(trail, config, head(trail), head(trail, 1))

    assert faults == []
    assert (check.counts.seals, check.counts.entries, check.counts.waiting) == (3, 30, 1)
    assert check.counts.oldest == trail["audit"].find_one({"record": "thing-30"})["at"]
    assert check.counts.head == head(trail)


HARM: dict[str, tuple[Harm, str]] = {
    "changed entry": (lambda trail: change(trail, seal=2, position=4, why="x"), "was changed after it was sealed"),
    "field more": (lambda trail: change(trail, seal=2, position=4, more=1), "was changed after it was sealed"),
    "time moved": (lambda trail: change(trail, seal=1, position=0, at=NOON.replace(year=2020)), "was changed"),
    "deleted entry": (
        lambda trail: trail["audit"].delete_one({"seal": 2, "position": 4}),
        "2: the entry at position 4 is",
    ),
    "last entry deleted": (
        lambda trail: trail["audit"].delete_one({"seal": 3, "position": 9}),
        "3: the entry at position 9",
    ),
    "unmarked entry": (
        lambda trail: trail["audit"].update_one({"seal": 2, "position": 4}, {"$unset": {"seal": "", "position": ""}}),
        "2: the entry at position 4 is missing",
    ),
    "added at its end": (lambda trail: put(trail, seal=2, position=10), "2: entry forged was added"),
    "added at a place taken": (lambda trail: put(trail, seal=2, position=3), "2: entry forged was added"),
    "added at no place": (lambda trail: put(trail, seal=2), "2: entry forged was added"),
    "added beyond": (lambda trail: put(trail, seal=9, position=0), "the first of them forged, name seal 9"),
    "added below": (lambda trail: put(trail, seal=0, position=0), "name seal 0, which is not there"),
    "added between": (lambda trail: put(trail, seal=1.5, position=0), "name seal 1.5, which is not there"),
    "added by a word": (lambda trail: put(trail, seal="2", position=0), "name seal '2', which is not there"),
    "added by a list": (lambda trail: put(trail, seal=[2], position=0), "1 entries name a list of seals"),
    "added by truth": (lambda trail: put(trail, seal=True, position=0), "name seal True, which is not there"),
    "swapped entries": (swap_entries, "was moved: sealed at 4, found at 3"),
    "first seal deleted": (lambda trail: trail["audit_seals"].delete_one({"_id": 1}), "1: is missing"),
    "seal deleted": (lambda trail: trail["audit_seals"].delete_one({"_id": 2}), "2: is missing: the chain is broken"),
    "two seals deleted": (lambda trail: trail["audit_seals"].delete_many({"_id": {"$lt": 3}}), "1 to 2: is missing"),
    "last seal deleted": (lambda trail: trail["audit_seals"].delete_one({"_id": 3}), "10 entries, the first of them"),
    "all seals deleted": (lambda trail: trail["audit_seals"].delete_many({}), "name seal 3, which is not there"),
    "swapped seals": (lambda trail: swap(trail, 2, 3), "3: does not follow the seal before it"),
    "seal by another key": (lambda trail: forge(trail, 3), "3: is signed by another key"),
    "seal in the middle by another key": (lambda trail: forge(trail, 2), "3: does not follow the seal before it"),
    "changed seal": (lambda trail: change_seal(trail, 2, at=clock.now()), "2: does not bear its signature"),
    "unsigned seal": (lambda trail: change_seal(trail, 2, signature=b""), "2: does not bear its signature"),
    "other digests": (
        lambda trail: change_seal(trail, 2, digests=b"x" * 320),
        "2: has another list of entries than was",
    ),
    "seal in ruins": (lambda trail: change_seal(trail, 2, digests=7), "2: cannot be read"),
    "seal of no number": (
        lambda trail: trail["audit_seals"].insert_one({"_id": "x"}),
        "'x': has no number of the chain",
    ),
    "seal far away": (
        lambda trail: trail["audit_seals"].insert_one({"_id": 10**15}),
        "4 to 999999999999999: is missing",
    ),
}


@pytest.mark.parametrize("harm", list(HARM))
def test_harm_is_found(trail: Trail, config: Config, harm: str):
    do, expected = HARM[harm]

    do(trail)

    assert expected in found(trail, config)


def test_one_change_is_one_finding(trail: Trail, config: Config):
    changed = entry_at(trail, 2, 4)["_id"]
    change(trail, seal=2, position=4, actor="officer:nobody")

    assert found(trail, config) == f"2: entry {changed} was changed after it was sealed"


def test_cut_end_needs_a_head(trail: Trail, config: Config):
    noted = head(trail)
    trail["audit_seals"].delete_one({"_id": 3})
    trail["audit"].delete_many({"seal": 3})

    assert found(trail, config) == ""
    assert found(trail, config, noted) == (
        "3: is missing, though it was the head once: the end of the chain is cut off"
    )


def test_end_that_grew_again_is_another(trail: Trail, config: Config):
    noted = head(trail)
    trail["audit_seals"].delete_one({"_id": 3})
    trail["audit"].delete_many({"seal": 3})
    sealer(trail, config).turn()

    assert "3: is not the one that was noted" in found(trail, config, noted)


def test_seal_of_another_service_is_named(trail: Trail, config: Config):
    entries = list(trail["audit"].find({"seal": 3}).sort(SEALED))
    key, previous = SealingKey.read(config.keys), trail["audit_seals"].find_one({"_id": 2})
    trail["audit_seals"].replace_one({"_id": 3}, seals.make("others", previous, entries, key, NOON))

    assert found(trail, config) == "3: belongs to the trail of others"


def test_sealing_goes_on_after_harm(trail: Trail, config: Config):
    trail["audit_seals"].insert_many([{"_id": "x"}, {"_id": float("inf")}])
    change_seal(trail, 3, digests=7)

    sealer(trail, config).turn()

    assert entry_at(trail, 4, 0)["record"] == "thing-30"


def test_entry_without_fields_is_sealed(trail: Trail, config: Config):
    trail["audit"].insert_one({"_id": "0"})

    sealer(trail, config).turn()

    assert entry_at(trail, 4, 0) == {"_id": "0", "seal": 4, "position": 0}


def test_contradicting_head_is_found(trail: Trail, config: Config):
    assert "is not the one that was noted" in found(trail, config, Head(3, "0" * 64), head(trail))


def test_trail_that_was_dropped_is_missed(trail: Trail, config: Config):
    trail.drop_collection("audit")

    assert "3: the entry at position 9 is missing" in found(trail, config)


def test_empty_trail_is_whole(database: Trail, config: Config):
    assert found(database, config) == ""


def test_trail_is_verified_while_it_is_sealed(trail: Trail, config: Config):
    note(trail, 400, start=31)
    busy = sealer(trail, config, held=Believer(trail, "audit seals"))

    with ThreadPoolExecutor(1) as threads:
        sealing = threads.submit(lambda: [busy.seal_batch() for _ in range(41)])
        faults = found(trail, config)
        while not sealing.done():
            faults += found(trail, config)

    assert (faults, sum(sealing.result())) == ("", 401)
