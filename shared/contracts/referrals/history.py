"""Describe the whole history of a case."""

from __future__ import annotations

from marshmallow import fields

from contracts.referrals.shapes import Answer, Request, choice, record_id, time
from contracts.referrals.words import HISTORY_KINDS


class GetHistory(Request):
    """Name the family whose case is read."""

    family = record_id()


class HistoryEntry(Answer):
    """Describe one step of a case.

    ``what`` names the step: of a family ``registered``, ``changed``, ``member_added``, ``closed``, ``reopened``; of a
    consent ``granted``, ``withdrawn``; of a need ``registered``, ``referred``, ``reopened``, ``met``, ``closed``; of a
    referral one of the transitions. ``changed`` lists field names, never values.
    """

    at = time()
    kind = choice(HISTORY_KINDS)
    id = fields.String()
    what = fields.String()
    actor = fields.String()
    subject = fields.String()
    organization = fields.String()
    status = fields.String()
    reason = fields.String()
    changed = fields.List(fields.String())


class History(Answer):
    """Give the whole history of a case, oldest first."""

    family = fields.String()
    items = fields.List(fields.Nested(HistoryEntry))
