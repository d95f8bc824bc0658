"""Shape the terms of a node's own: kinds of a subject of needs, more precise than the subject, in three languages.

A term's code begins with its parent's, ``health.dialysis`` with ``health``: so it lies below one subject, for good,
and whoever reads the code knows which.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.registry.shapes import Answer, Request, choice, part, term_code, text
from contracts.registry.words import LANGUAGES


class TermNames(Request):
    """Name a term in each of the three languages."""

    ar = text(200, 1, required=True)
    fa = text(200, 1, required=True)
    en = text(200, 1, required=True)


class TermFields(Request):
    """Describe a term. Its code is in the path, and never changes; its parent's stands in that."""

    names = part(TermNames, required=True)


class PutTerm(TermFields):
    """Put a term: its parent is a subject, or a term that is not retired. One that was retired is offered again."""

    id = term_code(required=True, metadata={"example": "health.dialysis"})


class Term(Answer):
    """Give one term. ``subject`` is the subject of needs that it lies below, ``parent`` what is right above it.

    One that is ``retired`` is not offered any more; records that bear it keep it. No term is ever removed.
    """

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    subject = fields.String(required=True)
    parent = fields.String(required=True)
    names = fields.Dict(keys=choice(LANGUAGES), values=fields.String(), required=True)
    retired = fields.Boolean(required=True)


class TermPage(Answer):
    """Give a page of terms in the order of their codes; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Term), required=True)
    next = fields.String(required=True)
