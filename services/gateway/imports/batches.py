"""Cut a file's rows into batches: the same rows and plan give the same batches each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.gateway.imports.domain import BATCH_BYTES, BATCH_ROWS, Counts, Finding, Severity
from services.gateway.imports.draft import Plan, column_of
from services.gateway.imports.rows import Built, build, field_of
from services.gateway.imports.table import Row


@dataclass(frozen=True, slots=True)
class Batch:
    """Hold one batch: its number from 0, and its rows in their order, those that were rejected here among them."""

    number: int
    rows: tuple[Built, ...]

    @property
    def wire(self) -> list[dict[str, Any]]:
        """Return the rows that go to the registry."""
        return [{"row": row.row, "organization": row.organization} for row in self.rows if row.organization is not None]


def batches(rows: Iterable[Row], plan: Plan, number: int = 0) -> Iterator[Batch]:
    """Yield batches of at most :data:`BATCH_ROWS` rows and :data:`BATCH_BYTES` bytes, numbered from ``number``."""
    held: list[Built] = []
    size = 0
    for row in rows:
        built = build(row, plan)
        weight = len(orjson.dumps(built.organization))
        if held and (len(held) == BATCH_ROWS or size + weight > BATCH_BYTES):
            yield Batch(number, tuple(held))
            number, held, size = number + 1, [], 0
        held.append(built)
        size += weight
    if held:
        yield Batch(number, tuple(held))


def outcome(batch: Batch, results: Sequence[dict[str, Any]], plan: Plan) -> tuple[list[Finding], Counts]:
    """Return the findings and counts of a batch, of its own problems and of what the registry answered for its rows."""
    answered = {result["row"]: result for result in results}
    findings = []
    counts = dict.fromkeys(("created", "updated", "unchanged", "rejected", "warned"), 0)
    for row in batch.rows:
        result = answered.get(row.row)
        became = result["outcome"] if result else "rejected"
        severity = Severity.ERROR if became == "rejected" else Severity.WARNING
        told = [_told(problem, plan, severity) for problem in result["problems"]] if result else []
        counts[became] += 1
        problems = [problem.as_dict() for problem in row.problems] + told
        counts["warned"] += bool(problems) and became != "rejected"
        if problems or became == "rejected":
            findings.append(Finding(row.row, became == "rejected", tuple(problems)))
    return findings, Counts(**counts)


def _told(problem: dict[str, Any], plan: Plan, severity: Severity) -> dict[str, Any]:
    """Return a problem of the registry's as one of ours: with the file's column."""
    field = field_of(problem["field"])
    return {
        "field": field,
        "code": problem["code"],
        "message": dict(problem["message"]),
        "column": column_of(field, plan.mapping),
        "value": problem["value"],
        "severity": str(severity),
    }
