"""Load by plain functions what marshmallow would load, in the same way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import EXCLUDE, INCLUDE, Schema, ValidationError, fields, post_load, validates_schema

from chassis import loading
from contracts.catalogue import CALLS, EVENTS
from contracts.checks import Length, OneOf, Range, Regexp, Text
from contracts.envelope import EventSchema
from contracts.registry import PUT_ORGANIZATIONS
from contracts.registry.organizations import RowFields

ROUNDS = 40
TEXTS = ("", "قنا", "a\u200eb", "x" * 5_000, "2026-03-09", "2026-03-09T08:30:00+00:00", "EG29", "active", "food", "1.0")
VALUES = (None, True, 0, 1, 7, -1, 2.5, float("nan"), float("inf"), "7", [], {}, [1], {"id": 1}, b"bytes", ("a",))
SIMPLE: dict[type[Any], tuple[Any, ...]] = {
    fields.Boolean: (True, False),
    fields.Integer: (1, 2, 2026),
    fields.Float: (2.5, 26.1),
    fields.DateTime: ("2026-03-09T08:30:00+00:00",),
}
SCHEMAS = {
    **{contract.type: contract.schema() for contract in EVENTS},
    **{contract.name: contract.request() for contract in CALLS},
    "envelope": EventSchema(),
}
OFTEN = (EventSchema(), RowFields(), PUT_ORGANIZATIONS.request(), *(contract.schema() for contract in EVENTS))


def test_every_contract_loads_alike() -> None:
    dice = random.Random(1)

    for name, schema in SCHEMAS.items():
        for _ in range(ROUNDS):
            given = _of(schema, dice)
            assert outcome(lambda given=given, schema=schema: loading.load(schema, given)) == outcome(
                lambda given=given, schema=schema: schema.load(given)
            ), name
            assert loading.faults(schema, given) == schema.validate(given), name


def test_right_contracts_need_no_marshmallow(monkeypatch: pytest.MonkeyPatch) -> None:
    dice, right = random.Random(2), []
    for schema in OFTEN:
        right += [(schema, given) for given in _right(schema, dice)]
    monkeypatch.setattr(Schema, "_do_load", lambda *_, **__: pytest.fail("marshmallow was asked"))

    for schema, given in right:
        loading.load(schema, given)

    assert len(right) > len(OFTEN) / 2  # of others none that fits is found by chance


class Part(Schema):
    """Have a name that comes by another one, and may hold another of its kind."""

    name = fields.String(required=True, data_key="the name", attribute="called", validate=[Length("too_long", max=5)])
    within = fields.Nested("Part", allow_none=True)


class Whole(Schema):
    """Have one field of each kind."""

    class Meta:
        """Ignore what is unknown."""

        unknown = EXCLUDE

    text = Text(validate=Length("too_long", max=10))
    number = fields.Integer(strict=True, validate=Range("out_of_range", min=1))
    measure = fields.Float(allow_none=True)
    flag = fields.Boolean(load_default=False)
    parts = fields.List(fields.Nested(Part), load_default=list)
    named = fields.Dict(keys=fields.String(validate=Length("too_long", max=3)), values=fields.Integer())
    anything = fields.Raw()
    at = fields.AwareDateTime(format="iso")
    folded = fields.String(pre_load=[str.strip], post_load=[str.lower])

    @validates_schema
    def no_seven(self, loaded: dict[str, Any], **_: Any) -> None:
        """Refuse a seven."""
        if loaded.get("number") == 7:
            raise ValidationError("not seven", "number")


class Doubled(Schema):
    """Do more than to describe fields."""

    number = fields.Integer()

    @post_load
    def double(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Double it."""
        return {"number": loaded.get("number", 1) * 2}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "a\u200eb", "number": 3, "measure": 2.5, "flag": True, "more": 1, "anything": object},
        {"parts": [{"the name": "قنا", "within": {"the name": "x", "within": None}}]},
        {"parts": [{"the name": "too long a name"}]},
        {"parts": ({"the name": "قنا"},), "measure": 2, "flag": "yes", "number": 3},
        {"measure": float("nan")},
        {"named": {"a": 1, "b": "2"}},
        {"named": {"long": 1}},
        {"number": 7},
        {"number": True},
        {"at": "2026-03-09T08:30:00+02:00", "folded": "  ABC "},
        {"at": "2026-03-09T08:30:00"},
        {"text": None},
        [],
        None,
    ],
)
def test_what_is_unusual_loads_alike(given: Any) -> None:
    schema = Whole()

    loaded = outcome(lambda: loading.load(schema, given))

    assert loaded == outcome(lambda: schema.load(given))


@pytest.mark.parametrize(
    "schema", [Doubled(), Part(many=True), Part(partial=True), Part(unknown=INCLUDE), Part(only=("within",))]
)
def test_schemas_with_options_load_alike(schema: Schema) -> None:
    for given in ({"number": 3}, {"the name": "قنا", "more": 1}, [{"the name": "قنا"}], {}):
        assert outcome(lambda given=given: loading.load(schema, given)) == outcome(
            lambda given=given: schema.load(given)
        )


def test_fields_keep_the_schema_order() -> None:
    loaded = loading.load(Whole(), {"number": 3, "text": "a"})

    assert list(loaded) == list(Whole().load({"number": 3, "text": "a"}))


def outcome(load: Any) -> Any:
    """Return what was loaded with its kinds, or what is wrong."""
    try:
        return repr(load())
    except ValidationError as error:
        return error.messages


def _right(schema: Schema, dice: random.Random) -> Iterator[Any]:
    """Yield what marshmallow takes and is plain, of some tries."""
    for _ in range(ROUNDS):
        given = _of(schema, dice, odd=0.0)
        if not schema.validate(given):
            yield given
            return


def _of(schema: Schema, dice: random.Random, odd: float = 0.02) -> Any:
    """Return what may fit a schema; a value is odd as often as that."""
    if dice.random() < odd / 4:
        return dice.choice(VALUES)
    given = {
        field.data_key or name: _value(field, dice, odd)
        for name, field in schema.load_fields.items()
        if field.required or dice.random() < 0.7
    }
    return given | ({"unknown": 1} if dice.random() < odd else {})


def _value(field: fields.Field[Any], dice: random.Random, odd: float) -> Any:
    if dice.random() < odd:
        return dice.choice((*VALUES, *TEXTS))
    if field.allow_none and dice.random() < 0.2:
        return None
    match field:
        case fields.Nested():
            return _of(field.schema, dice, odd)
        case fields.List():
            return [_value(field.inner, dice, odd) for _ in range(dice.randint(0, 2))]
        case fields.Dict():
            return {"ar": _value(field.value_field, dice, odd) if field.value_field else "قنا"}
    return _simple(field, dice)


def _simple(field: fields.Field[Any], dice: random.Random) -> Any:
    for kind, choices in SIMPLE.items():
        if isinstance(field, kind):
            return dice.choice(choices)
    return _text(field, dice) if isinstance(field, fields.String) else "قنا"


def _text(field: fields.Field[Any], dice: random.Random) -> str:
    choices = [one for check in field.validators if isinstance(check, OneOf) for one in check.choices]
    fitting = [
        one for one in TEXTS if not any(isinstance(c, Regexp) and not c.regex.match(one) for c in field.validators)
    ]
    return str(dice.choice(choices or fitting or TEXTS))
