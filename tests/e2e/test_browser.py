"""Let the browser's tests look at the real gateway, on what an import brought."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.conftest import CHROMIUM
from tests.e2e.client import Json
from tests.e2e.world import World
from tests.parts import ROOT

SHORT = "everything_is_listed or every_organization or filter_by_help or filter_by_area or open_from_list"
PATIENCE = 900

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is missing")


def assert_seen(world: World, *options: str) -> None:
    """Run the browser's tests against the node, and fail with what they say."""
    command = [sys.executable, "-m", "pytest", "tests/browser", "-q", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "TASHBIK_TEST_BASE_URL": world.url}
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if run.returncode:
        pytest.fail(run.stdout + run.stderr, pytrace=False)


def test_map_shows_what_was_imported(world: World, imported: Json):
    assert_seen(world, "-k", SHORT)


@pytest.mark.slow
def test_page_holds_on_the_real_gateway(world: World, imported: Json):
    assert_seen(world)
