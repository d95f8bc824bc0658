"""Prove that trails are verified from the command line, and that what is wrong, also with the arguments, is said."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis import audit, clock
from chassis.config import Config
from chassis.database import AUDIT_INDEXES, connect, prepare
from chassis.lease import Lease
from chassis.trail.sealer import Sealer
from chassis.trail.seals import SealingKey
from cli.audit import TRAILS
from tests.integration.chassis.trails import Trail, forge, text
from tests.integration.cli.conftest import Run

HASH = "0" * 64


@pytest.fixture
def trail(config: Config) -> Iterator[Trail]:
    """Give the registry's trail with two seals over three entries each."""
    database = connect(config, "registry")
    with database.client:
        for name in AUDIT_INDEXES:
            database.drop_collection(name)
        prepare(database, AUDIT_INDEXES)
        for number in range(2):
            note(database, 3, number)
            seal(database, config)
        yield database
        database.client.drop_database(database)


def note(trail: Trail, count: int, number: int = 0) -> None:
    """Write entries."""
    made = [audit.entry("officer:o-1", "organization.changed", f"org-{number}", at=clock.now()) for _ in range(count)]
    trail["audit"].insert_many(made)


def seal(trail: Trail, config: Config) -> None:
    """Seal what waits."""
    lease = Lease(trail, "audit seals")
    lease.prepare()
    Sealer(trail, "registry", SealingKey.read(config.keys), lease).turn()


def test_whole_trails_are_ok(run: Run, trail: Trail):
    result = run("audit", "verify")

    assert result.exit_code == 0
    assert [line.split(":")[:2] for line in result.output.splitlines()] == [
        [
            service,
            f" OK; {6 if service == 'registry' else 0} entries under {2 if service == 'registry' else 0} seals" + head,
        ]
        for service, head in ((name, ", head 2" if name == "registry" else "; 0 wait to be sealed") for name in TRAILS)
    ]


def test_waiting_entries_are_counted(run: Run, trail: Trail):
    note(trail, 2)

    assert "; 2 wait to be sealed, the oldest since 20" in run("audit", "verify", "registry").output


def test_forged_entry_is_named(run: Run, trail: Trail, config: Config):
    forge(trail, text("why", b"\xc3\x28"))
    seal(trail, config)

    result = run("audit", "verify", "registry")

    assert result.exit_code == 0
    assert "registry: seal 3 entry forged cannot be read" in result.output
    assert "registry: OK; 7 entries under 3 seals" in result.output


def test_change_is_named(run: Run, trail: Trail):
    changed = trail["audit"].find_one_and_update({"seal": 2, "position": 1}, {"$set": {"actor": "officer:o-2"}})["_id"]

    result = run("audit", "verify")

    assert result.exit_code == 1
    assert f"registry: seal 2 entry {changed} was changed after it was sealed\n" in result.output
    assert "registry: NOT AS SEALED, 1 findings; 6 entries under 2 seals" in result.output


def test_head_tells_of_a_cut(run: Run, trail: Trail, tmp_path: Path):
    (heads := tmp_path / "heads").write_text(run("audit", "head", "registry").output + "\n")
    trail["audit_seals"].delete_one({"_id": 2})
    trail["audit"].delete_many({"seal": 2})

    assert run("audit", "verify").exit_code == 0
    assert (
        "registry: seal 2 is missing, though it was the head once"
        in run("audit", "verify", "--heads", str(heads)).output
    )


def test_head_given_by_hand_fits(run: Run, trail: Trail):
    line = run("audit", "head", "registry").output.strip()

    assert run("audit", "verify", "--head", line).exit_code == 0
    assert run("audit", "verify", "registry", "--head", line.removeprefix("registry:")).exit_code == 0


def test_trail_without_seals_has_no_head(run: Run):
    result = run("audit", "head", "gateway")

    assert (result.exit_code, result.output) == (0, "gateway has no seal yet.\n")


def test_public_keys_are_enough(run: Run, trail: Trail, config: Config, tmp_path: Path):
    shutil.copytree(config.keys / "audit", tmp_path / "public")

    assert run("audit", "verify", "--trusted", str(tmp_path / "public")).exit_code == 0


def test_index_that_is_missing_is_named(run: Run, trail: Trail):
    trail["audit"].drop_index("sealed")

    result = run("audit", "verify", "registry")

    assert result.exit_code == 1
    assert "Index sealed of " in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody",), "'nobody' is not one of"),
        (("--head", "7"), "give SERVICE:NUMBER:HASH"),
        (("--head", f"nobody:7:{HASH}"), "nobody has no audit trail"),
        (("--head", f"7:{HASH}"), "Say whose head it is, as registry:7:"),
        (("registry", "--head", f"gateway:7:{HASH}"), "The head given is of gateway, which is not to be verified"),
        (("--trusted", "/nowhere"), "'/nowhere' does not exist"),
    ],
)
def test_wrong_argument_is_explained(run: Run, arguments: tuple[str, ...], said: str):
    result = run("audit", "verify", *arguments)

    assert (result.exit_code, said in result.output) == (2, True)


@pytest.mark.parametrize(("line", "said"), [("gibberish", "is no head"), (f"7:{HASH}", "names no service")])
def test_wrong_line_of_heads_is_explained(run: Run, tmp_path: Path, line: str, said: str):
    (heads := tmp_path / "heads").write_text(line)

    result = run("audit", "verify", "--heads", str(heads))

    assert (result.exit_code, said in result.output) == (2, True)


@pytest.mark.parametrize(("content", "said"), [(None, "There is no public key"), ("no key", "is no public key")])
def test_wrong_directory_of_keys_is_explained(run: Run, tmp_path: Path, content: str | None, said: str):
    if content:
        (tmp_path / "one.pem").write_text(content)

    result = run("audit", "verify", "--trusted", str(tmp_path))

    assert (result.exit_code, said in result.output) == (2, True)
