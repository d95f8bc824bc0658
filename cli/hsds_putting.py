"""Hand a package's rows to the registry: organizations first, then the services of each that it took.

A service speaks of the places and programmes of its organization by the registry's ids: those of places are told when
the organization is put, those of programmes are read of each organization that has services. Memory holds one batch,
and the ids of the organizations and their places.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from cli.context import OPERATOR
from cli.hsds_package import organizations, services
from cli.hsds_package.making import Maker, Record
from cli.hsds_package.services import Home
from cli.hsds_package.shelf import Row
from cli.hsds_package.verdicts import Verdicts
from contracts.envelope import RpcContract
from contracts.registry import (
    BATCH_ROWS,
    BATCH_SERVICES,
    GET_ORGANIZATION,
    PUT_ORGANIZATIONS,
    PUT_SERVICES,
)

BATCH_BYTES = 500_000
PROGRAM = ("name", "alternate_name", "description")
"""What tells one programme from another."""
CREATOR = "operator:cli"

Made = tuple[Row, Record]


@dataclass(frozen=True, slots=True)
class Taken:
    """Say what became of an organization, and what it and its places are called in the register."""

    outcome: str
    id: str
    places: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """Hold what became of the rows, by kind, and what the registry said against some of them.

    ``untried`` are services of a dry run whose organization is not there yet; ``left`` are those whose organization
    was not taken, or was wrong itself.
    """

    organizations: Counter[str] = field(default_factory=Counter)
    services: Counter[str] = field(default_factory=Counter)
    problems: Verdicts = field(default_factory=Verdicts)
    untried: int = 0
    left: int = 0

    @property
    def rejected(self) -> int:
        """Return how many rows did not go in."""
        return self.organizations["rejected"] + self.services["rejected"] + self.left


@dataclass(slots=True)
class Importer:
    """Put a package. ``source`` names the list that its ids belong to; ``moved`` is told of each row.

    ``own_ids``: the package was written by this node, and its ids are those of the register.
    """

    client: RpcClient
    maker: Maker
    source: str
    language: str
    dry_run: bool
    own_ids: bool = False
    moved: Callable[[], None] = lambda: None
    report: Report = field(default_factory=Report)
    import_id: str = field(default_factory=new_id)
    batch: int = 0

    def run(self) -> Report:
        """Put all rows. An import that is broken off may be run again: what is there already stays as it is."""
        taken = self._organizations()
        for batch in _batches(self._services(taken), BATCH_SERVICES):
            self._put(PUT_SERVICES, "service", batch, self.report.services)
        return self.report

    def _organizations(self) -> dict[str, Taken]:
        """Put the organizations, and return what each became, by its id in the package."""
        taken = {}
        for batch in _batches(organizations.rows(self.maker), BATCH_ROWS):
            results = self._put(PUT_ORGANIZATIONS, "organization", batch, self.report.organizations)
            for (row, _), result in zip(batch, results, strict=True):
                taken[row.id] = Taken(result["outcome"], result["id"], tuple(result.get("locations", ())))
        return taken

    def _services(self, taken: dict[str, Taken]) -> Iterator[Made]:
        """Yield the services of each organization that the registry took; count those of the others."""
        shelf = self.maker.reading.shelf
        self.report.left += shelf.of_none("services", "organizations")
        for organization_id, became in taken.items():
            count = len(shelf.children("services", "organization_id", organization_id))
            if became.outcome == "rejected":
                self.report.left += count
            elif not became.id:
                self.report.untried += count
            elif count:
                yield from services.rows(self.maker, organization_id, self._home(organization_id, became))

    def _home(self, organization_id: str, became: Taken) -> Home:
        """Return what the places of an organization are called in the register, and its programmes by their positions.

        In a dry run new places are not there yet. The register keeps programmes in its own order.
        """
        record = self.client.call(GET_ORGANIZATION, {"id": became.id}, actor=OPERATOR)
        there = {one["id"] for one in record["locations"]}
        places = organizations.places(self.maker, organization_id)
        programs = self.maker.owned("programs", "organization_id", organization_id)
        named = {row.id: id_ for row, id_ in zip(places, became.places, strict=False) if id_ in there}
        return Home(became.id, named, _called(self.maker, programs, record["programs"]))

    def _put(self, contract: RpcContract, kind: str, batch: list[Made], counts: Counter[str]) -> list[dict[str, Any]]:
        request = {
            "import": self.import_id,
            "number": self.batch,
            "source": self.source,
            "creator": CREATOR,
            "dry_run": self.dry_run,
            "own_ids": self.own_ids,
            "unordered": True,
            "rows": [{"row": row.number, kind: made} for row, made in batch],
        }
        self.batch += 1
        key = f"{self.import_id}:{request['number']}"
        results: list[dict[str, Any]] = self.client.call(contract, request, actor=OPERATOR, key=key)["results"]
        for (row, _), result in zip(batch, results, strict=True):
            counts[result["outcome"]] += 1
            self._tell(row, result)
            self.moved()
        return results

    def _tell(self, row: Row, result: dict[str, Any]) -> None:
        tell = self.report.problems.error if result["outcome"] == "rejected" else self.report.problems.warn
        for one in result["problems"]:
            tell(row.file, row.number, one["field"], one["value"], one["message"].get(self.language) or one["code"])


def _called(maker: Maker, rows: Sequence[Row], known: Sequence[Record]) -> dict[str, str]:
    """Return what programmes are called in the register: by what they say, others in their order."""
    ids = defaultdict(list)
    for one in known:
        ids[_said(one)].append(one["id"])
    called = {row.id: same.pop(0) for row in rows if (same := ids[_said(maker.program(row))])}
    others = (id_ for same in ids.values() for id_ in same)
    return called | dict(zip((row.id for row in rows if row.id not in called), others, strict=False))


def _said(program: Record) -> tuple[str, ...]:
    return tuple(" ".join(program.get(name, "").split()) for name in PROGRAM)


def _batches(made: Iterator[Made], most: int) -> Iterator[list[Made]]:
    """Yield rows in lists that one message carries: not too many, and not too large."""
    batch: list[Made] = []
    size = 0
    for one in made:
        weight = len(orjson.dumps(one[1]))
        if batch and (len(batch) == most or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += weight
    if batch:
        yield batch
