"""Prove how figures of areas and gaps are answered: to everybody, with a tag, and as their schemas say."""

from __future__ import annotations

import pytest

from services.gateway.api.examples import directory
from services.gateway.directory.coverage.schemas import AreasFigures, Gaps


def test_nothing_counted_is_no_area(http):
    answer = http.get("/figures/areas")

    assert answer.get_json() == {"as_of": None, "items": []}
    assert not AreasFigures().validate(answer.get_json())


def test_gaps_need_no_token(http):
    answer = http.get("/gaps?subject=health")

    assert answer.get_json() == {"as_of": "2026-11-03T07:05:01Z", "items": directory.GAPS["items"]}
    assert not Gaps().validate(answer.get_json())


def test_gaps_before_the_first_are_none(http):
    assert http.get("/gaps?area=EG2901").get_json() == {"as_of": None, "items": []}


def test_held_gaps_are_not_sent_again(http):
    tag = http.get("/gaps").headers["ETag"]

    assert http.get("/gaps", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "asked",
    ["subject=dragons", "limit=0", "limit=501", "limit=x", "limit=1e3", f"area={'x' * 500}", "subject=%00", "lang=en"],
)
def test_what_is_not_understood_is_refused(http, asked: str):
    assert http.get(f"/gaps?{asked}").status_code == 422
