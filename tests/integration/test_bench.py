"""Prove that the benchmarks run: a node of their own, one change and one effect, for a moment each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from cli.roster import ROOT, python_path


@pytest.mark.slow
def test_node_is_measured_and_removed(tmp_path: Path):
    home, out = tmp_path / "node", tmp_path / "bench.json"
    wanted = ("--only", "need", "--only", "event", "--seconds", "0.5", "--run", str(home), "--out", str(out))
    command, environment = (sys.executable, "-m", "tests.bench", *wanted), {**os.environ, "PYTHONPATH": python_path()}

    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=200)

    speeds = orjson.loads(out.read_bytes())["speeds"]
    assert [one["name"] for one in speeds] == ["need", "need", "event", "event"]
    assert all(one["figures"]["rate"] > 0 and not one["figures"]["failed"] for one in speeds)
    assert all(one["cpu_ms"]["api"] > 0 for one in speeds)
    assert not home.exists()
