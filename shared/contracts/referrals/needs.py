"""Describe needs: what is asked, what is answered, what an event carries."""

from __future__ import annotations

from marshmallow import fields

from contracts.referrals.shapes import Answer, PageRequest, Request, choice, point, record_id, subject, text, time
from contracts.referrals.words import NEED_STATUSES, URGENCIES


class RegisterNeed(Request):
    """Register a need of a family. Without ``area`` it is where the family lives."""

    family = record_id()
    subject = subject(required=True)
    urgency = choice(URGENCIES, load_default="normal")
    area = text(100, load_default="")
    point = point(load_default=None)
    note = text(2000, load_default="")


class ListNeeds(PageRequest):
    """Filter needs."""

    family = text(100, load_default="")
    area = text(100, load_default="")
    subject = subject(load_default=None, allow_none=True)
    urgency = choice(URGENCIES, load_default=None, allow_none=True)
    status = choice(NEED_STATUSES, load_default=None, allow_none=True)


class Need(Answer):
    """Describe one need."""

    id = fields.String()
    version = fields.Integer()
    family = fields.String()
    subject = fields.String()
    urgency = fields.String()
    area = fields.String()
    areas = fields.List(fields.String())
    point = point()
    note = fields.String()
    status = fields.String()
    registered_at = time()
    last_modified = time()


class NeedPage(Answer):
    """Give a page of needs, without their notes."""

    items = fields.List(fields.Nested(Need(exclude=("note",))))
    next = fields.String()


class NeedChangedPayload(Answer):
    """Say that a need changed: opaque ids, its subject and status, and where it is."""

    id = fields.String(required=True)
    family = fields.String(required=True)
    subject = subject(required=True)
    urgency = choice(URGENCIES, required=True)
    status = choice(NEED_STATUSES, required=True)
    area = fields.String(required=True)
