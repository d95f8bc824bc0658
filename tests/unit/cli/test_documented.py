"""Prove that every command that a page names can be given so: the command is there, and so is each of its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.main import main
from cli.roster import ROOT

PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
FILES = (*PAGES, *sorted((ROOT / "cli").rglob("*.py")))
CALL = re.compile(r"(?:(?<![\w/.-])(?<!-id )tashbik|run --rm(?: -\w \S+)* cli) (?!is\b)([^`#\n]*)")
ENDS = {"|", "||", "&&", ";", ">", "<"}
PLACE = re.compile(r"…|\.\.\.|[A-Z_.]+")


def written(path: Path) -> Iterator[str]:
    """Yield the code of a page, or of what a module says: what stands in backticks, and each line of a block."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", rest)
    for block in blocks:
        yield from block.replace("\\\n", " ").splitlines()


def calls(path: Path) -> Iterator[str]:
    """Yield what is written behind ``tashbik``, or behind the container's ``cli``."""
    for code in written(path):
        yield from (found.strip() for found in CALL.findall(code.replace("\\|", "/")) if found.strip())


def words(call: str) -> list[str]:
    """Return the words of a call, without the brackets of what may be left out, up to the next program."""
    split = shlex.split(re.sub(r"[\[\]]", " ", call).replace("|", " | " if " | " in call else "/"))
    end = next((place for place, word in enumerate(split) if word in ENDS), len(split))
    return split[:end]


def known(call: str) -> tuple[click.Command, list[str]]:
    """Return the command that a call names, and its words behind it; raise where there is none of that name."""
    command, rest = main, words(call)
    while isinstance(command, click.Group) and rest:
        if PLACE.fullmatch(rest[0]):
            break
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


def options(command: click.Command) -> set[str]:
    """Return the options of a command."""
    return {"--help", *(name for option in command.params for name in (*option.opts, *option.secondary_opts))}


def targets() -> set[str]:
    """Return the targets of the Makefile that are for people."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


ALL = sorted({(path.relative_to(ROOT).as_posix(), call) for path in FILES for call in calls(path)})


def test_commands_are_found():
    assert len(ALL) > 60


@pytest.mark.parametrize(("page", "call"), ALL)
def test_documented_command_can_be_given(page: str, call: str):
    command, rest = known(call)

    assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= options(command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documented_target_can_be_made(page: Path):
    named = {found for code in written(page) for found in re.findall(r"^(?:\w+=\S* )*make ([a-z-]+)", code)}

    assert named <= targets()
