"""Count what speaks of families, so that no total tells more of a part than is told of the part itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.directory.documents import FEW, published


@dataclass(slots=True)
class Few:
    """Count what speaks of families: as it is, and as it is told once :meth:`settle` has been called.

    ``most`` is what everybody knows that it cannot exceed, None where nobody knows: what could not be there hides
    nothing of the other parts.
    """

    exact: int = 0
    told: int = 0
    most: int | None = None

    def settle(self, *partitions: Sequence[Few]) -> int | None:
        """Return how many are told of, which tells no more of any part than what is told of that itself.

        Each partition lists parts, settled already; what they lack of the whole is a part that is not told.
        """
        self.told = published(min([self.exact, *(self._untelling(parts) for parts in partitions if parts)])) or 0
        return self.told or None

    def _untelling(self, parts: Sequence[Few]) -> int:
        """Return what parts could come to, if one of them were at the least that is told and the others at the most.

        The one is that of which the most is not told: where the total leaves it free, it leaves the others free.
        """
        rest = max(0, self.exact - sum(part.exact for part in parts))
        hidden = [part.hidden() for part in parts]
        return sum(part.told for part in parts) + rest // FEW * FEW + sum(hidden) - max(hidden)

    def hidden(self) -> int:
        """Return how many more than are told there could be."""
        return FEW - 1 if self.most is None else max(0, min(FEW - 1, self.most - self.told))
