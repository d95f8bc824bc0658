"""Prove that effects are noted at the moment that they happen."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from cli.process import wait_until
from tests.bench.effects import Moments, texts


def test_effect_is_whole_with_its_last_part():
    moments = Moments(wanted=2)

    moments.see("file", 1.0)
    assert moments.of("file") is None
    moments.see("file", 3.0)
    moments.see("file", 9.0)

    assert moments.of("file") == 3.0


def test_text_counts_from_when_it_was_accepted(tmp_path: Path):
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b'{"destination": "+201020000001", "time": "2026-01-01T00:00:00+00:00"}\n')

    with texts(path) as seen, path.open("ab", buffering=0) as file:
        line = orjson.dumps({"destination": "+201020000002", "time": datetime.now(UTC).isoformat()}) + b"\n"
        accepted = time.monotonic()
        file.write(line[:20])
        file.write(line[20:])
        wait_until(lambda: seen.of("+201020000002") is not None, "the text", 5)

    assert seen.of("+201020000002") == pytest.approx(accepted, abs=0.1)
    assert seen.of("+201020000001") is None
