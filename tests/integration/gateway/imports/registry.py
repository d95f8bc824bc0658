"""Stand in for the registry in the tests of a run: it takes each name once, and can fail on demand."""

from __future__ import annotations

from typing import Any

import orjson

from chassis import trace
from chassis.errors import Invalid, Unavailable
from contracts.registry import PAGE_AREAS, PUT_ORGANIZATIONS

AREAS = [
    {"id": "EG", "level": "country", "names": {"ar": "مصر"}, "path": ["EG"], "centre": None},
    {"id": "EG2806", "level": "county", "names": {"ar": "قنا"}, "path": ["EG", "EG28", "EG2806"], "centre": None},
    {"id": "EG29", "level": "governorate", "names": {"ar": "قنا"}, "path": ["EG", "EG29"], "centre": [32.5, 26.1]},
    {"id": "EG2906", "level": "county", "names": {"ar": "قنا"}, "path": ["EG", "EG29", "EG2906"], "centre": None},
    {"id": "EG2904", "level": "county", "names": {"ar": "دشنا"}, "path": ["EG", "EG29", "EG2904"], "centre": None},
    {  # with it ends what lies in it, though that does not say so
        "id": "EG28",
        "level": "governorate",
        "names": {"ar": "الأقصر"},
        "path": ["EG", "EG28"],
        "centre": None,
        "valid_to": "2024-02-29",
    },
]


class FakeRegistry:
    """Answer the two calls of an import, idempotently by key as the real one does.

    ``fails`` counts down answers that never arrive; ``loses`` those that arrive although the effect has happened.
    ``defaults`` are what its version adds to a request, which is part of what a key stands for.
    """

    def __init__(self) -> None:
        self.names: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.asked: dict[str, bytes] = {}
        self.requests: list[dict[str, Any]] = []
        self.traces: set[str] = set()
        self.largest = 0
        self.fails = 0
        self.loses = 0
        self.defaults: dict[str, Any] = {}

    def call(self, contract: Any, request: dict[str, Any], *, key: str = "", timeout: float | None = None) -> Any:
        self.traces.add(trace.current())
        if self.fails:
            self.fails -= 1
            raise Unavailable("no answer")
        if contract is PAGE_AREAS:
            at = int(request["after"] or 0)
            return {"items": AREAS[at : at + 2], "next": str(at + 2) if at + 2 < len(AREAS) else ""}
        assert contract is PUT_ORGANIZATIONS
        asked = orjson.dumps(self.defaults | request)
        if self.asked.setdefault(key, asked) != asked:
            problem = {"field": "Idempotency-Key", "code": "idempotency_key_reused", "message": "Use a new key."}
            raise Invalid("This idempotency key was used for another request.", [problem])
        answer = self.answers.setdefault(key, self._put(request)) if key not in self.answers else self.answers[key]
        if self.loses:
            self.loses -= 1
            raise Unavailable("lost")
        return answer

    def _put(self, request: dict[str, Any]) -> dict[str, Any]:
        contract_fits = PUT_ORGANIZATIONS.request().validate(request)
        assert contract_fits == {}, contract_fits
        self.requests.append({**request, "rows": len(request["rows"])})
        self.largest = max(self.largest, len(orjson.dumps(request)))
        return {"results": [self._row(row, dry_run=request["dry_run"]) for row in request["rows"]]}

    def _row(self, row: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
        name, fields = row["organization"]["name"], row["organization"]
        outcome = "created" if name not in self.names else "unchanged" if self.names[name] == fields else "updated"
        if not dry_run:
            self.names[name] = fields
        return {"row": row["row"], "outcome": outcome, "id": name, "problems": []}
