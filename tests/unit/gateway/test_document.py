"""Prove that the API document says what the API does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import marshmallow
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from chassis.config import Config
from contracts.catalogue import EVENTS
from contracts.policy import POLICY, Role
from contracts.webhooks import EVENT_TYPES
from services.gateway.access_table import render
from services.gateway.app import create_app
from services.gateway.document import ecma
from services.gateway.parts import Parts
from services.gateway.problems import KINDS

ROOT = Path(__file__).resolve().parents[3]
PAGES = {
    "/",
    "/assets/{name}",
    "/map-config.json",
    "/docs",
    "/docs/{name}",
    "/problems",
    "/o",
    "/o/{id}",
    "/o/style.css",
    "/sitemap.xml",
    "/sitemap-{number}.xml",
    "/robots.txt",
    "/openapi.json",
    "/asyncapi.json",
    "/livez",
    "/readyz",
}
PLACES = re.compile("<([a-z]+:)?")
METHODS = {"get", "post", "patch"}

Json = dict[str, Any]


@pytest.fixture
def document(http: FlaskClient) -> Json:
    """Give the document."""
    return http.get("/openapi.json").json


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Yield the name and description of every operation."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", described


def contents(described: Json) -> Iterator[tuple[str, Json]]:
    """Yield media type and content of the body and the good answers of an operation."""
    for part in (described.get("requestBody", {}), *described["responses"].values()):
        yield from part.get("content", {}).items()


def test_every_route_is_described(app: Flask, document: Json):
    described = {name for name, _ in operations(document)}
    routed = {
        f"{method} {PLACES.sub('{', rule.rule).replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PATCH"}
    }

    elsewhere = {name for name in routed if name.startswith("GET /ogc") or name.partition(" ")[2] in PAGES}
    assert routed - elsewhere == described


def test_version_is_3_1(document: Json):
    assert document["openapi"] == "3.1.0"


def test_public_events_are_webhooks(document: Json):
    validate({name: document[name] for name in ("openapi", "info", "webhooks")})

    assert set(document["webhooks"]) == set(EVENT_TYPES)


def test_every_operation_has_a_summary(document: Json):
    assert not [name for name, described in operations(document) if not described.get("summary")]


def test_ids_of_operations_differ(document: Json):
    ids = [described["operationId"] for _, described in operations(document)]

    assert len(ids) == len(set(ids))


def test_every_operation_says_who_may_call(document: Json):
    assert not [name for name, described in operations(document) if "security" not in described]
    assert not [name for name, described in operations(document) if "may call" not in described["description"].lower()]


def test_every_content_has_an_example(document: Json):
    assert not [
        name
        for name, described in operations(document)
        for _, content in contents(described)
        if "example" not in content
    ]


def test_every_private_operation_may_refuse(document: Json):
    private = [described for _, described in operations(document) if described["security"]]

    assert all({"401", "403", "429", "500", "503"} <= set(described["responses"]) for described in private)


def test_every_error_is_a_problem(document: Json):
    components = document["components"]["responses"].values()

    assert {media for response in components for media in response["content"]} == {"application/problem+json"}
    assert len(components) == len(KINDS)


def test_references_lead_somewhere(document: Json):
    assert [reference for reference in references(document) if not leads_somewhere(document, reference)] == []


def test_examples_fit_their_schemas(app: Flask):
    wrong = {}
    for endpoint, view in app.view_functions.items():
        for schema, example in documented(view):
            faults = schema.validate(example)
            if faults:
                wrong[endpoint] = faults

    assert wrong == {}


def test_changes_take_a_key(document: Json):
    without = [
        name
        for name, described in operations(document)
        if name.split()[0] != "GET"
        and {"$ref": "#/components/parameters/IdempotencyKey"} not in described.get("parameters", [])
    ]

    names = ("organizations", "services", "service_at_locations", "taxonomies", "taxonomy_terms")
    listed = [f"POST /hsds/{name}" for name in names]
    assert without == ["POST /oauth/token", *listed, "POST /families/search", "POST /families/look-up"]


def test_every_patch_asks_for_the_version(document: Json):
    patches = [described for name, described in operations(document) if name.startswith("PATCH")]

    assert all("428" in described["responses"] for described in patches)


def test_parameters_have_no_null(document: Json):
    parameters = [one for _, described in operations(document) for one in described.get("parameters", [])]

    assert not [
        one
        for one in parameters
        if "null" in str(one.get("schema", {}).get("type")) or None in one.get("schema", {}).get("enum", [])
    ]


def test_every_event_is_described(http: FlaskClient):
    described = http.get("/asyncapi.json").json

    assert described["asyncapi"] == "3.0.0"
    assert set(described["channels"]) == {contract.type for contract in EVENTS}


def test_references_to_events_lead_somewhere(http: FlaskClient):
    described = http.get("/asyncapi.json").json

    assert [reference for reference in references(described) if not leads_somewhere(described, reference)] == []


@pytest.mark.parametrize(
    ("pattern", "spelt"), [(r"[a-z]{2,3}\Z", "^[a-z]{2,3}$"), (r"(?s).*\S", r"\S"), ("^a$", "^a$")]
)
def test_patterns_are_respelt(pattern: str, spelt: str):
    assert ecma(pattern) == spelt


def test_no_pattern_is_pythons(document: Json):
    assert not [one for one in patterns(document) if r"\Z" in one or "(?" in one.replace("(?:", "") or "|" in one]


def patterns(node: Any) -> Iterator[str]:
    """Yield every pattern within a part of the document."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for inner in node.values():
            yield from patterns(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from patterns(inner)


def test_table_of_access_is_the_policys():
    written = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")

    assert written == render(POLICY), "run `python -m services.gateway.access_table > docs/access.md`"


def test_table_names_every_role():
    assert all(role.replace("_", " ") in render(POLICY) for role in Role)


def references(node: Any) -> Iterator[str]:
    """Yield every reference within a part of the document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def leads_somewhere(document: Json, reference: str) -> bool:
    """Tell whether a reference names a part of the document."""
    here: Any = document
    for part in reference.removeprefix("#/").split("/"):
        here = here.get(part, {})
    return bool(here)


def documented(view: Any) -> Iterator[tuple[marshmallow.Schema, Any]]:
    """Yield schema and example of a view's body and of its good answer."""
    described = getattr(view, "_apidoc", {})
    taken = described.get("arguments", {}).get("parameters", [])
    given = described.get("response", {}).get("responses", {}).values()
    for one in (*taken, *given):
        if isinstance(one, dict) and "example" in one:
            schema = one["schema"]
            yield (schema() if isinstance(schema, type) else schema), one["example"]


def test_provider_is_a_way_in(settings: Config, parts: Parts):
    named = replace(settings, oidc_issuer="https://id.example/realms/qena/", oidc_audience="tashbik")

    told = create_app(named, parts, rate_storage="memory://").test_client().get("/openapi.json").json

    scheme = told["components"]["securitySchemes"]["openid"]
    assert scheme["openIdConnectUrl"] == "https://id.example/realms/qena/.well-known/openid-configuration"
    assert told["paths"]["/families"]["get"]["security"] == [{"oauth": []}, {"openid": []}]
    assert told["paths"]["/organizations"]["get"]["security"] == []
