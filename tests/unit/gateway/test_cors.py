"""Prove that pages of other origins may call where the node says so, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.config import Config, ConfigError, read
from services.gateway.app import create_app
from services.gateway.parts import Parts
from tests.parts import environment_of

NAMED, OTHER = "https://qus.example", "https://elsewhere.example"


@pytest.fixture(params=[(NAMED,), (NAMED, "https://third.example:8443")], ids=["one", "two"])
def inviting(request: pytest.FixtureRequest, settings: Config, parts: Parts) -> FlaskClient:
    """Give a caller of a node that names origins."""
    return create_app(replace(settings, cors_origins=request.param), parts, rate_storage="memory://").test_client()


def preflight(http: FlaskClient, origin: str, method: str = "PATCH", headers: str = "authorization") -> TestResponse:
    """Ask as a browser does before a call."""
    asking = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return http.options("/families/one", headers={"Origin": origin, **asking})


def invitations(answer: TestResponse) -> list[str]:
    """Return what an answer says to pages of other origins."""
    return [name for name, _ in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("origins", ["*", "https://*.example", f"{NAMED}/", f"{NAMED}/page", "qus.example"])
def test_origin_is_named_whole(settings: Config, origins: str):
    environment = {**environment_of(settings), "TASHBIK_CORS_ORIGINS": origins}

    with pytest.raises(ConfigError, match="CORS_ORIGINS"):
        read(environment)


def test_nobody_is_invited_unless_told(http: FlaskClient):
    read, asked = http.get("/subjects", headers={"Origin": NAMED}), preflight(http, NAMED)

    assert (read.status_code, asked.status_code) == (200, 405)
    assert invitations(read) == invitations(asked) == []


def test_named_origin_is_invited(inviting: FlaskClient):
    asked = preflight(inviting, NAMED, headers="authorization, if-match, idempotency-key")

    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (200, NAMED)
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization, idempotency-key, if-match"
    assert asked.headers["Access-Control-Max-Age"] == "600"


def test_no_cookies_are_invited(inviting: FlaskClient):
    assert "Access-Control-Allow-Credentials" not in preflight(inviting, NAMED).headers


@pytest.mark.parametrize("origin", [OTHER, "null", "http://qus.example", f"{NAMED}.evil.example", f"{NAMED}:8443"])
def test_other_origin_is_not_invited(inviting: FlaskClient, origin: str):
    read, asked = inviting.get("/subjects", headers={"Origin": origin}), preflight(inviting, origin)

    assert invitations(read) == invitations(asked) == []


def test_other_methods_are_not_invited(inviting: FlaskClient):
    assert "Access-Control-Allow-Methods" not in preflight(inviting, NAMED, method="DELETE").headers


def test_other_headers_are_not_invited(inviting: FlaskClient):
    assert "x-forwarded-for" not in preflight(inviting, NAMED, headers="x-forwarded-for, if-match").headers.get(
        "Access-Control-Allow-Headers", ""
    )


def test_page_reads_versions_and_errors(inviting: FlaskClient):
    answer = inviting.get("/families", headers={"Origin": NAMED})

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, NAMED)
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("headers", [{}, {"Origin": NAMED}, {"Origin": OTHER}])
def test_caches_tell_origins_apart(inviting: FlaskClient, headers: dict[str, str]):
    answer = inviting.get("/subjects", headers=headers)

    assert set(answer.vary) == {"Accept-Encoding", "Origin"}
    assert len(answer.headers.getlist("Access-Control-Allow-Origin")) == (headers.get("Origin") == NAMED)
