"""Carry changes of terms through: read, decide, store, publish, note, audit, all in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.errors import PreconditionFailed
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.registry import TERM_CHANGED, TERMS_MOST
from contracts.subjects import parent_of
from services.registry.faults import Fault, Refused
from services.registry.history.noting import note
from services.registry.history.schemas import stamp_of
from services.registry.history.store import HistoryStore
from services.registry.problems import rules_told
from services.registry.taxonomies.domain import Term, TermPut, put, retire
from services.registry.taxonomies.schemas import record
from services.registry.taxonomies.store import TermStore


@dataclass(frozen=True, slots=True)
class TermDesk:
    """Change terms for a call; what that replaces goes into ``history``."""

    store: TermStore
    history: HistoryStore

    def put(self, call: Call, unit: Unit) -> Result:
        """Put a term. Raises ``Invalid`` for one below nothing, or one too many; ``PreconditionFailed``."""
        code = call.request["id"]
        known = self.store.some([code, parent_of(code)], unit.session)
        old = known.pop(code, None)
        _expected(call, old)
        with rules_told():
            if old is None and self.store.count() >= TERMS_MOST:
                raise Refused([Fault("id", "too_many", code)])
            stamp = stamp_of(call, unit.now)
            new = put(old, next(iter(known.values()), None), code, call.request["names"], stamp)
        return self._done(call, unit, old, new, "term.put")

    def retire(self, call: Call, unit: Unit) -> Result:
        """Offer a term no more. Raises ``NotFound`` and ``PreconditionFailed``."""
        old = self.store.get(call.request["id"], unit.session)
        _expected(call, old)
        return self._done(call, unit, old, retire(old), "term.retired")

    def _done(self, call: Call, unit: Unit, old: Term | None, new: Term, action: str) -> Result:
        told = record(new)
        if new is not old:
            (self.store.save if old else self.store.add)(new, unit.session)
            unit.emit(TERM_CHANGED, subject=new.id, version=new.version, payload=told)
            unit.audit(action, new.id)
            note(self.history, [TermPut(new, old)], stamp_of(call, unit.now), unit)
        return Result(new.id, new.version, body=told)


def _expected(call: Call, term: Term | None) -> None:
    if call.if_version is not None and call.if_version != (term.version if term else 0):
        raise PreconditionFailed("The term has changed since it was read.")
