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

PATIENCE = 600
MODULES = ("filters",)
"""Those whose tests read most of what the gateway answers. The others look at the page itself, answer what it asks, or
start what they ask."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(PATIENCE),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is missing"),
]


def test_page_holds_on_the_real_gateway(world: World, imported: Json):
    modules = [f"tests/browser/test_{name}.py" for name in MODULES]
    command = [sys.executable, "-m", "pytest", *modules, "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "TASHBIK_TEST_BASE_URL": world.url}

    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
