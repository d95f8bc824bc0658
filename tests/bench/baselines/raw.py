"""Show what a library does alone, in a process of its own: ``python -m tests.bench.baselines.raw NAME SECONDS``.

Each prints one JSON object: the figures as of :class:`tests.bench.figures.Latencies`, and the processor seconds spent.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import orjson

from tests.bench.figures import Latencies, latencies

THREADS = 32
WINDOW = 500  # messages between two waits for confirms, as many as the outbox takes at once
SMS_WINDOW = 16
FEATURES = 100  # of a box
CALLS = 100  # in a row, before the other kind of caller has its turn
TEXT = "نرجو من الأسرة الحضور إلى مقر الجمعية"


def main(name: str, seconds: float) -> dict[str, Any]:
    """Run one of :data:`KINDS` for so many seconds, and return what it found."""
    found = KINDS[name](seconds)
    shown = {each: asdict(one) for each, one in found.items()}
    return {**shown, "cpu_seconds": time.process_time()}


# pymongo: as many reads by id as one process makes


def pymongo_alone(seconds: float) -> dict[str, Latencies]:
    """Read documents by their ids in :data:`THREADS` threads, as the gateway's directory does."""
    import pymongo  # noqa: PLC0415 - each kind loads only what it needs

    client: Any = pymongo.MongoClient(os.environ["BENCH_MONGO_URL"])
    found = client[os.environ["BENCH_DATABASE"]]["directory_organizations"]
    ids = Path(os.environ["BENCH_IDS"]).read_text("utf-8").split()
    took: list[list[float]] = [[] for _ in range(THREADS)]
    until = time.monotonic() + seconds

    def read(number: int) -> None:
        for id_ in cycle(ids[number % len(ids) :] + ids[: number % len(ids)]):
            began = time.monotonic()
            if began > until:
                return
            found.find_one({"_id": id_}, {"_id": 0, "body": 1, "etag": 1})
            took[number].append(time.monotonic() - began)

    _in_threads(read)
    return {"pymongo": latencies([one for each in took for one in each], failed=0, lasted=seconds)}


# pymongo: as many boxes of features as one process reads and writes as JSON


def boxes(seconds: float) -> dict[str, Latencies]:
    """Read a hundred plain features of a box in :data:`THREADS` threads, and write them as JSON."""
    import pymongo  # noqa: PLC0415

    client: Any = pymongo.MongoClient(os.environ["BENCH_MONGO_URL"])
    found = client[os.environ["BENCH_DATABASE"]]["organizations"]
    asked = [_within(line) for line in Path(os.environ["BENCH_BOXES"]).read_text("utf-8").split()]
    took: list[list[float]] = [[] for _ in range(THREADS)]
    until = time.monotonic() + seconds

    def read(number: int) -> None:
        for box in cycle(asked[number % len(asked) :] + asked[: number % len(asked)]):
            began = time.monotonic()
            if began > until:
                return
            orjson.dumps({"type": "FeatureCollection", "features": list(found.find(box).limit(FEATURES))})
            took[number].append(time.monotonic() - began)

    _in_threads(read)
    return {"box": latencies([one for each in took for one in each], failed=0, lasted=seconds)}


def _within(line: str) -> dict[str, Any]:
    west, south, east, north = map(float, line.split(","))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"geometry": {"$geoWithin": {"$geometry": {"type": "Polygon", "coordinates": [ring]}}}}


