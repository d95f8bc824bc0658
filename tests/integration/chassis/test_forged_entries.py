"""Prove that sealing goes on over entries that no driver decodes, and that these are told, and held as their bytes."""

from __future__ import annotations

import pytest
from bson.int64 import Int64
from prometheus_client import REGISTRY

from chassis.config import Config
from chassis.trail.check import UNREADABLE
from chassis.trail.sealer import UNMARKED
from tests.integration.chassis.trails import Trail, forge, note, sealer, text, verify

EMPTY_BYTES = 4 + len(text("_id", b"forged") + text("why", b"")) + 1
NOT_TEXT = b"\xc3\x28"
FORGERIES = {
    "text that is none": text("why", NOT_TEXT),
    "name that is no text": b"\x0a" + NOT_TEXT + b"\0",
    "time beyond all calendars": b"\x09at\0" + (2**62).to_bytes(8, "little"),
    "field twice": text("why", b"a") + text("why", b"b"),
    "mark twice": b"\x0aseal\0" + b"\x12seal\0" + (7).to_bytes(8, "little"),
}


def told() -> float:
    """Return how many entries the metric has counted."""
    return REGISTRY.get_sample_value("tashbik_audit_unreadable_total") or 0.0


@pytest.mark.parametrize("forgery", list(FORGERIES))
def test_sealing_goes_on_over_forgery(database: Trail, config: Config, forgery: str):
    note(database, 1)
    forge(database, FORGERIES[forgery])
    note(database, 12, start=1)
    before = told()

    sealer(database, config).turn()

    faults, check = verify(database, config)
    assert (check.counts.entries, check.counts.waiting, check.counts.seals, told() - before) == (14, 0, 2, 1)
    assert [fault.partition(": ")[2] for fault in faults] == [f"entry forged {UNREADABLE}"]


def test_unreadable_id_is_sealed(database: Trail, config: Config):
    forge(database, b"", id_=NOT_TEXT)

    sealer(database, config).turn()

    faults, check = verify(database, config)
    assert (check.counts.entries, check.counts.waiting) == (1, 0)
    assert faults == [f"1: entry {text('_id', NOT_TEXT)!r} {UNREADABLE}"]


def test_changed_forgery_is_found(database: Trail, config: Config):
    mark = b"\x10seal\0" + (1).to_bytes(4, "little") + b"\x10position\0" + bytes(4)
    forge(database, text("why", NOT_TEXT))
    sealer(database, config).turn()

    forge(database, text("why", b"\xc3\x29") + mark)

    assert "1: entry forged was changed after it was sealed" in verify(database, config)[0]


@pytest.mark.parametrize("number", [2, 2.5, Int64(2)])
def test_sealing_goes_on_over_forged_seal(database: Trail, config: Config, number: float):
    note(database, 1)
    sealer(database, config).turn()
    database["audit_seals"].insert_one({"_id": number})
    note(database, 1, start=1)

    sealer(database, config).turn()

    assert verify(database, config)[1].counts.waiting == 0


def test_sealing_goes_on_past_what_cannot_be_marked(database: Trail, config: Config):
    forge(database, text("why", b"x" * (UNMARKED + 1 - EMPTY_BYTES)))
    note(database, 1)

    sealer(database, config).turn()

    faults, check = verify(database, config)
    assert (faults, check.counts.entries, check.counts.waiting) == ([], 1, 1)
    assert REGISTRY.get_sample_value("tashbik_audit_unsealed_seconds") > 1e9


def test_largest_entry_is_sealed(database: Trail, config: Config):
    forge(database, text("why", b"x" * (UNMARKED - EMPTY_BYTES)))

    sealer(database, config).turn()

    assert verify(database, config)[1].counts.waiting == 0


def test_large_entries_come_in_small_batches(database: Trail, config: Config):
    for number in range(5):
        forge(database, text("why", b"x" * (12 * 2**20)), id_=f"large-{number}".encode())

    sealer(database, config).turn()

    assert [seal["count"] for seal in database["audit_seals"].find().sort("_id", 1)] == [3, 2]
