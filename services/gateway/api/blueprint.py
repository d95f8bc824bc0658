"""Load requests by schema and refuse what does not fit, in our own shape of error.

Nothing is dropped in silence: a field or a parameter that the schema does not know is refused, so that a filter with a
typing error does not return everything; and so is a parameter that stands twice, of which one value would count.
"""

from __future__ import annotations

from typing import Any, NoReturn

import flask_smorest
import orjson
from flask import Request
from marshmallow import Schema, ValidationError, fields
from webargs import missing
from webargs.flaskparser import FlaskParser, is_json_request

from chassis.errors import Invalid
from chassis.wire import problems_of
from contracts.envelope import RpcContract
from services.gateway.problems import Refused


class Parser(FlaskParser):
    """Read bodies with orjson, and raise our errors."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None, "form": None}  # noqa: RUF012

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if req.content_length is None and len(body) >= (req.max_content_length or len(body) + 1):
            raise Refused("too_large")  # chunked: werkzeug cuts such a body off without a word
        if not body:
            return missing
        if not is_json_request(req):
            raise Refused("unsupported_media_type", "Send the body as application/json.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Refused("malformed", "The body is not JSON.") from error

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """Return the parameters. Refuses one that stands twice, unless it is a list."""
        asked = super().load_querystring(req, schema)
        twice = [name for name, texts in req.args.lists() if len(texts) > 1 and name not in asked.multiple_keys]
        if twice:
            raise Invalid("The request is not valid.", [_problem(name) for name in twice])
        return asked

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:
        """Raise our error for marshmallow's; where in the request it was is not told, since its fields are."""
        located = error.messages
        messages = next(iter(located.values())) if isinstance(located, dict) and len(located) == 1 else located
        raise Invalid("The request is not valid.", list(problems_of(messages))) from error


def _problem(name: str) -> dict[str, str]:
    return {"field": name, "code": "invalid", "message": "Give this parameter once."}


class Blueprint(flask_smorest.Blueprint):
    """Group the routes of a resource."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, description: str) -> None:
        """Take the resource's name, and one sentence about it for the API document."""
        super().__init__(name, __name__, description=description)


def body_of(contract: RpcContract, *in_path: str) -> type[Schema]:
    """Return the schema of a body: the contract's request without the fields that the path gives."""
    return _without(contract.request, in_path, "Body")


def query_of(contract: RpcContract, *in_path: str) -> type[Schema]:
    """Return the schema of the parameters of a list: the contract's request, its ``after`` named ``cursor``."""
    return _without(contract.request, (*in_path, "after"), "Query", cursor=_cursor(contract))


def search_of(contract: RpcContract) -> type[Schema]:
    """Return the same as the schema of a body, for what must not stand in an address."""
    return _without(contract.request, ("after",), "Search", cursor=_cursor(contract))


def _cursor(contract: RpcContract) -> fields.String:
    after = contract.request().fields["after"]
    described = {"description": "`next` of the page before; opaque."}
    return fields.String(attribute="after", load_default="", validate=after.validators, metadata=described)


def _without(schema: type[Schema], names: tuple[str, ...], suffix: str, **added: fields.Field) -> type[Schema]:
    """Return a schema of its own name, so that the API document calls each body by one."""
    meta = type("Meta", (getattr(schema, "Meta", object),), {"exclude": names})
    return type(f"{schema.__name__}{suffix}", (schema,), {"__doc__": schema.__doc__, "Meta": meta, **added})
