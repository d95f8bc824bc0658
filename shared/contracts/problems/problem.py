"""Say one thing that can be wrong, in the languages of staff."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Say one thing in Arabic, Persian and English."""

    code: str
    ar: str
    fa: str
    en: str

    def message(self) -> dict[str, str]:
        """Return the sentence by language, as it crosses the wire."""
        return {"ar": self.ar, "fa": self.fa, "en": self.en}
