"""Say what is wrong with a package: file, row, column, value and reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

KEPT = 10_000
NUMBER = re.compile(r"\d+")
VALUE = 80


class NotAPackage(Exception):
    """Say why something is no package that could be read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold one fault, or one ``warning``. The header is row 1; row 0 is the file itself."""

    file: str
    row: int
    column: str
    value: str
    reason: str
    warning: bool = False


@dataclass(slots=True)
class Verdicts:
    """Collect verdicts: all are counted, the first :data:`KEPT` of either kind are kept.

    A row that several records are made of gives its warnings once. ``faulty`` are the files with an error.
    """

    counts: Counter[bool] = field(default_factory=Counter)
    kept: list[Verdict] = field(default_factory=list)
    warned: set[Verdict] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def error(self, file: str, row: int, column: str, value: str, reason: str) -> None:
        """Note what keeps a row out."""
        self.faulty.add(file)
        self._add(Verdict(file, row, column, value[:VALUE], reason))

    def warn(self, file: str, row: int, column: str, value: str, reason: str) -> None:
        """Note what somebody should look at."""
        verdict = Verdict(file, row, column, value[:VALUE], reason, warning=True)
        if verdict not in self.warned:
            self._add(verdict)

    def __iter__(self) -> Iterator[Verdict]:
        """Give errors first, each kind in the order in which it was found."""
        return iter(sorted(self.kept, key=lambda one: one.warning))

    def kinds(self) -> dict[Verdict, list[Verdict]]:
        """Return the verdicts kept that are alike but for row, value and numbers, by the first of each kind."""
        found: dict[tuple[bool, str, str, str], list[Verdict]] = {}
        for one in self:
            found.setdefault((one.warning, one.file, one.column, NUMBER.sub("", one.reason)), []).append(one)
        return {alike[0]: alike for alike in found.values()}

    @property
    def errors(self) -> int:
        """Return how many errors there are."""
        return self.counts[False]

    @property
    def warnings(self) -> int:
        """Return how many warnings there are."""
        return self.counts[True]

    def _add(self, verdict: Verdict) -> None:
        self.counts[verdict.warning] += 1
        if self.counts[verdict.warning] <= KEPT:
            self.kept.append(verdict)
            self.warned.update([verdict] if verdict.warning else ())
