"""Prove that the operators' page says what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from chassis.config import KEYS, PREFIX
from cli.main import main
from cli.roster import ROOT
from cli.setup import default_text

PAGE = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def test_table_lists_every_key():
    rows = re.findall(r"^\| `(TASHBIK_\w+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)

    shown = {name: (meaning, default.strip("`*")) for name, meaning, default in rows}

    wanted = {"(required)": "required", "": "empty"}
    assert shown == {
        PREFIX + name.upper(): (key.meaning, wanted.get(default_text(key), default_text(key)))
        for name, key in KEYS.items()
    }


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_command_is_described(words: tuple[str, ...]):
    assert re.search(rf"`(tashbik )?([a-z `,|\[\]-]+, `)?{re.escape(' '.join(words))}\b", PAGE)


def test_make_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()

    assert set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) == set(phony)
