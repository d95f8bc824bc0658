"""Describe which agencies are proposed for a need, which near ones are not, and why."""

from __future__ import annotations

from marshmallow import fields

from contracts.referrals.shapes import Answer, Request, choice, record_id, whole
from contracts.referrals.words import LANGUAGES, MATCH_REASONS

DISTANCE = {
    "description": "Metres from the need's point; where it has none, from the centre of its area, and the reason "
    "`from_area_centre` says so; null where neither is known, or not the agency's place."
}


class ProposeAgencies(Request):
    """Ask who could answer a need; at most ``limit`` agencies on either list."""

    need = record_id()
    limit = whole(1, 50, load_default=10)


class MatchReason(Answer):
    """Say why an agency is, or is not, proposed: a code and its sentence in three languages."""

    code = choice(MATCH_REASONS)
    message = fields.Dict(keys=choice(LANGUAGES), values=fields.String())


class Proposed(Answer):
    """Describe one agency that is proposed; ``rank`` starts at 1. ``free_capacity`` is null where it stated none."""

    organization = fields.String()
    name = fields.String()
    rank = fields.Integer()
    area = fields.String()
    distance_m = fields.Integer(allow_none=True, metadata=DISTANCE)
    free_capacity = fields.Integer(allow_none=True)
    same_area = fields.Boolean()
    reasons = fields.List(fields.Nested(MatchReason))


class NotProposed(Answer):
    """Describe one near agency that is not proposed, and every reason why."""

    organization = fields.String()
    name = fields.String()
    distance_m = fields.Integer(allow_none=True, metadata=DISTANCE)
    reasons = fields.List(fields.Nested(MatchReason))


class Proposals(Answer):
    """Give the agencies that could answer a need, best first, and the nearest that could not."""

    need = fields.String()
    proposed = fields.List(fields.Nested(Proposed))
    not_proposed = fields.List(fields.Nested(NotProposed))
