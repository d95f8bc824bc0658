"""Prove that the doctor sees a trail that nobody seals, and a key that seals nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chassis import audit, clock
from chassis.config import Config
from chassis.database import AUDIT_INDEXES, prepare
from cli.doctor.patient import Level, Patient
from cli.doctor.trails import sealed
from cli.keys import create
from tests.integration.chassis.trails import forge, text


@pytest.fixture
def patient(config: Config, tmp_path: Path) -> Iterator[Patient]:
    """Give a node with an empty trail of the registry, and keys of its own."""
    create(tmp_path)
    given = Patient(replace(config, keys=tmp_path, database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}"))
    prepare(given.database("registry"), AUDIT_INDEXES)
    yield given
    given.close()


@pytest.mark.parametrize(("minutes", "levels"), [(14, []), (16, [Level.WARNING])])
def test_entry_that_waits_long_is_told(patient: Patient, minutes: int, levels: list[Level]):
    at = clock.now() - timedelta(minutes=minutes)
    patient.database("registry")["audit"].insert_one(audit.entry("a:b", "c", "d", at=at))

    assert [fault.level for fault in sealed(patient)] == levels


def test_sealed_entry_waits_for_nothing(patient: Patient):
    old = audit.entry("a:b", "c", "d", at=clock.from_epoch_ms(0)) | {"seal": 1, "position": 0}
    patient.database("registry")["audit"].insert_one(old)

    assert list(sealed(patient)) == []


@pytest.mark.parametrize(("days", "levels"), [(29, [Level.WARNING]), (31, [])])
def test_unreadable_entries_are_told(patient: Patient, days: int, levels: list[Level]):
    made = {"_id": 1, "at": clock.now() - timedelta(days=days), "unreadable": 2}
    patient.database("registry")["audit_seals"].insert_one(made)

    assert [fault.level for fault in sealed(patient)] == levels


def test_entry_that_no_driver_decodes_is_told(patient: Patient):
    forge(patient.database("registry"), text("at", b"\xc3\x28"))

    assert ["has waited since 1970" in fault.found for fault in sealed(patient)] == [True]


def test_missing_key_is_told(patient: Patient):
    (patient.config.keys / "audit.pem").unlink()

    (fault,) = sealed(patient)

    assert (fault.level, "audit.pem cannot seal" in fault.found) == (Level.BROKEN, True)
