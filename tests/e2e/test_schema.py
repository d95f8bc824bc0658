"""Let schemathesis try the API by its own document: no crash, no answer that the document does not name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.policy import Role
from tests.e2e.client import Client
from tests.e2e.routes import operations
from tests.e2e.world import World

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("schemathesis")
PREFERRED = (Role.CASE_WORKER, Role.ASSOCIATION, Role.OFFICER, Role.OPERATOR)
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
LONG = ("register_service", "change_service", "register_organization", "change_organization")
ALIKE = ("search_map", "download_csv", "download_workbook", "download_kml")
PATIENCE = 600


@pytest.fixture(scope="module")
def settings(world: World, agency: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write down who calls each operation: the first of the preferred roles that may."""
    callers = dict(zip(PREFERRED, (world.worker, agency, world.officer, world.operator), strict=True))
    lines = []
    for name, operation in operations().items():
        caller = callers[next(role for role in PREFERRED if role in operation.roles)]
        authorization = f'headers = {{ Authorization = "Bearer {caller.token}" }}'
        lines += ["[[operations]]", f'include-operation-id = "{name}"', authorization]
    path = Path(tmp_path_factory.mktemp("schemathesis")) / "schemathesis.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def assert_sound(world: World, settings: Path, *options: str) -> None:
    """Run schemathesis where it may leave its files, and fail with what it found."""
    command = [str(PROGRAM), "--config-file", str(settings), "run", f"{world.url}/openapi.json"]
    command += ["--checks", ",".join(CHECKS), "--continue-on-failure", "--warnings", "off", "--no-color", *options]
    run = subprocess.run(command, cwd=settings.parent, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if run.returncode:
        pytest.fail(run.stdout + run.stderr, pytrace=False)


def test_answers_to_examples_fit_the_document(world: World, settings: Path):
    """Try every operation with its examples."""
    assert_sound(world, settings, "--phases", "examples")


def test_answers_fit_the_document(world: World, settings: Path):
    """Try every operation at the bounds of its schemas: about 10,000 requests.

    Services, organizations and files are left to chance, below. The first two have more fields than all else together;
    of files may be asked what a search may be asked.
    """
    left_out = [f"--exclude-operation-id={name}" for name in (*LONG, *ALIKE)]
    assert_sound(world, settings, "--phases", "coverage", *left_out)


@pytest.mark.slow
def test_random_requests_are_answered(world: World, settings: Path):
    assert_sound(world, settings, "--phases", "fuzzing,stateful", "--max-examples", "60", "--max-time", "60")
