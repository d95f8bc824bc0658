"""Prove each check of the databases by breaking what it looks at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chassis.config import Config
from cli.doctor import storage
from cli.doctor.command import examine
from cli.doctor.patient import Level, Patient
from cli.keys import create
from tests.integration.cli.doctor.patients import levels, prepare_databases, told


def test_missing_index_is_named(patient: Patient, node_config: Config):
    database = patient.database("referrals")
    database["referrals"].drop_index("one_open_a_need")

    found = told(storage.indexes, patient)
    prepare_databases(node_config)

    assert f"index one_open_a_need of {database.name}.referrals is missing" in found
    assert levels(storage.indexes, patient) == []


def test_index_with_other_options_is_named(patient: Patient, node_config: Config):
    messages = patient.database("notifications")["messages"]
    messages.drop_index("once")
    messages.create_index([("event", 1), ("audience", 1), ("channel", 1)], name="once")

    found = told(storage.indexes, patient)
    messages.drop_index("once")
    prepare_databases(node_config)

    assert "index once of" in found
    assert "stands otherwise than declared" in found


def test_index_that_nothing_asks_is_named(patient: Patient):
    outbox = patient.database("registry")["outbox"]
    outbox.create_index("at", name="waiting")

    found = told(storage.indexes, patient)
    outbox.drop_index("waiting")

    assert found.startswith(f"nothing asks index waiting of {outbox.full_name} → It costs every write.")


def test_missing_collection_is_named(patient: Patient, node_config: Config):
    patient.database("registry")["inbox"].drop()

    found = told(storage.indexes, patient)
    prepare_databases(node_config)

    assert ".inbox is missing with its indexes" in found


def test_other_master_key_is_found(patient: Patient, tmp_path: Path):
    create(tmp_path / "other")
    patient.config = replace(patient.config, keys=tmp_path / "other")

    assert levels(storage.vaults, patient) == [Level.BROKEN, Level.BROKEN]


@pytest.mark.slow
def test_database_that_is_away_is_named(node_config: Config):
    nobody = Patient(replace(node_config, mongo_url="mongodb://127.0.0.1:1/?replicaSet=rs0"))

    found = examine(nobody, {"database": storage.answers, "encryption": storage.vaults})
    nobody.close()

    assert [finding.level for finding in found] == [Level.BROKEN, Level.UNKNOWN]  # which says nothing of the key
    assert "it does not answer" in found[0].found
