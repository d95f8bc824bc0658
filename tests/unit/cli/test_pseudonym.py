"""Prove that whoever runs the node can tell whose a pseudonym is, and leaves none in a shell's history."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.config import read
from cli.context import Context
from cli.main import main
from services.gateway.auth.claims import pseudonyms_of
from tests.provider import AUDIENCE

SUBJECT = "27503152700123"


@pytest.fixture
def environment(keys: Path) -> dict[str, str]:
    """Give the environment of a node with a provider."""
    return {
        "TASHBIK_NODE": "qena",
        "TASHBIK_AMQP_URL": "amqp://nowhere",
        "TASHBIK_MONGO_URL": "mongodb://nowhere",
        "TASHBIK_KEYS": str(keys),
        "TASHBIK_OIDC_ISSUER": "https://id.example",
        "TASHBIK_OIDC_AUDIENCE": AUDIENCE,
    }


def asked(home: Path, environment: dict[str, str]) -> Result:
    """Ask for the pseudonym."""
    context = Context(home / "run")
    return CliRunner().invoke(main, ["clients", "pseudonym"], obj=context, env=environment, input=f"{SUBJECT}\n")


def test_pseudonym_is_that_of_the_gateway(tmp_path: Path, environment: dict[str, str]):
    told = asked(tmp_path, environment)

    assert told.exit_code == 0
    assert told.stdout.splitlines()[-1] == pseudonyms_of(read(environment)).of(SUBJECT)


def test_node_without_a_provider_has_none(tmp_path: Path, environment: dict[str, str]):
    told = asked(tmp_path, environment | {"TASHBIK_OIDC_ISSUER": ""})

    assert told.exit_code == 2
    assert "TASHBIK_OIDC_ISSUER" in told.output
