"""Give the tests of imports a store on a database of its own."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pymongo.database import Database

from chassis.config import Config
from chassis.database import connect, prepare
from services.gateway.imports.domain import Creator, Import
from services.gateway.imports.run import Run
from services.gateway.imports.store import INDEXES, ImportStore
from tests.integration.gateway.imports.registry import FakeRegistry
from tests.parts import emptied

OPERATOR = Creator("operator-1", "operator")
CSV = "اسم الجمعية,المركز\nجمعية النور,قنا\n"


@dataclass
class Imports:
    """Hold a store, and make imports in it."""

    database: Database[dict[str, Any]]
    store: ImportStore

    def add(self, text: str | bytes = CSV, creator: Creator = OPERATOR, **options: Any) -> Import:
        """Create an import of a file with this content."""
        content = text.encode() if isinstance(text, str) else text
        made, _ = self.store.create(io.BytesIO(content), "file.csv", creator, **{"language": "ar", **options})
        return made


@pytest.fixture(scope="session")
def imports_database(config: Config) -> Iterator[Database[dict[str, Any]]]:
    """Give the database that these tests share."""
    own = replace(config, database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}")
    database = connect(own, "gateway")
    prepare(database, INDEXES)
    yield database
    database.client.close()


@pytest.fixture
def imports(imports_database: Database[dict[str, Any]]) -> Imports:
    """Give a store on an empty database."""
    return Imports(emptied(imports_database), ImportStore(imports_database))


@pytest.fixture
def registry() -> FakeRegistry:
    """Give a registry that is none."""
    return FakeRegistry()


@pytest.fixture
def begin(imports: Imports, registry: FakeRegistry) -> Iterator[Callable[..., Run]]:
    """Give what claims the next import for a holder, and begins it."""
    begun: list[Run] = []

    def begin(holder: str = "importer-1") -> Run:
        claimed = imports.store.claim(holder)
        assert claimed is not None
        begun.append(Run(claimed, holder, store=imports.store, caller=registry, country="EG"))
        return begun[-1]

    yield begin
    for run in begun:
        run.close()