def _in_threads(run: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# kombu: as many confirmed messages as one process of eventlet's publishes


def kombu_alone(seconds: float) -> dict[str, Latencies]:
    """Publish the same body in windows, each confirmed before the next, as the outbox's relay does."""
    from kombu import Connection  # noqa: PLC0415

    body, took = Path(os.environ["BENCH_BODY"]).read_bytes(), list[float]()
    route = {"exchange": os.environ["BENCH_EXCHANGE"], "routing_key": os.environ["BENCH_KEY"], "mandatory": True}
    with Connection(os.environ["BENCH_AMQP_URL"]) as connection:
        channel: Any = connection.default_channel
        open_: set[int] = set()
        channel.confirm_select()
        channel.events["basic_ack"].add(lambda tag, multiple: _confirm(open_, tag, multiple=multiple))
        start, tag = time.monotonic(), 0
        while (began := time.monotonic()) < start + seconds:
            for tag in range(tag + 1, tag + 1 + WINDOW):  # noqa: B020 - it goes on counting
                open_.add(tag)
                prepared = channel.prepare_message(
                    body, content_type="application/json", properties={"delivery_mode": 2}
                )
                channel.basic_publish(prepared, **route)
            while open_:
                connection.drain_events(timeout=10)
            took += [time.monotonic() - began] * WINDOW
        lasted = time.monotonic() - start
    return {"kombu": latencies(took, failed=0, lasted=lasted)}


def _confirm(open_: set[int], tag: int, *, multiple: bool) -> None:
    open_ -= {one for one in open_ if one <= tag} if multiple else {tag}


# smpplib: as many texts as one session hands over


def smpplib_alone(seconds: float) -> dict[str, Latencies]:
    """Submit one part after the other, :data:`SMS_WINDOW` of them unanswered at most."""
    from smpplib import client, consts  # noqa: PLC0415

    session = client.Client(os.environ["BENCH_SMSC_HOST"], int(os.environ["BENCH_SMSC_PORT"]))
    waiting, took = deque[float](), []
    session.set_message_sent_handler(lambda pdu: took.append(time.monotonic() - waiting.popleft()))
    session.connect()
    session.bind_transmitter(system_id=os.environ["BENCH_SMSC_ID"], password=os.environ["BENCH_SMSC_PASSWORD"])
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        while len(waiting) < SMS_WINDOW:
            waiting.append(time.monotonic())
            session.send_message(
                source_addr="Tashbik",
                source_addr_ton=5,
                destination_addr="201000000099",
                dest_addr_ton=1,
                short_message=TEXT.encode("utf-16-be"),
                data_coding=consts.SMPP_ENCODING_ISO10646,
            )
        session.read_once()
    session.unbind()
    session.disconnect()
    return {"smpplib": latencies(took, failed=0, lasted=seconds)}


# RPC: the time of one call, ours and plain Nameko's in turn


def calls(seconds: float) -> dict[str, Latencies]:
    """Call both services, one call at a time, and change over every :data:`CALLS` calls."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    from nameko.standalone.rpc import ClusterRpcProxy  # noqa: PLC0415

    from chassis import rpc_client  # noqa: PLC0415
    from chassis.config import read  # noqa: PLC0415
    from tests.bench.contracts import SAY  # noqa: PLC0415

    client = rpc_client.connect(read(), "gateway")
    with ClusterRpcProxy({"AMQP_URI": os.environ["BENCH_AMQP_URL"]}) as plain:
        ours, theirs = _in_turn(lambda: client.call(SAY, {"text": TEXT}), lambda: plain.plain_echo.say(TEXT), seconds)
    client.stop()
    return {"ours": _of_calls(ours), "nameko": _of_calls(theirs)}


def _in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], seconds: float
) -> tuple[list[float], list[float]]:
    """Return how long each call took, at least :data:`CALLS` of each after as many to warm up."""
    found: tuple[list[float], list[float]] = ([], [])
    for call in (ours, theirs):
        _timed(call, CALLS)
    until = time.monotonic() + seconds
    while not found[0] or time.monotonic() < until:
        for call, took in zip((ours, theirs), found, strict=True):
            took.extend(_timed(call, CALLS))
    return found


def _timed(call: Callable[[], object], count: int) -> list[float]:
    moments = [time.monotonic()]
    for _ in range(count):
        call()
        moments.append(time.monotonic())
    return [after - before for before, after in pairwise(moments)]


def _of_calls(took: list[float]) -> Latencies:
    return latencies(took, failed=0, lasted=sum(took))


KINDS: dict[str, Callable[[float], dict[str, Latencies]]] = {
    "pymongo": pymongo_alone,
    "box": boxes,
    "kombu": kombu_alone,
    "smpplib": smpplib_alone,
    "calls": calls,
}

if __name__ == "__main__":
    if sys.argv[1] == "kombu":  # as a service's process is
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()
    sys.stdout.buffer.write(orjson.dumps(main(sys.argv[1], float(sys.argv[2]))))
