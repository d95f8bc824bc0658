"""Prove how the register's own lists are asked for by their addresses."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.unit.gateway.fakes import FakeServices


@pytest.mark.parametrize(("query", "asked"), [("?outside_area=true", True), ("?outside_area=false", False), ("", None)])
def test_organizations_outside_their_area_are_asked_for(
    http: FlaskClient, bearer, services: FakeServices, query: str, asked: bool | None
):
    answer = http.get(f"/register/organizations{query}", headers=bearer("operator"))

    assert (answer.status_code, services.last.request["outside_area"]) == (200, asked)


def test_neither_yes_nor_no_is_refused(http: FlaskClient, bearer):
    answer = http.get("/register/organizations?outside_area=perhaps", headers=bearer("operator"))

    assert (answer.status_code, answer.json["problems"][0]["field"]) == (422, "outside_area")
