"""Decide what a term may become, and who may bear it. Pure.

::

    (nothing) ──put──▶ offered ──retire──▶ retired ──put──▶ offered

A term's code begins with its parent's, and never changes: so it lies below one subject of needs, for good. None is
removed, since records may bear it, here and in what others have read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from contracts.subjects import SUBJECTS, parent_of, subject_of
from services.registry.faults import Fault, Refused, refuse
from services.registry.history.domain import Stamp

RETIRED = "retired_term"

Names = Mapping[str, str]


class Known(Protocol):
    """Look terms up by their codes."""

    def get(self, code: str, /) -> Term | None:
        """Return the term, or None."""


@dataclass(frozen=True)
class Term:
    """Hold one term, named in Arabic, Persian and English.

    ``registered`` says how its first version came, and is None for one that is older than such stamps.
    """

    id: str
    names: Names
    version: int = 1
    retired: bool = False
    registered: Stamp | None = None

    @property
    def subject(self) -> str:
        """Return the subject that it lies below."""
        return subject_of(self.id)

    @property
    def parent(self) -> str:
        """Return the code of what is right above it: a subject's, or a term's."""
        return parent_of(self.id)


@dataclass(frozen=True, slots=True)
class TermPut:
    """Say that a term is new, or differs from the ``old`` one."""

    term: Term
    old: Term | None


@dataclass(frozen=True, slots=True)
class Borne:
    """Say where in a record a term stands, and which subjects it may lie below."""

    field: str
    code: str
    subjects: Collection[str]


NO_TERMS: Known = MappingProxyType[str, Term]({})
"""No term is known: who reads without a register."""


def put(old: Term | None, parent: Term | None, code: str, names: Names, stamp: Stamp | None = None) -> Term:
    """Return the term as it is to be: on offer, under these names; the very ``old`` one where that says the same.

    A new one bears ``stamp``.
    ``parent`` is the term right above, None where there is none. Raises :class:`Refused` for one that comes on offer,
    and is below no subject and no term on offer.
    """
    named = {language: " ".join(name.split()) for language, name in names.items()}
    offered = parent_of(code) in SUBJECTS or (parent is not None and not parent.retired)
    if not offered and (old is None or old.retired):
        raise Refused([Fault("id", "unknown_parent", code)])
    if old is None:
        return Term(code, named, registered=stamp)
    new = replace(old, names=named, retired=False)
    return old if new == old else replace(new, version=old.version + 1)


def retire(term: Term) -> Term:
    """Return the term, offered no more; the very same one where it is not offered already."""
    return term if term.retired else replace(term, retired=True, version=term.version + 1)


def left_out(borne: Collection[Borne], known: Known, kept: Collection[str], *, of_list: bool) -> list[Fault]:
    """Return why terms of a row of a list are left out: it goes in without those that are retired.

    Its list may be from elsewhere, where they are not. Raises :class:`Refused` for whatever else may not be borne, and
    for those where no list brings them.
    """
    faults = list(misborne(borne, known, kept))
    left = [one for one in faults if of_list and one.code == RETIRED]
    refuse(one for one in faults if one not in left)
    return left


def misborne(borne: Collection[Borne], known: Known, kept: Collection[str] = ()) -> Iterator[Fault]:
    """Yield what is wrong with terms that a record is to bear; ``kept`` are the codes of those that it bears already.

    ``known`` are the terms of the node among them. A retired one may stay where it is, and comes to no other record.
    """
    for one in borne:
        term = known.get(one.code)
        if term is None:
            yield Fault(one.field, "unknown_term", one.code)
        elif term.subject not in one.subjects:
            yield Fault(one.field, "other_subject", one.code)
        elif term.retired and one.code not in kept:
            yield Fault(one.field, RETIRED, one.code)
