"""Prove who puts terms of the node's own, and how they cross."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from contracts.registry import PUT_TERM, RETIRE_TERM
from services.gateway.api.examples import terms as examples
from tests.unit.gateway.fakes import FakeServices

PATH = "/register/terms/health.dialysis"


def test_operator_puts_a_term_by_its_code(http: FlaskClient, bearer, services: FakeServices):
    answer = http.post(PATH, json=examples.NEW_TERM, headers={**bearer("operator"), "If-Match": '"3-0a1b2c"'})

    assert (answer.status_code, answer.json) == (200, examples.TERM)
    assert answer.headers["ETag"].startswith('"1-')
    assert (services.last.contract, services.last.if_version) == (PUT_TERM, 3)
    assert services.last.request == {"id": "health.dialysis", **examples.NEW_TERM}


def test_operator_retires_a_term(http: FlaskClient, bearer, services: FakeServices):
    answer = http.post(f"{PATH}/retire", headers=bearer("operator"))

    assert answer.json["retired"] is True
    assert (services.last.contract, services.last.request) == (RETIRE_TERM, {"id": "health.dialysis"})


@pytest.mark.parametrize("role", ["officer", "association", "auditor"])
def test_others_read_terms_only(http: FlaskClient, bearer, role: str):
    assert http.get("/register/terms", headers=bearer(role)).json == examples.TERMS
    assert http.get(PATH, headers=bearer(role)).json == examples.TERM
    assert http.post(PATH, json=examples.NEW_TERM, headers=bearer(role)).status_code == 403
    assert http.post(f"{PATH}/retire", headers=bearer(role)).status_code == 403


@pytest.mark.parametrize(
    ("names", "field", "code"),
    [
        ({"ar": "غسيل كلوي", "fa": "دیالیز"}, "names.en", "required"),
        ({"ar": "غسيل كلوي", "fa": " ", "en": "Dialysis"}, "names.fa", "length"),
        ({**examples.NEW_TERM["names"], "de": "Dialyse"}, "names.de", "unknown_field"),
    ],
)
def test_term_has_a_name_in_each_language(http: FlaskClient, bearer, names, field: str, code: str):
    answer = http.post(PATH, json={"names": names}, headers=bearer("operator"))

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json["problems"]] == [(field, code)]


def test_code_is_no_longer_than_an_id(http: FlaskClient, bearer):
    longer = f"health.{'a' * 40}.{'b' * 40}.{'c' * 12}"
    bearing = {"name": "جمعية الكلى", "capabilities": [{"subject": "health", "terms": ["health.dialysis", longer]}]}

    path = http.post(f"/register/terms/{longer}", json=examples.NEW_TERM, headers=bearer("operator"))
    answer = http.post("/organizations", json=bearing, headers=bearer("operator"))

    assert path.status_code == 404
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json["problems"]] == [("capabilities.0.terms.1", "too_long")]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/organizations?subject=health.dialysis", 200),
        ("/organizations?subject=cars.vans", 422),
        ("/organizations?subject=health.", 422),
        ("/services?subject=health.dialysis", 200),
        ("/tiles/organizations/0/0/0.mvt?subject=health.dialysis", 200),
    ],
)
def test_terms_narrow_what_bears_them(http: FlaskClient, path: str, status: int):
    assert http.get(path).status_code == status


def test_everybody_reads_terms_below_their_subject(http: FlaskClient):
    subjects = {one["code"]: one for one in http.get("/subjects").json["items"]}

    assert subjects["health"]["terms"] == [
        {"code": "health.dialysis", "names": examples.NEW_TERM["names"], "retired": False}
    ]
    assert subjects["food"]["terms"] == []
