"""Measure how the cost of a read grows with the directory, and what further replicas of a service bring.

A read's cost is its time and processor time with nobody else there: one connection, one request after the other, each
time another question, of a gateway that keeps no answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from random import Random
from urllib.parse import quote, urlencode

from rich.console import Console

from chassis import mongo
from cli.node import Node
from cli.process import wait_until
from cli.roster import API
from contracts.subjects import SUBJECTS
from contracts.text import fold
from demo.qena import NAMES
from services.gateway.directory.documents import SORT_LENGTH
from services.gateway.directory.grid import tile_at
from services.gateway.directory.search import cursors
from services.gateway.tiles.store import Pyramid
from tests.bench import crowd, drive
from tests.bench.drive import Request
from tests.bench.figures import Latencies
from tests.bench.measures import Measure
from tests.bench.processes import gateway, service
from tests.bench.speeds import Speed, speed
from tests.bench.traffic import Traffic
from tests.bench.usage import Meter

WARM_UP = 1.0
SETTLE = 120.0
ASKED = 500  # different questions of a kind
SEARCHES = ("search", "search-one")
SEARCH_AT = 60_000
TILES = {f"tile-{zoom}": zoom for zoom in (5, 9, 12, 15)}
FILTERED = ("tile-area", "tile-term", "tile-words")
"""Tiles of what is not counted; asked up to :data:`SEARCH_AT`, since of an area of 100,000 none is drawn from afar."""
P95_MOST_MS = 30.0  # of searches and tiles
WIDE = 5  # one of so many tiles by area is of the widest there is
COUNTED = 900.0
REPLICAS = (1, 2, 4)
SERVICE = "registry"
IDLE_WHILE_FILLING = ("projector", "importer")


@dataclass(frozen=True)
class Grown:
    """Hold what one kind of read costs at one size of the directory; processor time is that of gateway and database."""

    name: str
    size: int
    figures: Latencies
    cpu_ms: float


def asked_at(size: int) -> list[str]:
    """Return the kinds of reads that are measured at a size."""
    return [name for name in QUESTIONS if size <= SEARCH_AT or name not in FILTERED]


def questions(name: str, size: int) -> list[str]:
    """Return addresses to read of a directory that holds the first ``size`` organizations."""
    chance = Random(size)
    return [QUESTIONS[name](chance.randrange(size)) for _ in range(ASKED)]


def _search(number: int) -> str:
    """Search by what an organization is called after, and the last word before its number: some others fit, too."""
    words = f"{NAMES[number % len(NAMES)]} {crowd.record(number)['name'].split()[-2]}"
    return f"/organizations?limit=20&q={quote(words)}"


def _nearest(number: int) -> str:
    place = crowd.record(number)["locations"][0]
    return f"/organizations?limit=20&near={place['latitude'] + 0.003:.5f},{place['longitude']:.5f}"


def _page(number: int) -> str:
    """Return the page that follows an organization, of all of them or of a subject in an area."""
    record = crowd.record(number)
    place = cursors.write((fold(record["name"])[:SORT_LENGTH], record["id"]))
    subject = record["capabilities"][0]["subject"]
    narrowed = f"&area={record['area']}&subject={subject}" if number % 2 and subject in SUBJECTS else ""
    return f"/organizations?limit=20&cursor={place}{narrowed}"


def _tile(zoom: int) -> Callable[[int], str]:
    """Return what asks for the tile that an organization is in, half of the time with a filter."""

    def ask(number: int) -> str:
        record = crowd.record(number)
        shown = {
            "subject": record["capabilities"][0]["subject"],
            "organization_type": record["organization_type"],
            "international_cooperation": "true" if number % 4 == 1 else "false",
        }
        return _drawn(record, zoom, shown if number % 2 else {})

    return ask


def _drawn(record: crowd.Record, zoom: int, shown: Mapping[str, str]) -> str:
    place = record["locations"][0]
    tile = tile_at(place["longitude"], place["latitude"], zoom)
    narrowed = f"?{urlencode(shown)}" if shown else ""
    return f"/tiles/organizations/{tile.z}/{tile.x}/{tile.y}.mvt{narrowed}"


def _filtered(shown: Callable[[int], Mapping[str, str]]) -> Callable[[int], str]:
    """Return what asks for a tile that an organization is in, of any zoom, by a filter that finds it."""
    zooms = sorted(TILES.values())

    def ask(number: int) -> str:
        return _drawn(crowd.record(number), zooms[number // WIDE % len(zooms)], shown(number))

    return ask


def _area(number: int) -> str:
    """Return the area that an organization is in: its centre, or now and then the governorate, in which all are."""
    *_, governorate, centre = crowd.record(number)["areas"]
    return centre if number % WIDE else governorate


QUESTIONS: Mapping[str, Callable[[int], str]] = {
    "by-id": lambda number: f"/organizations/{crowd.id_of(number)}",
    "search": _search,
    "search-one": lambda number: f"/organizations?limit=20&q={quote(crowd.word_of(number))}",
    "nearest": _nearest,
    "list": _page,
    **{name: _tile(zoom) for name, zoom in TILES.items()},
    "tile-area": _filtered(lambda number: {"area": _area(number)}),
    "tile-term": _filtered(lambda number: {"subject": crowd.term_of(number)}),
    "tile-words": _filtered(lambda number: {"q": NAMES[number % len(NAMES)]}),
}


class Growth:
    """Fill a node's directory step by step, and measure its reads at each."""

    def __init__(self, node: Node, traffic: Traffic, console: Console, seconds: float) -> None:
        """Take the node, and how long each kind of read is measured."""
        self._node = node
        self._traffic = traffic
        self._console = console
        self._seconds = seconds

    def sizes(self, sizes: Sequence[int]) -> Iterator[Grown]:
        """Measure all kinds of reads at these sizes, smallest first."""
        filled = 0
        for size in sorted(sizes):
            self.fill(range(filled, size))
            filled = size
            with gateway(self._node, 1, cache_seconds="0") as (url, pid):
                meter = Meter({"mongo": self._node.pid("mongo"), API: pid})
                for name in asked_at(size):
                    yield self._measured(name, size, url, meter)

    def fill(self, numbers: range) -> None:
        """Put organizations into the directory, with all that is found and counted of them."""
        directory = mongo.connect(self._node.config, "gateway")[crowd.NAME]
        with directory.database.client, self._idle(), self._console.status("Filling the directory") as status:
            crowd.fill(directory, numbers, lambda done: status.update(f"Filling the directory: {done:,}"))
            Pyramid(directory.database).count_anew()
        with self._console.status("Counting what tiles show"):
            self._wait_for_counts()

    def _wait_for_counts(self) -> None:
        counting = mongo.connect(self._node.config, "gateway")["directory_counting"]
        with counting.database.client:
            wait_until(lambda: counting.find_one({"counted_to": None}) is not None, "the counts of tiles", COUNTED)

    @contextmanager
    def _idle(self) -> Iterator[None]:
        """Keep those away that write the directory: they would make its indexes too soon."""
        for name in IDLE_WHILE_FILLING:
            self._node.stop(name)
        yield
        for name in IDLE_WHILE_FILLING:
            self._node.start(name)
        for name in IDLE_WHILE_FILLING:
            self._node.wait_ready(name)

    def _measured(self, name: str, size: int, url: str, meter: Meter) -> Grown:
        self._settle()
        requests = map(Request, cycle(questions(name, size)))
        drive.closed_loop(url, requests, WARM_UP, connections=1)
        with meter.reading() as used:
            found = drive.figures_of(drive.closed_loop(url, requests, self._seconds, connections=1))
        cpu = sum(used.milliseconds_each(found.count).get(one, 0.0) for one in ("mongo", API))
        return Grown(name, size, found, round(cpu, 2))

    def _settle(self) -> None:
        """Return when the database has ended what nobody waits for any more."""
        client = mongo.connect(self._node.config, "gateway").client
        going = {"$match": {"active": True, "ns": {"$regex": f"{crowd.NAME}$"}, "secs_running": {"$gte": 1}}}
        with client, suppress(TimeoutError):
            wait_until(lambda: not list(client.admin.aggregate([{"$currentOp": {}}, going])), "rest", SETTLE)

    # Replicas

    def replicas(self) -> list[Speed]:
        """Read the register itself, by RPC, with one, two and four replicas of the service behind it."""
        requests = self._traffic.private_reads()
        with ExitStack() as stack:
            lines, pids = list[Speed](), list[int]()
            for count in REPLICAS:
                pids += [stack.enter_context(service(self._node, SERVICE)) for _ in range(count - 1 - len(pids))]
                lines.append(self._with_replicas(count, requests, pids))
        return lines

    def _with_replicas(self, count: int, requests: list[Request], pids: list[int]) -> Speed:
        meter, url = Meter.of(self._node), self._node.config.public_url
        for number, pid in enumerate(pids, 2):
            meter = meter.with_(f"{SERVICE} {number}", pid)
        drive.closed_loop(url, cycle(requests), WARM_UP)
        with meter.reading() as used:
            found = drive.figures_of(drive.closed_loop(url, cycle(requests), self._seconds))
        return speed(f"private read, {SERVICE} x {count}", f"closed, {drive.CONNECTIONS}", found, used)


