"""Say what became of the rows of a batch: organizations or services of an import."""

from __future__ import annotations

from marshmallow import fields

from contracts.registry.shapes import Answer, choice
from contracts.registry.words import LANGUAGES, OUTCOMES


class RowProblem(Answer):
    """Say what is wrong with one value of a row: where, a code, a sentence in three languages, and the value."""

    field = fields.String(required=True, metadata={"example": "phones.0.number"})
    code = fields.String(required=True)
    message = fields.Dict(keys=choice(LANGUAGES), values=fields.String(), required=True)
    value = fields.String(required=True)


class RowResult(Answer):
    """Say what became of one row. ``id`` is empty where it was rejected, or in a dry run would be created.

    ``problems`` of a row that was not rejected are warnings. ``locations`` are the ids of the places that it spoke of,
    in its order, where it is an organization's.
    """

    row = fields.Integer(required=True)
    outcome = choice(OUTCOMES, required=True)
    id = fields.String(required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)
    locations = fields.List(fields.String())


class BatchResults(Answer):
    """Say what became of each row of a batch, in the order of the rows."""

    results = fields.List(fields.Nested(RowResult), required=True)
