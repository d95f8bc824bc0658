"""Prove that the demo's servers read their mood from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.mood import Mood, read


@pytest.mark.parametrize(
    ("written", "mood"),
    [("hang", Mood("hang")), ("late 3", Mood("late", 3.0)), (" throttle\n", Mood("throttle")), ("", Mood())],
)
def test_file_says_mood(tmp_path: Path, written: str, mood: Mood):
    file = tmp_path / "mood"
    file.write_text(written)

    assert read(file) == mood


def test_server_without_file_is_well(tmp_path: Path):
    assert read(tmp_path / "none") == Mood()
