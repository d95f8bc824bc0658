"""Shape the search for agencies that could answer a need."""

from __future__ import annotations

from marshmallow import fields

from contracts.checks import FAULTS, Range
from contracts.registry.organizations import Capability, Phone
from contracts.registry.shapes import Answer, Request, choice, point, record_id, subject
from contracts.registry.words import OTHER_REASONS


class FindAgencies(Request):
    """Ask who covers a subject, near an area and a point.

    ``area`` is where the family lives; without ``point``, distances are measured from that area's centre.
    """

    subject = subject(required=True)
    area = record_id(required=True)
    point = point(load_default=None, allow_none=True)
    limit = fields.Integer(load_default=10, validate=Range("out_of_range", min=1, max=50), error_messages=FAULTS)


class Candidate(Answer):
    """Describe one active agency that covers the subject. ``distance_m`` and ``capacity`` are null where unknown.

    ``areas`` are all in which it is, with a branch at least; ``area`` is its own. The distance is to its nearest place.
    """

    id = fields.String(required=True)
    name = fields.String(required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    distance_m = fields.Integer(required=True, allow_none=True)
    capacity = fields.Integer(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)


class OtherAgency(Answer):
    """Describe one near agency that is no candidate, and why."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    reason = choice(OTHER_REASONS, required=True)
    distance_m = fields.Integer(required=True, allow_none=True)


class Agencies(Answer):
    """Give the candidates, those within the area first, each part nearest first; and the nearest others.

    Candidates beyond the area are those of the area's parent (the governorate of a county); those beyond that are
    among the others as ``out_of_area``. Either list holds at most ``limit``.
    """

    agencies = fields.List(fields.Nested(Candidate), required=True)
    others = fields.List(fields.Nested(OtherAgency), required=True)


class Agency(Answer):
    """Give what a referral needs of its agency. ``phones`` are for people to call, and may be short."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    phones = fields.List(fields.Nested(Phone), required=True)
    languages = fields.List(fields.String(), required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    capabilities = fields.List(fields.Nested(Capability), required=True)
