"""Prove that every error is answered in one shape."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from pymongo.errors import AutoReconnect, ExecutionTimeout, WTimeoutError

from chassis import errors
from chassis.bounded import TOO_LONG, TooLong
from chassis.config import Config
from services.gateway.app import create_app
from services.gateway.parts import Parts
from services.gateway.problems import KINDS
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import FakeServices

JSON = {"Content-Type": "application/json"}


def assert_problem(answer, status: int, code: str) -> None:
    """Check the shape that every error has."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert set(answer.json) == {"type", "title", "status", "code", "detail", "problems"}
    assert (answer.json["status"], answer.json["code"]) == (status, code)
    assert answer.json["type"] == f"https://qena.example/problems#{code}"


def test_every_error_has_a_status():
    assert {*errors.ERRORS, errors.TashbikError.code} <= set(KINDS)


def test_one_code_a_status():
    statuses = [kind.status for kind in KINDS.values()]

    assert len(statuses) == len(set(statuses))


def test_unknown_path(http: FlaskClient):
    assert_problem(http.get("/nowhere"), 404, "not_found")


def test_wrong_method(http: FlaskClient):
    answer = http.delete("/organizations")

    assert_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_stopped_question_says_how_to_narrow_it(http: FlaskClient, directory: FakeDirectory):
    directory.fails = TooLong(TOO_LONG, [{"field": "query", "code": "too_long", "message": TOO_LONG}])

    answer = http.get("/organizations?q=جمعية مؤسسة")

    assert_problem(answer, 422, "invalid")
    assert answer.json["problems"][0]["code"] == "too_long"
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Invalid("…"), 422),
        (errors.Unauthenticated("…"), 401),
        (errors.Forbidden("…"), 403),
        (errors.NotFound("…"), 404),
        (errors.Conflict("…"), 409),
        (errors.PreconditionFailed("…"), 412),
        (errors.TooMany("…"), 429),
        (errors.Unavailable("…"), 503),
        (errors.TashbikError("…"), 500),
    ],
)
def test_error_of_a_service(http: FlaskClient, services: FakeServices, bearer, error: errors.TashbikError, status: int):
    services.answers["referrals.get_family"] = error

    answer = http.get("/families/one", headers=bearer("case_worker"))

    assert_problem(answer, status, error.code)


def test_problems_of_a_service_pass(http: FlaskClient, services: FakeServices, bearer):
    missing = {"field": "", "code": "consent_missing", "message": "The family has not consented."}
    services.answers["referrals.refer_family"] = errors.Conflict("There is no consent.", [missing])

    answer = http.post("/referrals", json={"need": "one", "organization": "two"}, headers=bearer("case_worker"))

    assert answer.json["problems"] == [missing]


def test_late_service_says_when_to_come_again(http: FlaskClient, services: FakeServices, bearer):
    services.answers["referrals.get_family"] = errors.Unavailable("Too late.")

    assert int(http.get("/families/one", headers=bearer("auditor")).headers["Retry-After"]) > 0


def test_crash_says_nothing(http: FlaskClient, directory: FakeDirectory):
    directory.fails = KeyError("a name that nobody should read")

    answer = http.get("/organizations/one")

    assert_problem(answer, 500, "error")
    assert b"nobody" not in answer.data


@pytest.mark.parametrize("fault", [AutoReconnect(), ExecutionTimeout("late"), WTimeoutError("no majority")])
def test_lost_database_is_unavailable(http: FlaskClient, directory: FakeDirectory, fault: Exception):
    directory.fails = fault

    answer = http.get("/organizations/one")

    assert_problem(answer, 503, "unavailable")
    assert "Retry-After" in answer.headers


def test_unknown_parameter_is_refused(http: FlaskClient):
    answer = http.get("/organizations?subjekt=health")

    assert_problem(answer, 422, "invalid")
    assert answer.json["problems"] == [{"field": "subjekt", "code": "unknown", "message": "Unknown field."}]


def test_wrong_field_is_named(http: FlaskClient, bearer):
    body = {"area": "EG2901", "members": [{"given_name": "فاطمة", "relationship": "cousin"}]}

    answer = http.post("/families", json=body, headers=bearer("case_worker"))

    assert [one["field"] for one in answer.json["problems"]] == ["members.0.relationship"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}', b"[" * 2000])
def test_broken_json_is_malformed(http: FlaskClient, bearer, body: bytes):
    answer = http.post("/families", data=body, headers=bearer("case_worker") | JSON)

    assert_problem(answer, 400, "malformed")


@pytest.mark.parametrize("body", [b"[]", b"3", b'"x"', b"null"])
def test_json_of_other_kind_is_invalid(http: FlaskClient, bearer, body: bytes):
    answer = http.post("/families", data=body, headers=bearer("case_worker") | JSON)

    assert_problem(answer, 422, "invalid")


def test_other_media_type_is_refused(http: FlaskClient, bearer):
    answer = http.post("/families", data="area=EG2901", headers=bearer("case_worker"))

    assert_problem(answer, 415, "unsupported_media_type")


def test_large_body_is_refused(settings: Config, http: FlaskClient, bearer):
    body = b'{"area": "' + b"x" * settings.body_limit + b'"}'

    answer = http.post("/families", data=body, headers=bearer("case_worker") | JSON)

    assert_problem(answer, 413, "too_large")


def test_large_form_is_refused(http: FlaskClient):
    assert_problem(http.post("/oauth/token", data={"client_id": "x" * 200_000}), 413, "too_large")


def test_crash_before_the_view_is_a_problem(settings: Config, parts: Parts):
    app = create_app(settings, parts, rate_storage="memory://")

    @app.before_request
    def crash() -> None:
        raise ZeroDivisionError

    assert_problem(app.test_client().get("/subjects"), 500, "error")


def test_every_kind_stands_on_the_page(http: FlaskClient):
    page = http.get("/problems").text

    assert all(f'id="{code}"' in page for code in KINDS)


@pytest.mark.parametrize("id_", ["%20", "%00", "x" * 101, "a%2Fb", "عنوان", "a;b"])
def test_what_is_no_id_is_no_path(http: FlaskClient, services: FakeServices, bearer, id_: str):
    assert_problem(http.get(f"/families/{id_}", headers=bearer("auditor")), 404, "not_found")
    assert not services.made
