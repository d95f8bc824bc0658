"""Prove what a restore leaves that is broken off, and how it is begun anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.config import Config, ConfigError
from chassis.database import prepare
from cli import backup
from cli.roster import python_path
from tests.integration.cli.backup.copies import everything, of, run
from tests.parts import environment_of

pytestmark = pytest.mark.slow  # each test makes the databases of a node or two

BREAKS_OFF = """
import os, signal
from cli import backup
from cli.main import run
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever began the tests may have it ignored, as nohup does
backup.hold_back = lambda config: os.kill(os.getpid(), signal.{signal})
run()
"""


def break_off(config: Config, home: Path, copy: Path, by: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Restore a backup in a process of its own, which gets a signal when nearly all is written."""
    command = [
        sys.executable,
        "-c",
        BREAKS_OFF.format(signal=by.name),
        "--run",
        str(home / "run"),
        "restore",
        str(copy),
    ]
    environment = {**os.environ, **environment_of(config), "PYTHONPATH": python_path()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_killed_restore_is_told_and_begun_anew(lost: Config, empty: Config, tmp_path: Path):
    of(lost, "registry")["organizations"].insert_one({"_id": "ours"})
    backup.write(lost, tmp_path / "copy")
    killed = break_off(empty, tmp_path, tmp_path / "copy", signal.SIGKILL)

    refused = run(empty, tmp_path, "restore", str(tmp_path / "copy"))
    with pytest.raises(ConfigError, match="restored"):
        prepare(of(empty, "registry"), {})
    of_half = run(empty, tmp_path, "backup", str(tmp_path / "half"))
    looked = run(empty, tmp_path, "doctor", "--management", "http://127.0.0.1:1")
    again = run(empty, tmp_path, "restore", "--again", str(tmp_path / "copy"))

    assert killed.returncode == -signal.SIGKILL
    assert f"A restore of {tmp_path / 'copy'} began at " in refused.output
    assert "`tashbik restore --again" in refused.output
    assert "began at" in of_half.output
    assert f"a restore of {tmp_path / 'copy'} began at" in looked.output
    assert again.exit_code == 0, again.output
    assert {name: kept for name, kept in everything(lost).items() if "leases" not in name} == everything(empty)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_restore_that_is_ended_leaves_nothing(lost: Config, empty: Config, tmp_path: Path, by: signal.Signals):
    of(lost, "registry")["organizations"].insert_one({"_id": "ours"})
    backup.write(lost, tmp_path / "copy")

    ended = break_off(empty, tmp_path, tmp_path / "copy", by)

    assert ended.returncode == 1, ended.stderr
    assert everything(empty) == {}


def test_again_spares_a_node_of_its_own(lost: Config, empty: Config, tmp_path: Path):
    backup.write(lost, tmp_path / "copy")
    of(empty, "registry")["organizations"].insert_one({"_id": "ours"})

    refused = run(empty, tmp_path, "restore", "--again", str(tmp_path / "copy"))

    assert "The node is not empty" in refused.output
    assert of(empty, "registry")["organizations"].count_documents({}) == 1
