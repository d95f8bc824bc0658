"""Prove that texts are kept as people see them, by every service alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from contracts.checks import in_calendar
from contracts.referrals import shapes as referrals
from contracts.registry import shapes as registry


@pytest.fixture(params=[referrals.text, registry.text], ids=["referrals", "registry"])
def load(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Give what loads a name."""
    schema = Schema.from_dict({"name": request.param(10, 1, required=True)})()
    return lambda name: schema.load({"name": name})["name"]


def test_text_is_kept_as_it_is_seen(load: Callable[[str], Any]):
    assert load("\u202eنور\u202c\x00") == "نور"


def test_unseen_letters_count_for_nothing(load: Callable[[str], Any]):
    assert load("\u200b" * 20 + "نور") == "نور"


@pytest.mark.parametrize("name", ["\u200b", "\u202e\u200c", "\x00", " \u200d "])
def test_name_of_nothing_is_refused(load: Callable[[str], Any], name: str):
    with pytest.raises(ValidationError):
        load(name)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_moment_beyond_the_calendar_is_refused(text: str):
    with pytest.raises(ValidationError):
        in_calendar(datetime.fromisoformat(text))


def test_ends_of_the_calendar_are_in_it():
    in_calendar(datetime.min.replace(tzinfo=UTC))
    in_calendar(datetime.max.replace(tzinfo=UTC))
