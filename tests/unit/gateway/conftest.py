"""Give tests an application of the gateway whose surroundings are fakes: no broker, no database."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_smorest import Blueprint

from chassis.config import Config, read
from chassis.health import Health
from services.gateway import document
from services.gateway.app import create_app
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.provider import Provider
from services.gateway.auth.tokens import Tokens, read_key
from services.gateway.parts import Parts
from tests.provider import IdentityProvider
from tests.unit.gateway.fake_directory import FakeDirectory, FakeTiles
from tests.unit.gateway.fakes import Clock, FakeClients, FakeImports, FakeRebuilds, FakeServices
from tests.unit.gateway.providers import ISSUER, provider_for


@pytest.fixture(scope="session")
def settings(keys: Path) -> Config:
    """Give the configuration of a gateway with nothing behind it."""
    return read(
        {
            "TASHBIK_NODE": "qena",
            "TASHBIK_AMQP_URL": "amqp://nowhere",
            "TASHBIK_MONGO_URL": "mongodb://nowhere",
            "TASHBIK_KEYS": str(keys),
            "TASHBIK_PUBLIC_URL": "https://qena.example",
            "TASHBIK_PUBLIC_RATE": "100000/minute",
            "TASHBIK_WRITE_RATE": "100000/minute",
            "TASHBIK_TOKEN_RATE": "100000/minute",
        }
    )


@pytest.fixture
def services() -> FakeServices:
    """Give the services behind the gateway."""
    return FakeServices()


@pytest.fixture
def clients() -> FakeClients:
    """Give one client of each role."""
    return FakeClients()


@pytest.fixture
def directory() -> FakeDirectory:
    """Give the directory."""
    return FakeDirectory()


@pytest.fixture
def idp() -> IdentityProvider:
    """Give a provider in memory."""
    return IdentityProvider(ISSUER)


@pytest.fixture
def provider(idp: IdentityProvider) -> Provider:
    """Give who reads its tokens."""
    return provider_for(idp)


@pytest.fixture
def clock() -> Clock:
    """Give the time that tokens and credentials live by."""
    return Clock()


@pytest.fixture
def parts(
    settings: Config, services: FakeServices, clients: FakeClients, directory: FakeDirectory, clock: Clock
) -> Parts:
    """Give the parts of the application."""
    fakes: dict[str, Any] = {
        "rpc": services,
        "directory": directory,
        "tiles": FakeTiles(),
        "rebuilds": FakeRebuilds(),
        "imports": FakeImports(),
    }
    return Parts(
        config=settings,
        credentials=Credentials(clients, clock),
        tokens=Tokens(read_key(settings.keys / "token.pem"), settings.public_url, clock),
        health=Health(),
        **fakes,
    )


@pytest.fixture(scope="session")
def described() -> dict[Config, Any]:
    """Give the documents of applications, by their settings: to describe its routes takes an application longest."""
    return {}


@pytest.fixture
def app(settings: Config, parts: Parts, described: dict[Config, Any]) -> Flask:
    """Give the application. It describes its routes where none of these settings has, and else says the same."""
    if settings not in described:
        app = create_app(settings, parts, rate_storage="memory://")
        described[settings] = app.test_client().get("/openapi.json").json
        return app
    with (
        patch.object(Blueprint, "register_views_in_doc"),
        patch.object(document, "complete", return_value=described[settings]),
    ):
        return create_app(settings, parts, rate_storage="memory://")


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    """Give a caller of the application."""
    return app.test_client()


@pytest.fixture
def bearer(parts: Parts, clients: FakeClients) -> Any:
    """Give a function that returns the headers of a client of a role."""

    def headers(role: str, **others: str) -> dict[str, str]:
        token = parts.tokens.issue(clients.clients[role])["access_token"]
        return {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): text for name, text in others.items()}}

    return headers
