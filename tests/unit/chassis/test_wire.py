"""Prove the form of calls and answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from chassis import wire
from chassis.errors import Invalid, NotFound, PreconditionFailed, TooMany


class Member(Schema):
    """Describe a member of a household."""

    birth_date = fields.Date(required=True)


class Household(Schema):
    """Describe a household."""

    size = fields.Integer(required=True, strict=True)
    members = fields.List(fields.Nested(Member))
    status = fields.String(validate=lambda _: _refuse())


def _refuse() -> None:
    raise ValidationError({"code": "closed", "message": "It is closed."})  # type: ignore[arg-type]


def _problems(request: dict[str, Any]) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as raised:
        Household().load(request)
    return wire.invalid(raised.value).problems


def test_result_goes_there_and_back() -> None:
    body = wire.dump_result({"name": "جمعية قنا", "at": datetime(2026, 3, 1, tzinfo=UTC)})

    assert wire.load_answer(body) == {"name": "جمعية قنا", "at": "2026-03-01T00:00:00Z"}


def test_error_goes_there_and_back() -> None:
    problems = [{"field": "version", "code": "stale", "message": "Read it again."}]

    with pytest.raises(PreconditionFailed, match="Another version") as raised:
        wire.load_answer(wire.dump_error(PreconditionFailed("Another version.", problems)))

    assert raised.value.problems == problems


def test_empty_result_is_no_error() -> None:
    assert wire.load_answer(wire.dump_result(None)) is None


def test_error_is_raised_as_its_class() -> None:
    with pytest.raises(NotFound):
        wire.load_answer('{"error": {"code": "not_found", "detail": "", "problems": []}}')


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"\xff"])
def test_request_is_an_object(body: bytes) -> None:
    with pytest.raises(Invalid):
        wire.load_request(body)


def test_bodies_are_bounded() -> None:
    with pytest.raises(TooMany):
        wire.dump_request({"text": "x" * wire.SIZE_LIMIT})


def test_problem_names_path_and_code() -> None:
    problems = _problems({"members": [{"birth_date": "1990-01-01"}, {"name": "?"}]})

    assert {(one["field"], one["code"]) for one in problems} == {
        ("size", "required"),
        ("members.1.birth_date", "required"),
        ("members.1.name", "unknown"),
    }


def test_validator_gives_its_code() -> None:
    assert _problems({"size": 3, "status": "open"}) == [
        {"field": "status", "code": "closed", "message": "It is closed."}
    ]


def test_schema_problem_has_no_field() -> None:
    assert list(wire.problems_of({"_schema": ["It contradicts itself."]})) == [
        {"field": "", "code": "invalid", "message": "It contradicts itself."}
    ]
