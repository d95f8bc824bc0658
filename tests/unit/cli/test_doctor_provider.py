"""Prove that the doctor looks at the identity provider where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from joserfc.jwk import ECKey

from chassis.config import Config, read
from cli.doctor.patient import Level, Patient
from cli.doctor.provider import answers
from tests.provider import AUDIENCE, IdentityProvider, providing

NEEDED = {
    "TASHBIK_NODE": "qena",
    "TASHBIK_AMQP_URL": "amqp://nowhere",
    "TASHBIK_MONGO_URL": "mongodb://nowhere",
    "TASHBIK_KEYS": "keys",
}


@pytest.fixture
def idp() -> Iterator[IdentityProvider]:
    """Give a provider."""
    with providing() as provider:
        yield provider


@pytest.fixture
def config(idp: IdentityProvider) -> Config:
    """Give a configuration that names it."""
    return read({**NEEDED, "TASHBIK_OIDC_ISSUER": idp.issuer, "TASHBIK_OIDC_AUDIENCE": AUDIENCE})


def levels(config: Config) -> list[Level]:
    """Return how bad it is."""
    return [fault.level for fault in answers(Patient(config))]


def test_node_without_a_provider_is_well():
    assert levels(read(NEEDED)) == []


def test_provider_with_keys_is_well(config: Config):
    assert levels(config) == []


@pytest.mark.parametrize("fault", ["away", "another issuer", "redirect", "huge"])
def test_provider_without_an_answer_is_told(config: Config, idp: IdentityProvider, fault: str):
    idp.fault = fault

    assert levels(config) == [Level.WARNING]


def test_keys_of_no_use_are_told(config: Config, idp: IdentityProvider):
    idp.rotate("one", ECKey.generate_key("P-521"))

    assert levels(config) == [Level.BROKEN]


def test_role_that_cannot_be_given_is_told(config: Config):
    assert levels(replace(config, oidc_roles=("service",))) == [Level.BROKEN]
