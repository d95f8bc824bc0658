"""Prove what the keys of a node are."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis import clock
from chassis.identity import Actor, Signer, Verifier, private_key, trusted_keys
from chassis.trail import seals
from chassis.trail.seals import SealingKey, TrustedKeys
from cli.keys import IDENTITIES, create


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    create(tmp_path / "keys")
    return tmp_path / "keys"


def test_every_identity_is_trusted(directory: Path):
    assert set(trusted_keys(directory)) == set(IDENTITIES)


def test_identity_signs_what_others_verify(directory: Path):
    statement = Signer("registry", private_key(directory, "registry")).state(Actor("registry", "service"))

    actor = Verifier(trusted_keys(directory)).actor(statement)

    assert actor.label == "service:registry"


def test_second_run_writes_nothing(directory: Path):
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}

    made = create(directory)

    assert made == []
    assert {path: path.read_bytes() for path in before} == before


def test_missing_key_is_made_alone(directory: Path):
    (directory / "token.pem").unlink()

    assert create(directory) == [directory / "token.pem"]


def test_lost_public_half_is_made_of_its_private_one(directory: Path):
    lost = directory / "trusted" / "importer.pem"
    before = lost.read_bytes()
    lost.unlink()

    create(directory)

    assert lost.read_bytes() == before


def test_new_sealing_key_stands_beside_the_old(directory: Path):
    (directory / "audit.pem").unlink()

    made = create(directory)

    assert len(made) == 2
    assert len(list((directory / "audit").iterdir())) == 2


def test_sealing_key_signs_what_its_public_half_verifies(directory: Path):
    seal = seals.make("registry", None, [{"_id": "1"}], SealingKey.read(directory), clock.now())

    assert TrustedKeys.read(directory / "audit").fits(seal)


def test_only_owner_reads_keys(directory: Path):
    modes = {path.stat().st_mode & 0o777 for path in directory.rglob("*") if path.is_file()}

    assert modes == {0o600}


def test_master_key_fits_local_kms(directory: Path):
    assert len((directory / "master.key").read_bytes()) == 96
