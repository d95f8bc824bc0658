"""Look for what the other tests said of families, in every place where it must not be."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bson
import httpx
import pytest

from contracts.policy import Role
from contracts.text import fold
from tests.e2e.people import GIVEN, STREET, WORDS
from tests.e2e.story import Story
from tests.e2e.test_operator import PROCESSES
from tests.e2e.world import DATABASES, PUBLISHERS, World

OWNER = "referrals"
SLOW_MS = 150
NAMES_STAND_IN = {"families", "kept"}
"""Where the owner of families keeps names in clear, to be searched."""


@pytest.fixture(scope="module", autouse=True)
def settled(world: World, story: Story) -> None:
    """Register a family of each language, look for it, and let everything arrive that was caused so far."""
    for language, names in GIVEN.items():
        world.family(language=language)
        assert world.worker.post("/families/search", {"q": names[0]})["items"]
    world.worker.post("/families/look-up", {"phone": story.family["phone"]})
    world.worker.post("/families/look-up", {"national_id": story.family["members"][0]["national_id"]})
    world.settle()


@pytest.fixture(scope="module")
def hidden(world: World) -> set[bytes]:
    """Give all that was said of families, as bytes: as it is, and as JSON escapes it."""
    people = world.people
    said = people.names | people.addresses | people.numbers | set(WORDS.values()) | set(STREET.values())
    return {form for text in said for form in (text.encode(), text.encode("unicode_escape"), quoted(text))}


def quoted(text: str) -> bytes:
    """Return a text as an address has it."""
    return str(httpx.QueryParams({"q": text})).removeprefix("q=").encode()


def found(hidden: Iterable[bytes], content: bytes) -> list[str]:
    """Return what of the hidden stands in some bytes."""
    return [text.decode() for text in hidden if text in content]


def raw(documents: Iterable[dict[str, Any]]) -> bytes:
    """Return documents as bytes, JSON within them as it is."""
    return b"\n".join(bson.encode(one) for one in documents)


def everything(world: World, service: str, but: Iterable[str] = ()) -> bytes:
    """Return all that a service's database holds, apart from some collections."""
    database = world.database(service)
    names = [name for name in database.list_collection_names() if name not in but and not name.startswith("system.")]
    return b"\n".join(raw(database[name].find()) for name in names)


def test_logs_hold_nothing_of_families(world: World, hidden: set[bytes]):
    logs = [path for path in world.node.home.rglob("*.log*") if path.is_file()]

    assert len(logs) >= len(PROCESSES)
    assert {path.name: seen for path in logs if (seen := found(hidden, path.read_bytes()))} == {}


def test_slow_search_is_not_logged(world: World):
    name = GIVEN["ar"][0]
    slowly = {"names": fold(name), "$where": f"sleep({SLOW_MS}) || true"}

    found_slowly = world.database(OWNER).families.find(slowly).limit(1).to_list()

    assert found_slowly
    assert found({name.encode(), fold(name).encode()}, world.node.log("mongo").read_bytes()) == []


@pytest.mark.parametrize("service", PUBLISHERS)
def test_events_hold_nothing_of_families(world: World, hidden: set[bytes], service: str):
    bodies = b"\n".join(event["body"] for event in world.database(service).outbox.find())

    assert bodies
    assert found(hidden, bodies) == []


@pytest.mark.parametrize("name", PROCESSES)
def test_metrics_hold_nothing_of_families(world: World, hidden: set[bytes], name: str):
    page = httpx.get(f"{world.node.health_url(name)}/metrics").content

    assert found(hidden | {one.encode() for one in world.people.families}, page) == []


@pytest.mark.parametrize("service", [name for name in DATABASES if name != OWNER])
def test_only_the_owner_holds_families(world: World, hidden: set[bytes], service: str):
    assert found(hidden, everything(world, service)) == []


COUNTED = ("directory_families", "directory_needs")
"""Where the directory keeps what families and needs are counted by."""


def test_directory_names_no_family_or_need(world: World, story: Story):
    stored = everything(world, "gateway", but=COUNTED)

    assert found({one.encode() for one in (*world.people.families, story.need["id"])}, stored) == []


def test_directory_counts_by_codes_alone(world: World):
    kept = {"_id", "version", "applied_at", "heard_at", "area"}
    families, needs = (world.database("gateway")[name] for name in COUNTED)

    assert {name for one in families.find() for name in one} == kept | {"in_care"}
    assert {name for one in needs.find() for name in one} == kept | {"subject", "open"}


def test_directory_keeps_no_need_with_its_family(world: World):
    needs = raw(world.database("gateway")["directory_needs"].find())

    assert found({one.encode() for one in world.people.families}, needs) == []


def test_names_stand_with_families_only(world: World, hidden: set[bytes]):
    assert found(hidden, everything(world, OWNER, but=NAMES_STAND_IN)) == []


def test_phones_and_ids_are_never_in_clear(world: World):
    people = world.people
    numbers = {one.encode() for one in people.numbers | people.phones | people.addresses}

    assert found(numbers, everything(world, OWNER)) == []


def test_what_is_written_of_families_is_never_in_clear(world: World):
    assert found({text.encode() for text in WORDS.values()}, everything(world, OWNER)) == []


def test_messages_hold_neither_address_nor_words(world: World, story: Story):
    stored = everything(world, "notifications", but=("webhook_events",))  # those are public, names of agencies too
    said = {*story.texts.values(), story.mail["text"], story.mail["subject"]} | {story.helper}

    assert found({text.encode() for text in said} | {one.encode() for one in world.people.phones}, stored) == []
    assert world.database("notifications").contents.count_documents({}) >= len(story.texts)


def test_webhooks_hold_nothing_of_families(world: World, hidden: set[bytes]):
    webhooks = ("webhooks", "webhook_deliveries", "webhook_events")

    assert found(hidden, b"\n".join(raw(world.database("notifications")[name].find()) for name in webhooks)) == []


def test_message_shows_neither_address_nor_words(world: World, story: Story):
    for reader in (world.operator, world.auditor):
        shown = reader.send("GET", "/messages", params={"referral": story.completed["id"]}).content
        hidden = {
            story.family["phone"].encode(),
            story.helper.encode(),
            *(text.encode() for text in story.texts.values()),
        }
        assert found(hidden, shown) == []


def test_audit_names_who_read_a_family(world: World, story: Story):
    world.auditor.get(f"/families/{story.family['id']}")

    entries = world.database(OWNER).audit.find({"record": story.family["id"]})
    read = [(entry["actor"], entry["action"]) for entry in entries]
    assert (f"{Role.AUDITOR}:{world.auditor.id}", "family.read") in read
    assert (f"{Role.CASE_WORKER}:{world.worker.id}", "family.registered") in read


def test_secrets_stand_in_no_log(world: World):
    secrets = [path.read_bytes() for path in (world.node.home / "secrets").rglob("*") if path.is_file()]
    tokens = [world.worker.token.encode(), world.operator.token.encode()]
    keys = [base64.b64encode((world.config.keys / name).read_bytes()) for name in ("event.key", "master.key")]

    for path in Path(world.node.supervisor.logs).glob("*.log*"):
        assert not [secret for secret in (*secrets, *tokens, *keys) if secret.strip() in path.read_bytes()], path.name
