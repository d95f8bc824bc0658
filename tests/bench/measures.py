"""Measure one thing each: ours, its baseline in the same minute, the ratio, and whether the target is met."""

from __future__ import annotations

import csv
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import orjson
import psutil
from pymongo.database import Database

from chassis import mongo
from cli.api import Api
from cli.imports import ENDED
from cli.node import Node
from cli.process import wait_until
from demo import cast
from demo.play import Play
from tests.bench import load
from tests.bench.processes import gateway, minimal_fastapi, plain_nameko
from tests.bench.traffic import Traffic

SECONDS = 8.0
WARM_UP = 2.0
FAMILIES, AT_ONCE = 50, 16  # needs are registered of, and so many at a time
MEGABYTE = 1024 * 1024
IMPORT_FIELDS = ("name", "type", "registration number", "county", "latitude", "longitude", "capability", "capacity")

SHOWN = "(shown)"
"""The target of what has none."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Measure:
    """Hold one line of the table. ``target`` is for the ratio where there is a baseline, else for ours."""

    name: str
    unit: str
    ours: float
    baseline: float | None
    ratio: float | None
    target: str
    met: bool
    note: str = ""


def against(name: str, ours: load.Load, baseline: load.Load, least: float) -> Measure:
    """Compare two loads by their rates; a load with failed requests meets nothing."""
    ratio = round(ours.rate / baseline.rate, 2) if baseline.rate else 0.0
    note = f"p50 {ours.p50:.1f} ms, p99 {ours.p99:.1f} ms; baseline p50 {baseline.p50:.1f} ms"
    if ours.failed or baseline.failed:
        note += f"; failed requests: ours {ours.failed}, baseline {baseline.failed}"
    met = ratio >= least and not ours.failed and not baseline.failed
    return Measure(name, "requests/s", round(ours.rate, 1), round(baseline.rate, 1), ratio, f">= {least} x", met, note)


class Bench:
    """Measure one node that runs with the demo directorate on it."""

    def __init__(self, node: Node, play: Play, home: Path, seconds: float = SECONDS) -> None:
        """Take the node, and whom to act as."""
        self._node = node
        self._play = play
        self._home = home
        self._seconds = seconds
        self._url = node.config.public_url
        self._plain = {"BENCH_MONGO_URL": node.config.mongo_url, "BENCH_DATABASE": "bench_plain"}
        self._client = mongo.connect(node.config, "gateway").client

    def close(self) -> None:
        """Remove what the baselines wrote, and close the connection."""
        self._client.drop_database("bench_plain")
        self._client.close()

    # Reads

    def reads(self) -> list[Measure]:
        """Read one organization: ours, through plain Nameko, and through a minimal FastAPI application.

        All ask the database each time. What keeping answers for a moment brings is shown on a line of its own.
        """
        organization = self._play.operator.get("/organizations", limit=1)["items"][0]
        self._client["bench_plain"]["organizations"].replace_one(
            {"_id": organization["id"]}, {"_id": organization["id"], **organization}, upsert=True
        )
        path = f"/organizations/{organization['id']}"
        with gateway(self._node, self._node.config.api_processes, cache_seconds="0") as (url, _):
            ours = self._warm(f"{url}{path}")
        kept = self._warm(f"{self._url}{path}")
        with plain_nameko(self._node.broker_url, self._plain, self._home) as url:
            nameko = self._warm(f"{url}{path}")
        with minimal_fastapi(self._node.config.api_processes, self._plain, self._home) as url:
            fastapi = self._warm(f"{url}{path}")
        return [
            against("read one organization, beside plain Nameko", ours, nameko, 3.0),
            against("read one organization, beside minimal FastAPI", ours, fastapi, 1.3),
            Measure("the same, answers kept as shipped", "requests/s", round(kept.rate, 1), None, None, SHOWN, True),
        ]

    def _warm(self, url: str) -> load.Load:
        load.get(url, WARM_UP)
        return load.get(url, self._seconds)

    # Writes

    def referrals(self) -> Measure:
        """Post referrals, relay and consumers running: ours, and a plain Nameko POST over the same hops."""
        bodies = self._referrals_to_post()
        ours = load.post(f"{self._url}/referrals", self._seconds, bodies, self._play.worker._token)
        with plain_nameko(self._node.broker_url, self._plain, self._home) as url:
            baseline = load.post(f"{url}/referrals", self._seconds, bodies)
        return against("POST of a referral, beside plain Nameko", ours, baseline, 0.5)

    def _referrals_to_post(self) -> Path:
        """Register as many needs as may be referred in the time, of families in turn, and write a request for each.

        What changes one family is done one after the other: many needs of one at once wait for longer than a call may.
        """
        agencies = [
            one["id"]
            for one in self._play.operator.get("/organizations", subject=cast.NEED["subject"], limit=100)["items"]
        ]
        families = Traffic(self._play, self._url).families(FAMILIES)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            needs = list(pool.map(self._need, islice(cycle(families), int(self._seconds * 250))))
        bodies = self._home / "referrals.jsonl"
        lines = [
            orjson.dumps({"need": need, "organization": agencies[n % len(agencies)]}) for n, need in enumerate(needs)
        ]
        bodies.write_bytes(b"\n".join(lines) + b"\n")
        return bodies

    def _need(self, family: str) -> str:
        request = {"subject": cast.NEED["subject"], "urgency": "normal"}
        return str(self._play.worker.post(f"/families/{family}/needs", json=request)[0]["id"])

    # Events

    def event_latency(self, times: int = 40) -> Measure:
        """Time an event from its commit to the effect of its consumer, on an idle node, both seen by change streams."""
        registry = mongo.connect(self._node.config, "registry")
        directory = mongo.connect(self._node.config, "gateway")
        try:
            delays = [self._one_latency(registry, directory, number) for number in range(times)]
        finally:
            registry.client.close()
            directory.client.close()
        median = round(statistics.median(delays) * 1000, 1)
        note = f"p90 {sorted(delays)[int(times * 0.9)] * 1000:.1f} ms, {times} events"
        return Measure("event from commit to effect, idle", "ms", median, None, None, "< 50 ms", median < 50, note)

    def _one_latency(self, registry: Database[Any], directory: Database[Any], number: int) -> float:
        inserted = [{"$match": {"operationType": "insert"}}]
        with (
            ThreadPoolExecutor(2) as pool,
            registry["outbox"].watch(inserted) as commits,
            directory["directory_organizations"].watch() as effects,
        ):
            seen = [pool.submit(_first, stream) for stream in (commits, effects)]
            self._play.operator.post("/organizations", json=self._organization(number))
            committed, applied = (one.result(timeout=30) for one in seen)
        return float(applied - committed)

    def _organization(self, number: int) -> Record:
        county = self._play.county(cast.COUNTY)
        return {
            "name": f"جمعية قياس {time.time_ns()}-{number}",
            "organization_type": "community",
            "locations": [{"latitude": 26.12, "longitude": 32.46, "area": county["id"]}],
        }

    # Import

    def imports(self, rows: int = 10_000) -> Measure:
        """Import a spreadsheet, and stop the clock when the directory shows its last organization."""
        path = self._spreadsheet(rows)
        before = self._play.operator.get("/figures")["organizations"]
        began = time.monotonic()
        with path.open("rb") as content:
            state, _ = self._play.operator.post("/imports", files={"file": (path.name, content, "text/csv")})
        while state["status"] not in ENDED:
            time.sleep(0.2)
            state = self._play.operator.get(f"/imports/{state['id']}")
        directory = mongo.connect(self._node.config, "gateway")["directory_organizations"]
        wait_until(
            lambda: directory.estimated_document_count() >= before + state["counts"]["created"], "directory", 120
        )
        rate = round(state["counts"]["created"] / (time.monotonic() - began), 0)
        directory.database.client.close()
        note = f"{state['counts']['created']} of {rows} rows created"
        met = rate >= 1500 and state["counts"]["created"] == rows
        return Measure("import until the directory shows the last", "rows/s", rate, None, None, ">= 1500", met, note)

    def _spreadsheet(self, rows: int) -> Path:
        path = self._home / "many.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(IMPORT_FIELDS)
            stamp = int(time.time())
            for row in range(rows):
                place = (26.05 + row % 200 / 1000, 32.40 + row % 300 / 1000)
                writer.writerow(
                    [f"جمعية تنمية المجتمع {stamp} {row}", "community", f"{stamp}{row:06d}", "دشنا", *place, "food", 10]
                )
        return path

    # Memory

    def memory(self) -> list[Measure]:
        """Read the resident memory of each of our processes, children included, after all that load."""
        return [
            self._memory(name) for name in ("registry", "referrals", "notifications", "projector", "importer", "api")
        ]

    def _memory(self, name: str) -> Measure:
        process = psutil.Process(self._node.pid(name))
        each = [one.memory_info().rss / MEGABYTE for one in (process, *process.children(recursive=True))]
        worst = round(max(each), 0)
        note = f"{len(each)} process(es)" if len(each) > 1 else ""
        return Measure(f"memory of {name} after the load", "MB", worst, None, None, "< 150 MB", worst < 150, note)


def _first(stream: Any) -> float:
    next(stream)
    return time.monotonic()


def sign_in(api: Api) -> None:
    """Have a client take its token, so that a load may use it."""
    api.get("/needs", limit=1)
