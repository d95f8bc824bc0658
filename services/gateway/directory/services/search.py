"""Turn a search for services into conditions, each answered from an index as those for organizations are.

Services of one organization are one range of the ``facets`` index, as those of an area are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.directory.documents import facet
from services.gateway.directory.search.query import Search
from services.gateway.directory.services.documents import owned_by


@dataclass(frozen=True, slots=True)
class ServiceSearch(Search):
    """Hold what is asked of the directory's services."""

    organization_id: str = ""
    status: str | None = None

    @property
    def within(self) -> str:
        """Return the organization where one is given, or else the area."""
        return owned_by(self.organization_id) if self.organization_id else self.area

    def conditions(self, words: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the query's conditions, as an organization's, and those that only services have."""
        found = Search.conditions(self, words)
        if self.organization_id and self.area:
            found["facets"] = {"$all": [self.facet, facet(area=self.area)]}
        return found | ({"status": self.status} if self.status else {})
