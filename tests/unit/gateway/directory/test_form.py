"""Prove that whoever renders records otherwise raises the number of their form."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from services.gateway.api.examples import directory, organizations, services
from services.gateway.directory import documents
from services.gateway.directory.form import FORM
from services.gateway.directory.services.documents import service
from services.gateway.hsds.at_locations import spread

NOW = datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
RENDERED_AS = (4, "0cfa37942fc338f3")
"""The form, and the digest of what it makes of the examples. Raise :data:`FORM` with the digest: nodes that are updated
rebuild their directories then. Where an example alone was changed, the form stays."""
ATTRIBUTE = {"id": "0198c5d2-0000-7000-8000-000000000001", "link_type": "taxonomy", "value": "", "label": "Pantries"}


def rendered() -> list[dict[str, Any]]:
    """Return what the directory keeps of the examples."""
    attributes = [{**ATTRIBUTE, "taxonomy_term_id": "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2"}]
    home, given = {**organizations.ORGANIZATION, "attributes": attributes}, services.SERVICE
    own = {**given, "organization_id": home["id"], "attributes": attributes}
    term = {"id": "health.dialysis", "names": {"ar": "غسيل كلى", "en": "Dialysis"}, "retired": False}
    area = {**directory.AREA, "outline": directory.OUTLINE}
    referral = {"id": "r", "organization": home["id"], "subject": "health", "accepted_at": NOW, "status": "completed"}
    shown = service(own, home, version=3, now=NOW)
    return [
        documents.organization(home, version=3, accepted=7, completed=4, now=NOW),
        shown,
        *spread(shown),
        documents.area(area, version=3, now=NOW),
        documents.term(term, version=3, now=NOW),
        documents.referral(referral, version=3, now=NOW),
    ]


def told(value: Any) -> str:
    """Return a value as text in which the order of fields says nothing."""
    match value:
        case dict():
            return "{" + ",".join(sorted(f"{name!r}:{told(each)}" for name, each in value.items())) + "}"
        case list() | tuple():
            return "[" + ",".join(told(each) for each in value) + "]"
        case _:
            return repr(value)


def test_form_is_raised_with_what_is_rendered():
    digest = hashlib.sha256("".join(told(each) for each in rendered()).encode()).hexdigest()

    assert (FORM, digest[:16]) == RENDERED_AS


def test_whatever_differs_has_another_digest():
    one, other = {"body": b"1", "at": [1, {"x": None}]}, {"body": b"1", "at": [1, {"x": 0}]}

    assert told(one) == told(dict(reversed(one.items())))
    assert told(one) != told(other)
