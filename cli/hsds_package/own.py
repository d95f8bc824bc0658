"""Say which terms of the node's own the terms of a package are, and count those that the node lacks.

A package means such a term by its code, ``health.dialysis``, or by the id that this term has on every node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from cli.hsds_package.shelf import Row
from cli.hsds_package.verdicts import Verdicts
from contracts.registry.words import LONGEST_ID, TERM_CODE
from contracts.subjects import SUBJECTS, subject_of
from services.gateway.hsds.taxonomies import ids

LACKING = (
    "the node lacks this term, which {count:,} records bear; add it with `tashbik terms add {code}`, then import again"
)


@dataclass
class OwnTerms:
    """Hold the ``codes`` of the node's own terms, retired ones too; None where no node is asked, so that none lacks."""

    codes: Collection[str] | None = None
    bearers: Counter[str] = field(default_factory=Counter)
    rows: dict[str, Row] = field(default_factory=dict)

    def code(self, term: Row) -> str:
        """Return the code that a term of a package has, if it may be one of the node's own; or else nothing."""
        spelled = (one for one in (term["code"], term.id, term["name"]) if _is_code(one))
        return next(spelled, "") or self._by_id.get(term.id, "")

    def has(self, code: str) -> bool:
        """Tell whether the node has the term of a code, as far as anybody knows."""
        return bool(code) and (self.codes is None or code in self.codes)

    def borne(self, terms: Iterable[Row]) -> list[str]:
        """Return the codes of the node's own among the terms of one record, and count those that the node lacks."""
        meant = {code: term for term in terms if (code := self.code(term))}
        for code, term in meant.items():
            if not self.has(code):
                self.bearers[code] += 1
                self.rows.setdefault(code, term)
        return [code for code in meant if self.has(code)]

    def tell(self, verdicts: Verdicts) -> None:
        """Tell of each term that the node lacks, once."""
        for code, count in sorted(self.bearers.items()):
            row = self.rows[code]
            verdicts.warn(row.file, row.number, "code", code, LACKING.format(count=count, code=code))

    @cached_property
    def _by_id(self) -> dict[str, str]:
        return {id_: code for code in self.codes or () for id_ in ids(code)}


def _is_code(text: str) -> bool:
    return len(text) <= LONGEST_ID and bool(TERM_CODE.match(text)) and subject_of(text) in SUBJECTS
