"""Prove who reads the history of a record, and how it is paged."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from services.gateway.api.examples.services import SERVICE_ID
from tests.unit.gateway.fakes import ORGANIZATION, FakeServices

SERVICE = f"/services/{SERVICE_ID}"
SHARED = (SERVICE, f"/organizations/{ORGANIZATION}")
OF_THE_NODE = ("/areas/EG2901", "/register/terms/health.dialysis")


@pytest.mark.parametrize("path", [*SHARED, *OF_THE_NODE])
def test_history_is_paged(http: FlaskClient, bearer, services: FakeServices, path: str):
    answer = http.get(f"{path}/history?limit=1&cursor=3&resource_id=place-1", headers=bearer("auditor"))

    assert answer.json["items"][0]["last_action_type"] in {"assure", "update"}
    assert services.last.request == {"id": path.rpartition("/")[2], "limit": 1, "after": "3", "resource_id": "place-1"}
    assert ("Link" in answer.headers) == bool(answer.json["next"])


@pytest.mark.parametrize("path", [*SHARED, *OF_THE_NODE])
@pytest.mark.parametrize(("role", "status"), [("public", 401), ("case_worker", 403)])
def test_history_is_not_for_everybody(http: FlaskClient, bearer, path: str, role: str, status: int):
    answer = http.get(f"{path}/history", headers={} if role == "public" else bearer(role))

    assert answer.status_code == status


@pytest.mark.parametrize("path", OF_THE_NODE)
@pytest.mark.parametrize("role", ["officer", "association"])
def test_history_of_the_node_is_its_operators(http: FlaskClient, bearer, path: str, role: str):
    assert http.get(f"{path}/history", headers=bearer(role)).status_code == 403
    assert http.get(f"{path}/history", headers=bearer("operator")).status_code == 200


def test_made_up_cursor_is_refused(http: FlaskClient, bearer):
    answer = http.get(f"{SERVICE}/history?cursor=latest", headers=bearer("auditor"))

    assert (answer.status_code, answer.json["problems"][0]["code"]) == (422, "malformed")
