"""Prove what every answer carries, and that pages load from this host only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chassis.config import Config
from services.gateway.api import pages
from services.gateway.app import create_app
from services.gateway.headers import page_policy
from services.gateway.parts import Parts
from tests.unit.gateway.fakes import ORGANIZATION


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


EMBEDDED = ("https://ministry.example", "https://www.union.example")


@pytest.mark.parametrize("path", ["/", "/o", f"/o/{ORGANIZATION}"])
def test_public_pages_are_framed_by_whom_the_node_names(
    settings: Config, parts: Parts, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "index.html").write_text("the map, built or not")
    monkeypatch.setattr(pages, "WEB", tmp_path)
    named = replace(settings, embed_origins=EMBEDDED)
    http = create_app(named, replace(parts, config=named), rate_storage="memory://").test_client()

    with http.get(path) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {' '.join(EMBEDDED)}")
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize("path", ["/docs", "/problems", "/subjects", "/organizations", "/ogc", "/o/nobody"])
def test_nothing_else_is_framed(settings: Config, parts: Parts, path: str):
    named = replace(settings, embed_origins=EMBEDDED)
    http = create_app(named, replace(parts, config=named), rate_storage="memory://").test_client()

    headers = http.get(path).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_no_page_is_framed_by_itself(http: FlaskClient):
    assert "frame-ancestors 'none'" in http.get("/o").headers["Content-Security-Policy"]
    assert http.get("/o").headers["X-Frame-Options"] == "DENY"


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
