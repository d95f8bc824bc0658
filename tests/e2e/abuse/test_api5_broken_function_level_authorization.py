"""API5:2023, broken function level authorization: calling what is for another role.

One policy table stands before each view and again in each service; what is not in it is refused.
``tests/e2e/test_access.py`` walks every route with every role, ``tests/e2e/test_calls.py`` every call. Here: methods
and paths that no document names.
"""

from __future__ import annotations

import re

import pytest

from tests.e2e.abuse.answers import assert_refused
from tests.e2e.client import Client
from tests.e2e.routes import routes_of
from tests.e2e.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT-TO", "PROPFIND")
HIDDEN = ("/metrics", "/admin", "/debug", "/console", "/clients", "/oauth/clients", "/audit", "/dead-letters", "/.env")


def test_undocumented_method_does_nothing(world: World, agency: Client):
    document = routes_of(world.public.get("/openapi.json"))
    tried = {path.replace("{", "").replace("}", "") for _, path in document}

    for path in tried:
        for method in METHODS:
            if not any(method == known and fits(path, template) for known, template in document):
                assert_refused(agency.send(method, path), "method_not_allowed", "not_found", "forbidden")


def fits(path: str, template: str) -> bool:
    """Tell whether a path is of a template: ``/organizations/id.jsonld`` is one of ``/organizations/{id}``, too."""
    parts = (".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", template))
    return re.fullmatch("".join(parts), path) is not None


@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_else_is_served(world: World, path: str):
    for client in (world.public, world.operator):
        assert_refused(client.send("GET", path), "not_found")


def test_role_in_a_request_changes_nothing(world: World, agency: Client):
    for tried in (
        {"headers": {"X-Role": "operator", "X-Forwarded-User": "operator"}},
        {"params": {"role": "operator"}},
    ):
        assert agency.send("GET", "/messages", **tried).status_code == 403
