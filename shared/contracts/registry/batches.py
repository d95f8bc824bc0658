"""Shape what is said of a batch, and what became of its rows: organizations or services of an import."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.registry.shapes import Answer, Request, choice, text
from contracts.registry.words import LANGUAGES, OUTCOMES


class Batch(Request):
    """Put one batch of an import: ``import`` is its id, ``number`` the batch's.

    ``source`` names the list that ``external_id`` belongs to (``moss-qena``); ids of different lists never meet. A
    service that puts rows for somebody says in ``within`` which area that is bound to, and in ``creator`` who it is
    (``<role>:<id>``), for the audit trail. With ``dry_run`` the answer is what would happen, and nothing changes. With
    ``own_ids`` the list was written from this register, and an ``external_id`` may be a record's own id; without it, it
    never is, whatever it says. In an ``unordered`` list the order of phones, places' hours and all other parts says
    nothing: one that stands otherwise changes no record.
    """

    class Meta:
        """Name a field as Python cannot."""

        include = {  # noqa: RUF012 - marshmallow reads it once
            "import": fields.String(required=True, validate=validate.Length(min=1, max=100)),
        }

    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    source = fields.String(load_default="", validate=validate.Regexp(r"([a-z0-9][a-z0-9._-]{0,39})?\Z"))
    within = text(100, load_default="")
    creator = text(200, load_default="")
    dry_run = fields.Boolean(load_default=False)
    own_ids = fields.Boolean(load_default=False)
    unordered = fields.Boolean(load_default=False)


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
