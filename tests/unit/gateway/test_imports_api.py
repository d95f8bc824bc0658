"""Prove how a spreadsheet comes in, and who sees what became of it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.config import Config
from services.gateway.app import create_app
from services.gateway.parts import Parts

CONTENT = "اسم الجمعية,المركز\nجمعية الإحسان,قنا\n".encode()


def sheet(**form: str) -> dict[str, Any]:
    """Return a form with a file, as the test client takes it."""
    return {"data": {"file": (io.BytesIO(CONTENT), "associations.csv"), **form}}


def test_file_is_taken_at_once(http: FlaskClient, parts: Parts, bearer):
    answer = http.post("/imports", headers=bearer("officer", Idempotency_Key="k1"), **sheet(dry_run="true"))

    assert (answer.status_code, answer.headers["Location"]) == (202, "/imports/k1")
    assert (answer.json["status"], answer.json["dry_run"], answer.json["language"]) == ("received", True, "ar")
    assert parts.imports.content == CONTENT  # type: ignore[attr-defined]


def test_creator_is_the_client(http: FlaskClient, parts: Parts, bearer):
    http.post("/imports", headers=bearer("officer", Idempotency_Key="k1"), **sheet())

    creator = parts.imports.get("k1").creator
    assert (creator.id, creator.role, creator.area) == ("officer", "officer", "EG29")


def test_mapping_goes_along(http: FlaskClient, parts: Parts, bearer):
    http.post(
        "/imports",
        headers=bearer("operator", Idempotency_Key="k1"),
        **sheet(mapping='{"fields": {"name": "اسم الجمعية"}}'),
    )

    assert parts.imports.get("k1").mapping == {"fields": {"name": "اسم الجمعية"}}


@pytest.mark.parametrize("mapping", ["{", "[]", "3", '{"fields": {}}'])
def test_other_mapping_is_refused(http: FlaskClient, bearer, mapping: str):
    answer = http.post("/imports", headers=bearer("operator"), **sheet(mapping=mapping))

    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"].startswith("mapping")


@pytest.mark.parametrize("form", [{"language": "fr"}, {"dry_run": "perhaps"}, {"colour": "red"}])
def test_other_options_are_refused(http: FlaskClient, bearer, form: dict[str, str]):
    assert http.post("/imports", headers=bearer("operator"), **sheet(**form)).status_code == 422


def test_form_without_file_is_refused(http: FlaskClient, bearer):
    answer = http.post(
        "/imports", data={"language": "ar"}, content_type="multipart/form-data", headers=bearer("operator")
    )

    assert (answer.status_code, answer.json["problems"][0]["field"]) == (422, "file")


def test_json_is_no_file(http: FlaskClient, bearer):
    assert http.post("/imports", json={}, headers=bearer("operator")).status_code == 415


def test_large_file_is_refused(settings: Config, parts: Parts, bearer):
    config = replace(settings, import_limit=1000)
    http = create_app(config, replace(parts, config=config), rate_storage="memory://").test_client()
    body = {"file": (io.BytesIO(b"x" * 200_000), "large.csv")}

    answer = http.post("/imports", data=body, headers=bearer("operator"))

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_file_may_be_larger_than_a_body(settings: Config, parts: Parts, bearer):
    http = create_app(replace(settings, body_limit=1000), parts, rate_storage="memory://").test_client()
    body = {"file": (io.BytesIO(b"x" * 2000), "large.csv")}

    assert http.post("/imports", data=body, headers=bearer("operator")).status_code == 202


@pytest.mark.parametrize(("role", "status"), [("officer", 200), ("operator", 200), ("auditor", 200)])
def test_import_is_seen_by_its_maker_and_the_node(http: FlaskClient, bearer, role: str, status: int):
    http.post("/imports", headers=bearer("officer", Idempotency_Key="k1"), **sheet())

    assert http.get("/imports/k1", headers=bearer(role)).status_code == status


def test_other_officers_import_does_not_exist(http: FlaskClient, bearer):
    http.post("/imports", headers=bearer("operator", Idempotency_Key="k1"), **sheet())

    answers = [
        http.get(path, headers=bearer("officer")) for path in ("/imports/k1", "/imports/k1/rejections", "/imports")
    ]
    cancelled = http.post("/imports/k1/cancel", headers=bearer("officer"))

    assert [answer.status_code for answer in (*answers, cancelled)] == [404, 404, 200, 404]
    assert answers[2].json["items"] == []


def test_rejections_are_paged_by_row(http: FlaskClient, bearer):
    http.post("/imports", headers=bearer("operator", Idempotency_Key="k1"), **sheet())

    answer = http.get("/imports/k1/rejections?limit=1", headers=bearer("operator"))

    assert answer.json["next"] == "17"
    assert answer.headers["Link"] == '</imports/k1/rejections?limit=1&cursor=17>; rel="next"'


def test_cancel_again_answers_the_same(http: FlaskClient, bearer):
    http.post("/imports", headers=bearer("operator", Idempotency_Key="k1"), **sheet())

    answers = [http.post("/imports/k1/cancel", headers=bearer("operator")) for _ in range(2)]

    assert [answer.json["status"] for answer in answers] == ["cancelled", "cancelled"]
