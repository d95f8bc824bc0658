"""Count the terms of a package that mean no subject of needs, and the services that nobody finds by a subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cli.hsds_package.shelf import Row


@dataclass(frozen=True, slots=True)
class Unmeant:
    """Hold one term: by what it may be named in a map of subjects, what it is called, and how many services bear it."""

    term: str
    name: str
    services: int


@dataclass
class UnmeantTerms:
    """Count terms by the services that bear them. ``services`` are those for which no term means a subject."""

    services: int = 0
    _bearers: Counter[str] = field(default_factory=Counter)
    _names: dict[str, str] = field(default_factory=dict)

    def note(self, terms: Mapping[str, Row], *, alone: bool) -> None:
        """Note terms of one service that mean nothing; ``alone``: it bears no other."""
        self.services += alone
        self._bearers.update(terms.keys())
        self._names |= {key: term["name"] for key, term in terms.items()}

    def __iter__(self) -> Iterator[Unmeant]:
        """Give the terms, those of most services first."""
        return (Unmeant(term, self._names[term], count) for term, count in self._bearers.most_common())


def keyed(terms: Iterable[Row]) -> dict[str, Row]:
    """Return terms by what names them: a code, as somebody reads it, or else the id or the name."""
    named = ((term["code"] or term.id or term["name"], term) for term in terms)
    return {key: term for key, term in named if key}
