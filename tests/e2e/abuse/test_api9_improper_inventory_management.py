"""API9:2023, improper inventory management: old versions and paths that nobody remembers.

There is one version of the API, and one document that names all of it: a test compares its routes with the policy
(``tests/e2e/test_access.py``). Whatever it does not name is not served.
"""

from __future__ import annotations

import pytest

from tests.e2e.abuse.answers import assert_refused
from tests.e2e.world import World

VERSIONS = ("v0", "v1", "v2", "v1.0", "api", "api/v1", "beta", "internal", "test", "old", "latest")
LEFT_BEHIND = (
    "/.git/config",
    "/.git/HEAD",
    "/swagger.json",
    "/swagger-ui",
    "/graphql",
    "/pyproject.toml",
    "/backup.zip",
)


@pytest.mark.parametrize("version", VERSIONS)
def test_there_is_one_version(world: World, version: str):
    for path in ("families", "imports", "oauth/token", "organizations"):
        assert_refused(world.operator.send("GET", f"/{version}/{path}"), "not_found")


@pytest.mark.parametrize("path", LEFT_BEHIND)
def test_nothing_was_left_behind(world: World, path: str):
    assert_refused(world.public.send("GET", path), "not_found")


def test_every_path_that_answers_is_documented(world: World):
    document = world.public.get("/openapi.json")

    assert not [path for path in document["paths"] if any(word in path for word in ("debug", "test", "internal"))]
    assert not [one for methods in document["paths"].values() for one in methods.values() if "deprecated" in one]


def test_media_type_opens_no_other_version(world: World):
    for accept in ("application/vnd.tashbik.v0+json", "application/xml", "text/csv"):
        answer = world.public.send("GET", "/figures", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/json"
