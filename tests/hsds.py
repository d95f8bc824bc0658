"""Check answers against the schemas of HSDS 3.1 itself, where the test data is present."""

from __future__ import annotations

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

ROOT = Path(__file__).resolve().parents[1]
HSDS = Path(os.environ.get("TASHBIK_TEST_DATA", ROOT.parent / "shared" / "data")) / "hsds-3.1"

needs_schemas = pytest.mark.skipif(not HSDS.exists(), reason=f"no schemas of HSDS at {HSDS}; set TASHBIK_TEST_DATA")


def faults(name: str, record: Any) -> list[str]:
    """Return what is wrong with a record by a schema (``organization``, ``service_list``, ``taxonomy`` …).

    A schema that ends in ``_list`` describes one item of such a list.
    """
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in _schema(name).iter_errors(record)]


def row_faults(name: str, row: Any) -> list[str]:
    """Return what is wrong with a row of a package's table, by the schema of such an object without its parts."""
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in _row_schema(name).iter_errors(row)]


@cache
def _row_schema(name: str) -> Any:
    schema = json.loads((HSDS / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    cells = {field: one for field, one in schema["properties"].items() if "$ref" not in one and "items" not in one}
    required = [field for field in schema.get("required", []) if field in cells]
    return _validator({**schema, "properties": cells, "required": required})


@cache
def _schema(name: str) -> Any:
    compiled = HSDS / "schema" / "compiled" / f"{name}.json.gz"
    if compiled.exists():
        return _validator(json.loads(gzip.decompress(compiled.read_bytes())))
    return _validator(_joined(name))


def _joined(name: str) -> Any:
    """Return a schema that HSDS does not compile, with those that it refers to in place of the references."""
    schema = json.loads((HSDS / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    schema["properties"] = {
        field: _joined(described["$ref"].removesuffix(".json")) if "$ref" in described else described
        for field, described in schema["properties"].items()
        if field != "metadata"
    }
    return schema


def _validator(schema: Any) -> Any:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
