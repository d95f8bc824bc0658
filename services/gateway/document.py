"""Make the API document: OpenAPI 3.1, from the routes, their schemas and the access policy.

flask-smorest writes what each view takes and gives. What holds for all of them is added here, once, so that no view can
forget it: who may call, the headers of idempotency, versions and pages, and every error as a problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest.spec.plugins import FlaskPlugin
from marshmallow import Schema
from werkzeug.routing import Rule

from contracts.envelope import EventContract
from contracts.policy import Role
from contracts.webhooks import PUBLIC_EVENTS
from services.gateway.auth.discovery import WELL_KNOWN
from services.gateway.auth.guard import IfMatch, Operation
from services.gateway.problems import KINDS, MEDIA_TYPE, Problem

VERSION = "1.0.0"
TITLE = "Tashbik"
DESCRIPTION = """\
Who does what and where for families in need, and a family's way from a need to an outcome.

* **Token**: `POST /oauth/token` with your client's id and secret, then `Authorization: Bearer …` for 15 minutes.
* **Repeat safely**: send an `Idempotency-Key` with every change; the same key with the same body has one effect and the
  same answer for 24 hours.
* **Change what you saw**: send the `ETag` that you read as `If-Match`; where the record has moved on you get 412.
* **Page**: follow `next` as `cursor`, or the `Link` header, until it is empty.
* **Errors** are `application/problem+json` (RFC 9457) with a stable `code`; `problems` names each field at fault.
"""
ANYTHING = "(?s).*"
METHODS = ("GET", "POST", "PATCH")
BODY_STATUSES = (400, 408, 413, 415, 422)
ALWAYS = (429, 431, 500, 503)
SECURITY = {
    "oauth": {
        "type": "oauth2",
        "description": "Client credentials; the client's role, organization and area bound what it may do.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
    }
}
"""How a client proves itself; :func:`complete` adds the identity provider, where there is one."""
PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "in": "header",
        "name": "Idempotency-Key",
        "description": "Makes a repetition safe for 24 hours. One is made where you send none.",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
    },
    "IfMatch": {
        "in": "header",
        "name": "If-Match",
        "description": "The `ETag` that you last read; `*` for any.",
        "required": False,
        "schema": {"type": "string"},
        "example": '"3-5f2a90c1b7e4"',
    },
    "IfNoneMatch": {
        "in": "header",
        "name": "If-None-Match",
        "description": "The `ETag` of what you hold; 304 where it is still so.",
        "required": False,
        "schema": {"type": "string"},
        "example": '"3-5f2a90c1b7e4"',
    },
}
SIGNED_BY = {
    "webhook-id": "The event's id, the same in every attempt.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "As Standard Webhooks has it: `v1,` and base64; several are parted by a blank.",
}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Version of what is answered, as a strong tag.", "schema": {"type": "string"}},
    "Link": {"description": "The next page, as RFC 8288 has it.", "schema": {"type": "string"}},
    "Location": {"description": "Where the new record is.", "schema": {"type": "string"}},
}

Json = dict[str, Any]


class Api(flask_smorest.Api):
    """Collect routes; leave errors to :mod:`services.gateway.problems`."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Register none: the application has its own."""

    def _register_pagination_header(self) -> None:
        """Register none: pages have a ``Link``."""


def api(app: Flask, public_url: str) -> Api:
    """Return the collector of an application's routes."""
    app.config.update(API_TITLE=TITLE, API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    return Api(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION},
            "servers": [{"url": public_url}],
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name),
        },
    )


def complete(spec: Json, app: Flask, operations: dict[str, Operation], issuer: str = "") -> Json:
    """Return the document with what holds for all routes added; ``operations`` is by endpoint.

    ``issuer`` is the identity provider's, or empty.
    """
    components = spec.setdefault("components", {})
    schemes = components["securitySchemes"] = SECURITY | (_provider(issuer) if issuer else {})
    components["parameters"] = PARAMETERS
    components["headers"] = HEADERS
    components["responses"] = {_name(status): _problem_response(status) for status in _statuses_of_problems()}
    for rule, method in _routes(app):
        described = spec["paths"].get(FlaskPlugin.flaskpath2openapi(rule.rule), {}).get(method.lower())
        if described is not None:
            _describe(described, rule, method, operations[rule.endpoint])
            described["security"] = [] if operations[rule.endpoint].public else [{name: []} for name in schemes]
    spec["webhooks"] = {event.type: _told(event) for event in PUBLIC_EVENTS}
    _respell_patterns(spec)
    return spec


def _told(event: EventContract) -> Json:
    """Return how others are told of a public event; what it holds is in ``/asyncapi.json``."""
    envelope = {"type": "object", "description": f"A CloudEvent; `{event.type}` in /asyncapi.json has its data."}
    return {
        "post": {
            "summary": "Sent to those who asked for it by `POST /webhooks`.",
            "description": event.description,
            "parameters": [
                {"in": "header", "name": name, "required": True, "description": said, "schema": {"type": "string"}}
                for name, said in SIGNED_BY.items()
            ],
            "requestBody": {"required": True, "content": {"application/cloudevents+json": {"schema": envelope}}},
            "responses": {"2XX": {"description": "You have it."}, "410": {"description": "You want nothing more."}},
            "security": [],
        }
    }


