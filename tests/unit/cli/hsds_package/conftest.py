"""Give what makes records of packages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.hsds_package import reading
from cli.hsds_package.making import Maker
from contracts.text import fold
from tests.unit.cli.hsds_made import Make
from tests.unit.cli.hsds_packages import a_package


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give a function that reads a package of some tables, which holds no error."""
    contexts = []

    def maker(subjects: dict[str, str] | None = None, **tables: Any) -> Maker:
        context = reading.read(a_package(tmp_path / "package", **tables))
        contexts.append(context)
        found = context.__enter__()
        assert not found.verdicts.errors, list(found.verdicts)
        return Maker(found, {fold(term): subject for term, subject in (subjects or {}).items()})

    yield maker
    for context in contexts:
        context.__exit__(None, None, None)


@pytest.fixture
def exact(make: Make, tmp_path: Path) -> Make:
    """Give a function that reads a package of just these tables as one that a node wrote."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "datapackage.json").write_text(json.dumps({"tashbik": {"node": "qena"}, "version": "3.1"}))
    usual: dict[str, Any] = dict.fromkeys(("organizations", "locations", "services", "services_at_location"), ())
    return lambda **tables: make(**(usual | tables))
