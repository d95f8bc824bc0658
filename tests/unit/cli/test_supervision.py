"""Prove that supervisor reads its configuration as it was meant."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from supervisor.datatypes import dict_of_key_value_pairs

from cli.process import Part
from cli.supervision import SupervisionError, Supervisor

MEAN = {"TASHBIK_SMTP_PASSWORD": "p%s 'quoted' \\#1;,=$(x)", "TASHBIK_MAIL_FROM": "Qena <q@example>"}


def a_part(**fields: object) -> Part:
    return Part(**{"name": "registry", "command": ("python", "-m", "chassis.run"), "ready": lambda: True, **fields})


def section(home: Path, part: Part) -> configparser.SectionProxy:
    Supervisor(home, home / "socket").configure([part], home)
    read = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"))  # as supervisor reads
    read.read(home / "supervisord.conf")
    return read[f"program:{part.name}"]


def test_environment_survives(tmp_path: Path):
    line = section(tmp_path, a_part(environment=MEAN))["environment"]

    assert dict_of_key_value_pairs(line % {}) == MEAN


def test_double_quote_is_refused(tmp_path: Path):
    with pytest.raises(SupervisionError, match="TASHBIK_SMTP_PASSWORD_FILE"):
        section(tmp_path, a_part(environment={"TASHBIK_SMTP_PASSWORD": 'so"so'}))


def test_value_of_two_lines_is_refused(tmp_path: Path):
    with pytest.raises(SupervisionError, match="line break"):
        section(tmp_path, a_part(environment={"TASHBIK_MAIL_FROM": "Qena\n[program:theirs]"}))


def test_process_is_started_again(tmp_path: Path):
    assert section(tmp_path, a_part())["autorestart"] == "true"


def test_configuration_is_private(tmp_path: Path):
    section(tmp_path, a_part())

    assert (tmp_path / "supervisord.conf").stat().st_mode & 0o077 == 0


def test_nothing_runs_before_launch(tmp_path: Path):
    supervisor = Supervisor(tmp_path, tmp_path / "socket")

    assert not supervisor.runs()
    assert supervisor.left() == []
