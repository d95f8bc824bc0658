"""Measure the map, the search and the rebuild of a large directory, and pygeoapi beside it in the same run.

What pygeoapi serves are our own features, so that a page of a hundred is as long there as it is here; and it runs with
as many worker processes. Where it or PostGIS cannot be had, a line says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from itertools import accumulate, cycle
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import orjson
from pymongo.database import Database
from rich.console import Console

from chassis import clock, mongo
from cli.node import Node
from cli.process import wait_until
from services.gateway.directory.grid import NOWHERE
from services.gateway.directory.rebuild_store import READ, STAGES, RebuildStore
from tests.bench import crowd, drive, load, peers
from tests.bench.drive import Outcome, Request
from tests.bench.figures import Latencies
from tests.bench.growth import FILTERED, Growth, asked_at, questions
from tests.bench.limits import at_least
from tests.bench.measures import SHOWN, Measure
from tests.bench.peers import NoPeer, Source
from tests.bench.processes import gateway, raw

NAME = "peers"
SIZE = 60_000
REBUILT_MOST = 200_000
"""Organizations of which the rebuild is measured. The first so many of a larger directory differ, and then it ends."""
WARM_UP = 1.0
PEER_WARM_UP = 5.0  # its processes read their settings and connect with their first answers
PEER_TIMEOUT = 100.0  # seconds that one answer of pygeoapi's may take
BOXES, SIDE, LIMIT = 300, 0.012, 100  # degrees on each side of an organization
TILE = "tile-12"
TILES_KEPT = 20
SERVICES_PAGES = 50
SERVED_RATE = 50.0  # reads a second while the directory is rebuilt
REBUILD_PATIENCE = 900.0
TYPED = (
    "سند الجار",
    "نبع الخير دشنا",
    "الوحدة الاجتماعية",
    "انجمن قوص",
    "نجع حمادی",
    "nag hammadi",
    "qena association",
)
"""What people type: Arabic, Persian and English, each found by some."""

Record = dict[str, Any]
Box = tuple[float, float, float, float]


class Beside:
    """Measure one node, whose directory is filled with so many made-up organizations, each with a service."""

    def __init__(self, node: Node, growth: Growth, console: Console, home: Path, seconds: float) -> None:
        """Take the node, what fills its directory, and how long each load lasts."""
        self._node = node
        self._growth = growth
        self._console = console
        self._home = home
        self._environment = node.home.parent / "peers"
        self._seconds = seconds
        self._url = node.config.mongo_url
        self._processes = node.config.api_processes

    def of(self, size: int) -> Iterator[list[Measure]]:
        """Measure everything at a size; give the lines as they come."""
        self._growth.fill(range(size))
        self._fill_services(size)
        yield self._items(size)
        yield self._tiles(size)
        yield [self._typed(), self._pages()]
        yield [self._rebuild(size)]

    def _fill_services(self, size: int) -> None:
        database = mongo.connect(self._node.config, "gateway")
        with database.client, self._console.status("Filling the directory with services"):
            crowd.fill_services(database, range(size))

    # Features within a box

    def _items(self, size: int) -> list[Measure]:
        """Read a hundred features of a box, each time another: ours, pygeoapi on both databases, and pymongo alone."""
        boxes = boxes_of(size)
        paths = self._file("items.txt", map(items_path, boxes))
        own = self._file("own-items.txt", (f"/ogc{items_path(box)}" for box in boxes))
        with gateway(self._node, self._processes, cache_seconds="0") as (url, _):
            ours = self._rate(url, own)
        lines = []
        try:
            with self._console.status("Filling MongoDB for pygeoapi"):
                source = peers.in_mongo(self._url, self._features())
            lines.append(self._raw(own, boxes))
            lines.append(self._peer("pygeoapi on MongoDB", 100.0, lambda: nullcontext(source), ours, paths))
        finally:
            peers.forget(self._url)
        lines.append(self._peer("pygeoapi on PostGIS", 3.0, lambda: peers.in_postgis(self._features()), ours, paths))
        return lines

    def _features(self) -> Iterator[Record]:
        """Yield the features that the node serves, in the order in which they were written."""
        database = mongo.connect(self._node.config, "gateway")
        with database.client:
            found = database[crowd.NAME].find({"cell": {"$lt": NOWHERE}}, {"item": 1}).hint([("$natural", 1)])
            yield from (feature_of(one["item"]) for one in found)

    def _raw(self, paths: Path, boxes: Sequence[Box]) -> Measure:
        """Read them with one worker process, and with pymongo and orjson in one process."""
        with gateway(self._node, 1, cache_seconds="0") as (url, _):
            ours = self._rate(url, paths)
        file = self._file("boxes.txt", (",".join(map(str, box)) for box in boxes))
        told = {"BENCH_MONGO_URL": self._url, "BENCH_DATABASE": peers.DATABASE, "BENCH_BOXES": str(file)}
        alone = raw("box", self._seconds, told)["box"]
        note = f"one worker process; p95 {ours.p95} ms; pymongo in threads: p95 {alone['p95']} ms{_failed(ours)}"
        line = at_least("100 features of a box, beside pymongo and orjson", ours.rate, alone["rate"], 0.5, note=note)
        return unfailing(line, ours)

    def _peer(
        self,
        name: str,
        least: float,
        filled: Callable[[], AbstractContextManager[Source]],
        ours: Latencies,
        paths: Path,
    ) -> Measure:
        line = f"100 features of a box, beside {name}"
        try:
            with ExitStack() as stack:
                with self._console.status(f"Preparing {name}"):
                    source = stack.enter_context(filled())
                    url = stack.enter_context(peers.pygeoapi(source, self._processes, self._home, self._environment))
                theirs = self._peer_rate(url, paths)
        except (NoPeer, TimeoutError) as error:
            return Measure(line, "requests/s", round(ours.rate, 1), None, None, SHOWN, True, f"not measured: {error}")
        if not theirs.rate:
            note = f"not compared: theirs answered nothing within {PEER_TIMEOUT:g} s"
            return Measure(line, "requests/s", round(ours.rate, 1), None, None, SHOWN, True, note)
        note = f"{self._processes} processes each; p95 {ours.p95} ms, theirs {theirs.p95} ms"
        note += _failed(ours) + _failed(theirs, "theirs")
        return unfailing(at_least(line, ours.rate, theirs.rate, least, note=note), ours, theirs)

    def _rate(self, url: str, paths: Path) -> Latencies:
        load.each(url, WARM_UP, paths)
        return load.each(url, self._seconds, paths)

    def _peer_rate(self, url: str, paths: Path) -> Latencies:
        """Read with a connection for each of its processes, which do no more at once; wait for the last."""
        requests = map(Request, cycle(paths.read_text("utf-8").split()))
        options = {"connections": self._processes, "timeout": PEER_TIMEOUT}
        drive.closed_loop(url, requests, PEER_WARM_UP, **options)
        return drive.figures_of(drive.closed_loop(url, requests, self._seconds, **options))

    def _file(self, name: str, lines: Iterable[str]) -> Path:
        path = self._home / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    # One after the other

    def _tiles(self, size: int) -> list[Measure]:
        """Read tiles of a quarter's size, each time another, and a few again and again; then those of filters."""
        asked = questions(TILE, size)
        with gateway(self._node, 1, cache_seconds="0") as (url, _):
            fresh = self._alone(url, asked)
            narrowed = {name: self._alone(url, questions(name, size)) for name in FILTERED if name in asked_at(size)}
        with gateway(self._node, 1, cache_seconds="2") as (url, _):
            kept = self._alone(url, asked[:TILES_KEPT])
        return [
            below("tile of zoom 12, p95", fresh, 30.0),
            below("the same, kept by the gateway, p95", kept, 3.0),
            *(below(f"{name}, p95", found, 30.0) for name, found in narrowed.items()),
        ]

    def _typed(self) -> Measure:
        """Search as people type: after each letter of a few words of three languages."""
        asked = [f"/organizations?limit=20&q={quote(one)}" for words in TYPED for one in keystrokes(words)]
        with gateway(self._node, 1, cache_seconds="0") as (url, _):
            return below(f"search at each of {len(asked)} keystrokes, p95", self._alone(url, asked), 30.0)

    def _alone(self, url: str, asked: Sequence[str]) -> Latencies:
        requests = map(Request, cycle(asked))
        drive.closed_loop(url, requests, WARM_UP, connections=1)
        return drive.figures_of(drive.closed_loop(url, requests, self._seconds, connections=1))

    # HSDS

    def _pages(self) -> Measure:
        """Read HSDS's list of services, a hundred a page, one page after the other."""
        asked = self._file(
            "pages.txt", (f"/hsds/services?per_page=100&page={1 + one}" for one in range(SERVICES_PAGES))
        )
        with gateway(self._node, self._processes, cache_seconds="0") as (url, _):
            found = self._rate(url, asked)
        met, note = found.rate >= 20 and not found.failed, f"p95 {found.p95} ms{_failed(found)}"
        return Measure("HSDS page of 100 services", "pages/s", round(found.rate, 1), None, None, ">= 20", met, note)

    # Rebuild

    def _rebuild(self, size: int) -> Measure:
        """Rebuild the directory from a register of the same organizations, while it is read."""
        name, target = "records rebuilt while the directory is read", ">= 2000"
        registry, gateway_ = (mongo.connect(self._node.config, one) for one in ("registry", "gateway"))
        with registry.client, gateway_.client:
            with self._console.status("Filling the register"):
                crowd.fill_register(registry, range(size))
                unrender(gateway_)
            with self._reading() as outcomes:
                rate, seen = self._rebuilt(RebuildStore(gateway_), min(size, REBUILT_MOST))
        read = drive.figures_of(outcomes)
        note = (
            f"{seen} organizations written again; meanwhile {read.rate:.0f} reads/s, p95 {read.p95} ms{_failed(read)}"
        )
        return Measure(name, "records/s", round(rate), None, None, target, rate >= 2_000 and not read.failed, note)

    def _rebuilt(self, store: RebuildStore, most: int) -> tuple[float, int]:
        """Return how many organizations a second were read, and how many, up to so many."""
        asked = store.request("operator:bench", clock.now())
        step = STAGES.index((READ, "organizations"))

        def stands() -> Record:
            return store.find(asked["_id"]) or asked

        wait_until(lambda: stands()["step"] >= step, "the rebuild", REBUILD_PATIENCE, interval=0.02)
        before, began = stands()["seen"], time.monotonic()
        wait_until(
            lambda: (now := stands())["step"] > step or now["seen"] >= before + most,
            "the rebuild",
            REBUILD_PATIENCE,
            interval=0.02,
        )
        lasted = time.monotonic() - began
        seen = stands()["seen"] - before
        return seen / lasted, seen

    @contextmanager
    def _reading(self) -> Iterator[list[Outcome]]:
        """Read organizations at a fixed rate while the block lasts; all that came of it is there at its end."""
        ended, outcomes = Event(), list[Outcome]()
        paths = cycle([f"/organizations/{crowd.id_of(number)}" for number in range(1_000)])
        url = self._node.config.public_url

        def run() -> None:
            while not ended.is_set():
                join(outcomes, drive.open_loop(url, map(Request, paths), 1.0, rate=SERVED_RATE, connections=8))

        thread = Thread(target=run)
        thread.start()
        try:
            yield outcomes
        finally:
            ended.set()
            thread.join()


