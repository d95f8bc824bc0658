"""Prove that events go into parcels and come out of them as they were."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from chassis import parcels
from chassis.amqp import SINGLE, Outgoing
from chassis.parcels import BATCH, MOST, MOST_BYTES, Sealed, Unreadable

NAMES = ("جمعية نبع الخير", "انجمن قوص", "two\nlines,\n and a comma", '],[{"id":"x"}]')


def stored(number: int, **changes: Any) -> dict[str, Any]:
    """Return an event as the outbox has it."""
    body = orjson.dumps({"id": f"e-{number}", "data": {"name": NAMES[number % len(NAMES)]}})
    usual = {"_id": f"e-{number}", "exchange": "registry.events", "type": "changed", "consumed": True, "attempts": 0}
    return {**usual, "body": body, "seal": f"5ea1{number:04}", **changes}


def came(message: Outgoing) -> Any:
    """Return a message as a consumer gets it; py-amqp decodes its body."""
    return SimpleNamespace(body=message.body.decode(), headers=message.headers, content_type=message.content_type)


def sizes(events: list[dict[str, Any]]) -> list[int]:
    """Return how many events each parcel holds."""
    return [len(parcel) for parcel in parcels.packed(events)]


def test_parcel_gives_back_each_event() -> None:
    events = [stored(number) for number in range(9)]

    message = came(parcels.outgoing(events))

    assert parcels.opened(message) == [Sealed(event["body"], event["seal"]) for event in events]
    assert parcels.count(message) == 9


def test_parcel_is_a_batch_of_cloudevents() -> None:
    message = parcels.outgoing([stored(0), stored(1)])

    assert message.content_type == BATCH
    assert [event["id"] for event in orjson.loads(message.body)] == ["e-0", "e-1"]


def test_single_event_goes_as_it_is() -> None:
    event = stored(0)

    message = parcels.outgoing([event])

    assert (message.id, message.body, message.content_type) == ("e-0", event["body"], SINGLE)
    assert parcels.opened(came(message)) == [Sealed(event["body"], event["seal"])]


def test_parcels_are_of_one_type() -> None:
    events = [stored(number, type="changed" if number % 2 else "removed") for number in range(6)]

    found = [[event["_id"] for event in parcel] for parcel in parcels.packed(events)]

    assert found == [["e-0", "e-2", "e-4"], ["e-1", "e-3", "e-5"]]


def test_parcels_are_bounded_by_count() -> None:
    assert sizes([stored(number) for number in range(2 * MOST + 1)]) == [MOST, MOST, 1]


def test_parcels_are_bounded_by_size() -> None:
    assert sizes([stored(number, body=b"x" * (MOST_BYTES // 2 + 1)) for number in range(5)]) == [2, 2, 1]


@pytest.mark.parametrize("parted", [[1, 1, 1], [3], [2, 1], [1, 2]])
def test_entries_of_several_events_go_together(parted: list[int]) -> None:
    numbers = iter(range(3))
    entries = [parcels.joined([stored(next(numbers)) for _ in range(count)]) for count in parted]

    message = parcels.outgoing(entries)

    assert message == parcels.outgoing([stored(number) for number in range(3)])
    assert [parcels.events_in(entry) for entry in entries] == parted


def test_entry_of_several_events_gives_each() -> None:
    events = [stored(number) for number in range(4)]

    entry = parcels.joined(events)

    assert (entry["_id"], entry["count"], "count" in events[0]) == ("e-0", 4, False)
    assert parcels.stands(entry) == [Sealed(event["body"], event["seal"]) for event in events]
    assert parcels.stands(events[1]) == [Sealed(events[1]["body"], events[1]["seal"])]


def test_events_of_entries_fill_a_parcel() -> None:
    twelve = parcels.joined([stored(number) for number in range(12)])

    assert sizes([twelve, stored(12), {**twelve, "_id": "other"}, *(stored(13 + one) for one in range(9))]) == [2, 9, 1]


def test_refused_event_goes_alone() -> None:
    assert sizes([stored(0), stored(1), stored(2, attempts=1), stored(3), stored(4)]) == [2, 1, 2]


@pytest.mark.parametrize("seal", ["", "one", "one two three", None])
def test_parcel_with_other_seals_is_unreadable(seal: Any) -> None:
    message = came(parcels.outgoing([stored(0), stored(1)]))
    message.headers["seal"] = seal

    with pytest.raises(Unreadable):
        parcels.opened(message)
