"""Prove each check of keys, clocks, certificates and disk by breaking what it looks at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chassis import clock
from cli.doctor import machine
from cli.doctor.patient import Level, Patient
from cli.keys import create
from tests.integration.cli.doctor.patients import levels, told
from tests.integration.cli.doctor.servers import tls_server


def test_key_open_to_others_is_named(patient: Patient):
    key = patient.config.keys / "event.key"
    key.chmod(0o644)

    found = told(machine.keys, patient)
    key.chmod(0o600)

    assert f"`chmod 600 {key}`" in found


def test_missing_key_is_named(patient: Patient, tmp_path: Path):
    keys = tmp_path / "keys"
    create(keys)
    (keys / "master.key").unlink()
    patient.config = replace(patient.config, keys=keys)

    assert "master.key cannot be read" in told(machine.keys, patient)


def test_foreign_public_key_is_named(patient: Patient, tmp_path: Path):
    keys = tmp_path / "keys"
    create(keys)
    (keys / "trusted" / "registry.pem").write_bytes((keys / "trusted" / "cli.pem").read_bytes())
    patient.config = replace(patient.config, keys=keys)

    assert "registry.pem is not the public half" in told(machine.keys, patient)


def test_skewed_clock_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch):
    ahead = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(machine.clock, "now", lambda: ahead)  # nobody may turn the clock of the machine

    assert levels(machine.database_clock, patient) == [Level.BROKEN]
    assert levels(machine.broker_clock, patient) == [Level.BROKEN]


def test_expiring_certificate_is_told(patient: Patient, tmp_path: Path):
    with tls_server(tmp_path, timedelta(days=3)) as port:
        patient.config = replace(patient.config, public_url=f"https://127.0.0.1:{port}")

        assert "expires in 2 days" in told(machine.certificates, patient)


def test_full_disk_is_told():
    assert [fault.level for fault in machine._room("the disk", 2 * machine.GIGABYTE)] == [Level.WARNING]
    assert [fault.level for fault in machine._room("the disk", 1_000)] == [Level.BROKEN]