def feature_of(item: bytes) -> Record:
    """Return a feature that we serve as others take it: its id stands beside its properties alone."""
    feature = orjson.loads(item)
    properties = {name: value for name, value in feature["properties"].items() if name != "id"}
    return {**feature, "properties": properties}


def boxes_of(size: int) -> list[Box]:
    """Return boxes around organizations: west, south, east, north."""
    chance = Random(size)
    places = [crowd.record(chance.randrange(size))["locations"][0] for _ in range(BOXES)]
    return [_around(place["longitude"], place["latitude"]) for place in places]


def items_path(box: Box) -> str:
    """Return the address, below a service's own, of the features within a box."""
    return f"/collections/organizations/items?f=json&limit={LIMIT}&bbox={','.join(map(str, box))}"


def join(outcomes: list[Outcome], more: Iterable[Outcome]) -> None:
    """Add what became of a further run: its requests are others, though their numbers begin anew."""
    for one in more:
        outcomes.append(replace(one, number=len(outcomes)))


def keystrokes(words: str) -> list[str]:
    """Return what stands in a field after each letter of some words; a space alone asks for nothing new."""
    return [typed for typed in accumulate(words) if not typed.endswith(" ")]


def below(name: str, found: Latencies, most_ms: float) -> Measure:
    """Return the line of what has a limit of its own, by its p95."""
    note = f"p50 {found.p50} ms, {found.count} asked one after the other{_failed(found)}"
    met = found.p95 < most_ms and not found.failed and bool(found.count)
    return Measure(name, "ms", found.p95, None, None, f"< {most_ms:g} ms", met, note)


def unfailing(line: Measure, *found: Latencies) -> Measure:
    """Return a line, not met where some of its requests failed: wrk counts a quick refusal as speed."""
    return replace(line, met=line.met and not any(one.failed for one in found))


def unrender(database: Database[Record]) -> None:
    """Let the first organizations differ from what a rebuild makes of them, so that each is written again."""
    first = {"_id": {"$lt": crowd.id_of(REBUILT_MOST)}}
    database["directory_organizations"].update_many(first, {"$set": {"hsds": b""}})


def _around(longitude: float, latitude: float) -> Box:
    west, south = round(longitude - SIDE, 5), round(latitude - SIDE, 5)
    return west, south, round(longitude + SIDE, 5), round(latitude + SIDE, 5)


def _failed(found: Latencies, whose: str = "ours") -> str:
    return f"; {found.failed} of {found.count} of {whose} failed" if found.failed else ""
