"""Run commands against the database and the broker of the test session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.config import Config
from cli.context import Context
from cli.main import main
from tests.parts import environment_of

Run = Callable[..., Result]


@pytest.fixture
def run(config: Config, tmp_path: Path) -> Run:
    """Give a function that runs ``tashbik`` as a machine without ``.run`` does: configured by its environment."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=Context(tmp_path / "run"), env=environment_of(config))

    return invoke