def growth_of(found: Sequence[Grown]) -> list[Measure]:
    """Compare each kind of read at the largest size with the smallest: it may grow with the logarithm.

    A tile shows the more the more there is, up to what is clustered; so it has a limit instead, at every size.
    """
    tiles = (*TILES, *FILTERED)
    names = [name for name in dict.fromkeys(one.name for one in found) if name not in tiles]
    lines = [_of_kind([one for one in found if one.name == name]) for name in names]
    limited = [one for one in found if (one.size == SEARCH_AT and one.name in SEARCHES) or one.name in tiles]
    return [*lines, *map(_p95, limited)]


def _of_kind(found: Sequence[Grown]) -> Measure:
    first, last = found[0], found[-1]
    ratio = round(last.figures.p50 / first.figures.p50, 2) if first.figures.p50 else 0.0
    allowed = round(math.log(last.size) / math.log(first.size), 2)
    met = ratio <= allowed and not first.figures.failed and not last.figures.failed
    name = f"{first.name}, p50 at {last.size:,} beside {first.size:,} records"
    note = "; ".join(_costs(one) for one in found)
    return Measure(name, "ms", last.figures.p50, first.figures.p50, ratio, f"<= {allowed} x", met, note)


def _costs(one: Grown) -> str:
    failed = f", {one.figures.failed} of {one.figures.count} failed" if one.figures.failed else ""
    return f"{one.size:,}: p95 {one.figures.p95} ms, {one.cpu_ms} ms of CPU{failed}"


def _p95(one: Grown) -> Measure:
    target, met = f"< {P95_MOST_MS:g} ms", one.figures.p95 < P95_MOST_MS and not one.figures.failed
    return Measure(f"{one.name}, p95 at {one.size:,} records", "ms", one.figures.p95, None, None, target, met)
