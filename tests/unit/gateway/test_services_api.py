"""Prove what routes of services ask of the registry and of the directory."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from contracts.registry import REGISTER_SERVICE
from services.gateway.api.examples import services as examples
from services.gateway.directory.search.query import Near
from services.gateway.directory.services.search import ServiceSearch
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import ORGANIZATION, FakeServices

PATH = f"/services/{examples.SERVICE_ID}"


def test_service_is_registered_for_its_organization(http: FlaskClient, bearer, services: FakeServices):
    answer = http.post(
        f"/organizations/{ORGANIZATION}/services", json=examples.NEW_SERVICE, headers=bearer("association")
    )

    assert (answer.status_code, answer.headers["Location"]) == (201, PATH)
    assert services.last.contract is REGISTER_SERVICE
    assert services.last.request == {"organization_id": ORGANIZATION, "service": examples.NEW_SERVICE}


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"colour": "green"}, "colour", "unknown_field"),
        ({"schedules": [{"freq": "DAILY"}]}, "schedules.0.freq", "not_a_choice"),
        ({"phones": [{"number": "096", "extension": "x"}]}, "phones.0.extension", "wrong_type"),
        ({"cost_options": [{"currency": "pound"}]}, "cost_options.0.currency", "malformed"),
        ({"cost_options": [{"amount": -1}]}, "cost_options.0.amount", "out_of_range"),
        ({"contacts": [{}] * 11}, "contacts", "too_many"),
        ({"assured_date": "yesterday"}, "assured_date", "malformed"),
    ],
)
def test_wrong_service_is_refused_by_field(http: FlaskClient, bearer, wrong, field: str, code: str):
    answer = http.post(
        f"/organizations/{ORGANIZATION}/services", json={"name": "علاج", **wrong}, headers=bearer("officer")
    )

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json["problems"]] == [(field, code)]


def test_directory_is_searched(http: FlaskClient, directory: FakeDirectory):
    answer = http.get(f"/services?q=علاج&organization_id={ORGANIZATION}&near=26.164,32.727&limit=10")

    assert answer.json["items"] == [examples.SERVICE]
    assert 'rel="next"' in answer.headers["Link"]
    near = Near(26.164, 32.727, 25_000)
    assert directory.searched == [ServiceSearch(q="علاج", organization_id=ORGANIZATION, near=near, limit=10)]


def test_service_is_read_by_everybody(http: FlaskClient):
    answer = http.get(PATH)

    assert (answer.json, answer.headers["ETag"]) == (examples.SERVICE, '"1-0a1b2c"')
    assert http.get("/services/nobody").status_code == 404


def test_register_is_not_for_everybody(http: FlaskClient, bearer):
    assert http.get(f"/register{PATH}").status_code == 401
    assert http.get(f"/register{PATH}", headers=bearer("auditor")).json == examples.SERVICE
