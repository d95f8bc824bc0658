"""Prove what of a request goes along with its call, and what of an answer comes back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from services.gateway.api.examples import families, needs
from services.gateway.api.examples.case import REFERRAL_ID
from tests.unit.gateway.fakes import ORGANIZATION, FakeServices

REFERRAL = {"need": "one", "organization": "two"}


def test_key_of_caller_goes_along(http: FlaskClient, services: FakeServices, bearer):
    http.post("/referrals", json=REFERRAL, headers=bearer("case_worker", Idempotency_Key="8e03978e-40d5"))

    assert services.last.key == "8e03978e-40d5"


def test_key_is_made_where_there_is_none(http: FlaskClient, services: FakeServices, bearer):
    for _ in range(2):
        http.post("/referrals", json=REFERRAL, headers=bearer("case_worker"))

    first, second = (made.key for made in services.made)
    assert first
    assert first != second


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ"])
def test_bad_key_is_refused(http: FlaskClient, services: FakeServices, bearer, key: str):
    headers = bearer("case_worker") | {"Idempotency-Key": key}

    answer = http.post("/referrals", json=REFERRAL, headers=headers)

    assert (answer.status_code, answer.json["problems"][0]["field"]) == (400, "Idempotency-Key")
    assert not services.made


def test_actor_is_the_tokens(http: FlaskClient, services: FakeServices, bearer):
    http.post("/referrals", json=REFERRAL, headers=bearer("case_worker"))

    actor = services.last.actor
    assert actor is not None
    assert (actor.id, actor.role, actor.area) == ("case_worker", "case_worker", "EG29")


def test_created_says_where(http: FlaskClient, bearer):
    answer = http.post("/referrals", json=REFERRAL, headers=bearer("case_worker"))

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/referrals/{REFERRAL_ID}"
    assert answer.headers["ETag"].startswith('"1-')


def test_change_without_version_is_refused(http: FlaskClient, bearer):
    answer = http.patch("/families/one", json={"phone": "01098765432"}, headers=bearer("case_worker"))

    assert (answer.status_code, answer.json["code"]) == (428, "precondition_required")


@pytest.mark.parametrize(
    ("tag", "version"), [('"3"', 3), ('"3-5f2a90c1b7e4"', 3), ('"12-5f2a90c1b7e4:br"', 12), ("*", None)]
)
def test_version_goes_along(http: FlaskClient, services: FakeServices, bearer, tag: str, version: int | None):
    http.patch("/families/one", json={"phone": "01098765432"}, headers=bearer("case_worker", If_Match=tag))

    assert services.last.if_version == version


@pytest.mark.parametrize("tag", ['W/"3"', '"three"', "3", '"3", "4"', '""'])
def test_strange_tag_fails_the_condition(http: FlaskClient, services: FakeServices, bearer, tag: str):
    answer = http.patch("/families/one", json={}, headers=bearer("case_worker", If_Match=tag))

    assert answer.status_code == 412
    assert not services.made


def test_tag_of_an_answer_is_taken_back(http: FlaskClient, services: FakeServices, bearer):
    tag = http.get("/families/one", headers=bearer("case_worker")).headers["ETag"]

    http.patch("/families/one", json={}, headers=bearer("case_worker", If_Match=tag))

    assert services.last.if_version == families.FAMILY["version"]


def test_unchanged_record_is_not_sent_again(http: FlaskClient, bearer):
    tag = http.get("/families/one", headers=bearer("auditor")).headers["ETag"]

    answer = http.get("/families/one", headers=bearer("auditor", If_None_Match=tag))

    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)


def test_other_view_of_a_version_has_another_tag(http: FlaskClient, services: FakeServices, bearer):
    whole = http.get("/families/one", headers=bearer("case_worker")).headers["ETag"]
    services.answers["referrals.get_family"] = {**families.FAMILY, "phone": ""}

    assert http.get("/families/one", headers=bearer("auditor")).headers["ETag"] != whole


def test_unchanged_organization_is_not_sent_again(http: FlaskClient):
    answer = http.get(f"/organizations/{ORGANIZATION}", headers={"If-None-Match": '"7-0a1b2c", "8"'})

    assert (answer.status_code, answer.headers["ETag"]) == (304, '"7-0a1b2c"')


def test_page_links_to_the_next(http: FlaskClient, services: FakeServices, bearer):
    services.answers["referrals.list_needs"] = {**needs.NEEDS, "next": "c+/="}

    answer = http.get("/needs?subject=health&limit=1&cursor=before", headers=bearer("auditor"))

    assert answer.headers["Link"] == '</needs?subject=health&limit=1&cursor=c%2B%2F%3D>; rel="next"'


def test_last_page_has_no_link(http: FlaskClient, bearer):
    assert "Link" not in http.get("/needs", headers=bearer("auditor")).headers


def test_cursor_goes_along(http: FlaskClient, services: FakeServices, bearer):
    http.get("/needs?cursor=opaque", headers=bearer("auditor"))

    assert (services.last.request["after"], services.last.request["limit"]) == ("opaque", 50)


def test_path_wins_over_body(http: FlaskClient, services: FakeServices, bearer):
    answer = http.post("/referrals/one/reject", json={"id": "two", "reason": "-"}, headers=bearer("association"))

    assert answer.status_code == 422
    assert not services.made


def test_name_is_refused_in_an_address(http: FlaskClient, services: FakeServices, bearer):
    answer = http.get("/families", query_string={"q": "زينب"}, headers=bearer("case_worker"))

    assert answer.status_code == 422
    assert not services.made


def test_search_takes_its_name_in_the_body(http: FlaskClient, services: FakeServices, bearer):
    http.post("/families/search", json={"q": "زينب", "cursor": "there"}, headers=bearer("case_worker"))

    asked = services.last.request
    assert (asked["q"], asked["after"]) == ("زينب", "there")


def test_look_up_stands_in_no_address(http: FlaskClient, services: FakeServices, bearer):
    http.post("/families/look-up", json={"national_id": "28801012700123"}, headers=bearer("case_worker"))

    assert services.last.request["national_id"] == "28801012700123"


def test_action_needs_no_body(http: FlaskClient, services: FakeServices, bearer):
    assert http.post("/referrals/one/accept", headers=bearer("association")).status_code == 200
    assert services.last.request == {"id": "one"}
