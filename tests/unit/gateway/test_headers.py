"""Prove what every answer carries, and that pages load from this host only."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from chassis.config import Config
from services.gateway.app import create_app
from services.gateway.headers import page_policy
from services.gateway.parts import Parts


@pytest.mark.parametrize("path", ["/subjects", "/nowhere", "/families", "/docs", "/livez"])
def test_every_answer_is_guarded(http: FlaskClient, path: str):
    headers = http.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_private_answers_are_not_stored(http: FlaskClient, bearer):
    assert http.get("/families", headers=bearer("auditor")).headers["Cache-Control"] == "no-store"


def test_public_answers_may_be_kept_for_a_moment(http: FlaskClient):
    assert http.get("/subjects").headers["Cache-Control"] == "public, max-age=5"


@pytest.mark.parametrize("path", ["/docs", "/problems"])
def test_pages_hold_no_inline_script(http: FlaskClient, path: str):
    answer = http.get(path)

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "http" not in answer.text.replace("https://qena.example", "")


def test_docs_load_what_is_there(http: FlaskClient):
    page = http.get("/docs").text
    parts = [part.split('"')[0] for part in page.split('="') if part.startswith("/docs/")]

    for path in parts:
        with http.get(path) as answer:
            assert answer.status_code == 200
    assert len(parts) == 4


@pytest.mark.parametrize("name", ["index.html", "..%2f..%2fetc%2fpasswd", "swagger-ui.js"])
def test_docs_load_nothing_else(http: FlaskClient, name: str):
    assert http.get(f"/docs/{name}").status_code == 404


@pytest.mark.parametrize("name", ["../index.html", "%2e%2e/package.json", "nothing.js"])
def test_map_loads_its_assets_only(http: FlaskClient, name: str):
    assert http.get(f"/assets/{name}").status_code == 404


def test_base_map_is_let_in():
    assert "connect-src 'self' https://maps.example" in page_policy("https://maps.example/styles/plain.json")


def test_probe_of_a_lost_broker(settings: Config, parts: Parts):
    parts.health.add("broker", lambda: "not connected")
    http = create_app(settings, parts, rate_storage="memory://").test_client()

    assert (http.get("/readyz").status_code, http.get("/livez").status_code) == (503, 200)
    assert http.get("/readyz").json["checks"] == {"broker": "not connected"}


def test_map_is_told_of_its_node(http: FlaskClient):
    assert http.get("/map-config.json").json == {
        "base_map": "",
        "node": "qena",
        "language": "ar",
        "timezone": "Africa/Cairo",
    }