def _provider(issuer: str) -> Json:
    described = "Access tokens of the node's identity provider; their claims bound what the bearer may do."
    address = issuer.rstrip("/") + WELL_KNOWN
    return {"openid": {"type": "openIdConnect", "description": described, "openIdConnectUrl": address}}


def _respell_patterns(node: Any) -> None:
    """Spell Python's regular expressions within a part of the document as JSON Schema reads them (ECMA-262)."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            node["pattern"] = ecma(node["pattern"])
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            _respell_patterns(inner)


def ecma(pattern: str) -> str:
    r"""Return what ``re.match`` looks for by a pattern, for a search by ECMA-262: no ``\Z``, no flags, anchored."""
    if pattern.startswith(ANYTHING):
        return pattern.removeprefix(ANYTHING)
    anchored = pattern.replace(r"\Z", "$")
    return anchored if anchored.startswith("^") else f"^{anchored}"


def _schema_name(schema: type[Schema] | Schema) -> str:
    """Return the name of a schema in the document; one that leaves fields out says which."""
    if isinstance(schema, type):
        return schema.__name__
    left_out = sorted(set(schema.exclude) - set(schema.Meta.__dict__.get("exclude", ())))
    return type(schema).__name__ + "".join(f"Without{name.title()}" for name in left_out)


def _routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if method in (rule.methods or ()):
                yield rule, method


def _describe(described: Json, rule: Rule, method: str, operation: Operation) -> None:
    described["operationId"] = rule.endpoint.rpartition(".")[2]
    described["security"] = [] if operation.public else [{"oauth": []}]
    described["description"] = _who(described.get("description", ""), operation)
    parameters = [*map(_without_null, described.get("parameters", [])), *_parameters(operation, method)]
    if parameters:
        described["parameters"] = parameters
    responses = described["responses"]
    responses.pop("default", None)
    for status, response in list(responses.items()):
        if status.startswith("2"):
            response["headers"] = _headers(int(status), operation)
        elif response in (
            {"$ref": f"#/components/responses/{HTTPStatus(int(status)).name}"},
            HTTPStatus(int(status)).name,
        ):
            del responses[status]
    if operation.tagged and method == "GET":
        responses["304"] = {"description": "You hold it already.", "headers": {"ETag": _ref("headers", "ETag")}}
    for status in _errors(described, rule, operation):
        responses.setdefault(str(status), _ref("responses", _name(status)))
    described["responses"] = dict(sorted(responses.items()))


def _parameters(operation: Operation, method: str) -> list[Json]:
    names = {
        "IdempotencyKey": operation.changes,
        "IfMatch": operation.if_match is not IfMatch.NONE,
        "IfNoneMatch": operation.tagged and method == "GET",
    }
    return [_ref("parameters", name) for name, used in names.items() if used]


def _without_null(parameter: Json) -> Json:
    """Return a parameter whose schema has no null: it stands for one that is not given, and nobody can write it."""
    schema = parameter.get("schema", {})
    if isinstance(schema.get("type"), list):
        schema["type"] = next(name for name in schema["type"] if name != "null")
    if "enum" in schema:
        schema["enum"] = [choice for choice in schema["enum"] if choice is not None]
    if "default" in schema and schema["default"] is None:
        del schema["default"]
    return parameter


def _headers(status: int, operation: Operation) -> Json:
    versioned = operation.tagged or operation.if_match is not IfMatch.NONE or status == HTTPStatus.CREATED
    names = {
        "ETag": versioned,
        "Link": operation.paged,
        "Location": status in (HTTPStatus.CREATED, HTTPStatus.ACCEPTED),
    }
    return {name: _ref("headers", name) for name, used in names.items() if used}


def _errors(described: Json, rule: Rule, operation: Operation) -> list[int]:
    found = set(ALWAYS)
    if not operation.public:
        found |= {401, 403}
    if rule.arguments:
        found.add(404)
    if "requestBody" in described:
        found |= set(BODY_STATUSES)
    if any(one.get("in") == "query" for one in described.get("parameters", [])):
        found.add(422)
    if operation.changes:
        found |= {400, 409, 422}
    if operation.if_match is not IfMatch.NONE:
        found.add(412)
    if operation.if_match is IfMatch.REQUIRED:
        found.add(428)
    return sorted(found)


def _who(description: str, operation: Operation) -> str:
    may = "Anyone may call." if operation.public else f"May call: {', '.join(_roles(operation))}."
    return f"{description}\n\n{may}".strip()


def _roles(operation: Operation) -> list[str]:
    return [role.replace("_", " ") for role in operation.roles if role is not Role.SERVICE]


def _statuses_of_problems() -> list[int]:
    return sorted({kind.status for kind in KINDS.values()})


def _problem_response(status: int) -> Json:
    code, kind = next((code, kind) for code, kind in KINDS.items() if kind.status == status)
    example = {
        "type": f"/problems#{code}",
        "title": kind.title,
        "status": status,
        "code": code,
        "detail": f"{kind.title}.",
        "problems": [],
    }
    content = {MEDIA_TYPE: {"schema": _ref("schemas", "Problem"), "example": example}}
    return {"description": f"{kind.title}. {kind.advice}", "content": content}


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in KINDS[_code(status)].title.split())


def _code(status: int) -> str:
    return next(code for code, kind in KINDS.items() if kind.status == status)


def _ref(section: str, name: str) -> Json:
    return {"$ref": f"#/components/{section}/{name}"}
