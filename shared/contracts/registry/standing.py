"""Shape how an organization stands among others: what it belongs to, works with, and is recognized by."""

from __future__ import annotations

from contracts.registry.countries import country
from contracts.registry.deriving import answering
from contracts.registry.shapes import Answer, Request, count, day, text, year


class CooperationFields(Request):
    """Give one international cooperation: with whom, in what, from when to when, and by which approval.

    ``partner`` is what tells one from another; what is not given of a partner that the record has stays as it was.
    ``country`` is the partner's, by ISO 3166-1. Empty days are open ends.
    """

    partner = text(200, 1, required=True, metadata={"example": "UNICEF"})
    country = country()
    programme = text(200)
    valid_from = day()
    valid_to = day()
    approval_number = text(80)


class AccreditationFields(Request):
    """Give one accreditation or licence: by whom, under which number, from when to when."""

    accreditor = text(200, 1, required=True)
    identifier = text(80, load_default="")
    valid_from = day(load_default="")
    valid_to = day(load_default="")


class MembersFields(Request):
    """Give how many members the organization had in a year."""

    year = year(required=True, allow_none=False)
    members = count(required=True, allow_none=False)


@answering(CooperationFields)
class Cooperation(Answer):
    """Give one international cooperation; empty where nobody knows."""


@answering(AccreditationFields)
class Accreditation(Answer):
    """Give one accreditation or licence; empty where nobody knows."""


@answering(MembersFields)
class Members(Answer):
    """Give how many members the organization had in a year."""
