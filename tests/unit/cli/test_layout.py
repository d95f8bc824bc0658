"""Prove what a node remembers and what it leaves."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from chassis.config import ConfigError
from cli.claims import Claims
from cli.layout import Layout
from cli.node import PORT_NAMES, Node
from cli.process import LOOPBACK, free_ports
from cli.supervision import Supervisor


def a_layout(home: Path) -> Layout:
    layout = Layout.at(home)
    layout.choose_ports(("mongo", "api"), {})
    layout.save()
    return layout


def test_ports_are_remembered(tmp_path: Path):
    ports = a_layout(tmp_path / "run").ports

    assert a_layout(tmp_path / "run").ports == ports


def test_port_taken_meanwhile_is_replaced(tmp_path: Path):
    layout = a_layout(tmp_path / "run")
    with socket.socket() as intruder:
        intruder.bind((LOOPBACK, layout.ports["api"]))
        before = dict(layout.ports)

        layout.choose_ports(("mongo", "api"), {})

    assert layout.ports["mongo"] == before["mongo"]
    assert layout.ports["api"] != before["api"]


def test_preferred_port_is_taken_where_free(tmp_path: Path):
    (wanted,) = free_ports(1)
    layout = Layout.at(tmp_path)

    layout.choose_ports(("mongo", "api"), {"api": wanted})

    assert layout.ports["api"] == wanted


def test_settings_are_remembered(tmp_path: Path):
    layout = a_layout(tmp_path / "run")
    layout.take({"TASHBIK_NODE": "hebron", "TASHBIK_TEST_AMQP_URL": "amqp://elsewhere", "PATH": "/bin"})
    layout.save()

    assert Layout.at(tmp_path / "run").settings == {"TASHBIK_NODE": "hebron"}


def test_what_the_node_sets_cannot_be_given(tmp_path: Path):
    with pytest.raises(ConfigError, match="TASHBIK_MONGO_URL"):
        Layout.at(tmp_path).take({"TASHBIK_MONGO_URL": "mongodb://elsewhere"})


def test_secret_is_made_once(tmp_path: Path):
    layout = a_layout(tmp_path / "run")

    assert layout.secret("broker") == layout.secret("broker") != layout.secret("mongo")


def test_nothing_is_readable_by_others(tmp_path: Path):
    layout = a_layout(tmp_path / "run")
    layout.secret("broker")

    modes = {path.stat().st_mode & 0o077 for path in layout.home.rglob("*") if path.is_file()}

    assert modes == {0}
    assert layout.home.stat().st_mode & 0o077 == 0


def test_socket_of_deep_directory_lies_elsewhere(tmp_path: Path):
    layout = a_layout(tmp_path / ("deep" * 30))

    assert len(layout.socket) < 108

    layout.remove()
    assert not Path(layout.socket).parent.exists()


def test_removal_spares_what_others_wrote(tmp_path: Path):
    layout = a_layout(tmp_path / "run")
    (layout.home / "chaos.json").write_text("{}")

    layout.remove()

    assert [path.name for path in layout.home.iterdir()] == ["chaos.json"]


def test_folders_of_every_process_are_removed(tmp_path: Path):
    node = Node(tmp_path / "run", demo=True)
    node.layout.choose_ports(PORT_NAMES, {})
    for name, secret in {"cli/amqp_url": "amqp://x", "mongo_url": "mongodb://x", "smsc": "x"}.items():
        node.layout.keep_secret(name, secret)
    for part in node.parts:
        part.prepare()

    node.layout.remove()

    assert not node.home.exists()


def test_ports_of_a_running_node_stay_its_own_while_it_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    node = Node(tmp_path / "run", demo=True)
    node.layout.choose_ports(PORT_NAMES, {})
    monkeypatch.setattr(Supervisor, "runs", lambda _: True)
    chosen = dict(node.layout.ports)
    asked: list[bool] = []

    def change(*_: object) -> None:
        node._choose_ports()
        with Claims() as others:
            asked.extend(others.claim(port) for port in chosen.values())

    monkeypatch.setattr(node, "_up", change)
    node.up()

    assert node.layout.ports == chosen
    assert asked == [False] * len(chosen)


def test_removal_leaves_nothing(tmp_path: Path):
    layout = a_layout(tmp_path / "run")

    layout.remove()

    assert not layout.home.exists()
