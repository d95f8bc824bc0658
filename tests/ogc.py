"""Find OGC's own schemas, tests and examples, and hold answers against the schemas, where they are."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.parts import ROOT

OGC = Path(os.environ.get("TASHBIK_TEST_DATA", ROOT.parent / "shared" / "data")) / "api" / "ogc-features"
SCHEMAS = OGC / "part1" / "core" / "openapi" / "schemas"
HOST = "https://schemas.example/"
needs_ogc = pytest.mark.skipif(not OGC.exists(), reason=f"no test data of OGC at {OGC}; set TASHBIK_TEST_DATA")


def faults(answer: Any, schema: str) -> list[str]:
    """Return what is wrong with an answer by one of OGC's schemas; nothing where these are not here."""
    if not SCHEMAS.exists():
        return []
    return [f"{list(one.instance_path)}: {one.message}" for one in _validator(schema).iter_errors(answer)]


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": f"{HOST}{name}.yaml"}, retriever=_schema)


def _schema(address: str) -> Any:
    """Read a schema by its address. It may say null where JSON Schema has the name of that."""
    text = (SCHEMAS / address.removeprefix(HOST)).read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"((?:type:|-) )null *$", r'\1"null"', text, flags=re.MULTILINE))
