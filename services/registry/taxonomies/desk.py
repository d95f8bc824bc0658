"""Carry changes of terms through: read, decide, store, publish, audit, all in one unit of work."""

from __future__ import annotations

from chassis.errors import PreconditionFailed
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.registry import TERM_CHANGED, TERMS_MOST
from contracts.subjects import parent_of
from services.registry.faults import Fault, Refused
from services.registry.problems import rules_told
from services.registry.taxonomies.domain import Term, put, retire
from services.registry.taxonomies.schemas import record
from services.registry.taxonomies.store import TermStore


def put_term(store: TermStore, call: Call, unit: Unit) -> Result:
    """Put a term. Raises ``Invalid`` for one below nothing, or more than a node may have; ``PreconditionFailed``."""
    code = call.request["id"]
    known = store.some([code, parent_of(code)], unit.session)
    old = known.pop(code, None)
    _expected(call, old)
    with rules_told():
        if old is None and store.count() >= TERMS_MOST:
            raise Refused([Fault("id", "too_many", code)])
        new = put(old, next(iter(known.values()), None), code, call.request["names"])
    return _written(store, unit, old, new, "term.put")


def retire_term(store: TermStore, call: Call, unit: Unit) -> Result:
    """Offer a term no more. Raises ``NotFound`` and ``PreconditionFailed``."""
    old = store.get(call.request["id"], unit.session)
    _expected(call, old)
    return _written(store, unit, old, retire(old), "term.retired")


def _written(store: TermStore, unit: Unit, old: Term | None, new: Term, action: str) -> Result:
    told = record(new)
    if new is not old:
        (store.save if old else store.add)(new, unit.session)
        unit.emit(TERM_CHANGED, subject=new.id, version=new.version, payload=told)
        unit.audit(action, new.id)
    return Result(new.id, new.version, body=told)


def _expected(call: Call, term: Term | None) -> None:
    if call.if_version is not None and call.if_version != (term.version if term else 0):
        raise PreconditionFailed("The term has changed since it was read.")
