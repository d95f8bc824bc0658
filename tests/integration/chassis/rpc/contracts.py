"""State the calls of the echo service."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts.envelope import RpcContract


class SayRequest(Schema):
    """Ask for a text to come back."""

    text = fields.String(required=True, validate=validate.Length(max=50_000))
    at = fields.AwareDateTime(load_default=None)
    lines = fields.List(fields.Nested(Schema.from_dict({"number": fields.Integer(required=True)})), load_default=[])


class WaitRequest(Schema):
    """Ask for an answer that takes ``seconds``; start and end are noted in ``file``."""

    file = fields.String(required=True)
    seconds = fields.Float(required=True)


class LargeRequest(Schema):
    """Ask for that many letters."""

    letters = fields.Integer(required=True)


class Nothing(Schema):
    """Ask for nothing in particular."""


def _contract(method: str, request: type[Schema], *, service: str = "echo", **more: bool | float) -> RpcContract:
    return RpcContract(service, method, request, Schema, f"Made for tests: {method}.", **more)  # type: ignore[arg-type]


SAY = _contract("say", SayRequest)
WAIT = _contract("wait", WaitRequest, timeout=30.0)
CHANGE = _contract("change", Nothing, changes=True)
REFUSE = _contract("refuse", Nothing)
BREAK = _contract("break_", Nothing)
LARGE = _contract("large", LargeRequest)
ASK = _contract("ask", SayRequest)
ABSENT = _contract("anything", Nothing, service="absent")

SECRET = "2 98 0101 2100 123"  # what a national id looks like
