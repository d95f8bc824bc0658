"""Describe imports as the API shows them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts.registry import LANGUAGES
from services.gateway.imports.domain import Status


class ImportRequest(Schema):
    """Send a file. The mapping of its columns is guessed where none is given."""

    mapping = fields.String(
        load_default="", metadata={"description": "Which column means which field, as JSON; guessed where not given."}
    )
    language = fields.String(
        load_default="",
        validate=validate.OneOf(("", *LANGUAGES)),
        metadata={"description": "Language of what is reported; the node's where not given."},
    )
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Say what would happen, and change nothing."})


class Counts(Schema):
    """Count rows by what became of them; ``warned`` counts accepted rows of which something was left out or mended."""

    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    warned = fields.Integer(required=True)


class Column(Schema):
    """Say what one column was taken for, how surely (0 to 1), and why."""

    column = fields.String(required=True)
    field = fields.String(required=True)
    confidence = fields.Float(required=True)
    why = fields.String(required=True)
    like = fields.String(required=True)


class Failure(Schema):
    """Say why an import as a whole failed, in three languages."""

    code = fields.String(required=True)
    message = fields.Raw(required=True)


class Import(Schema):
    """Describe one import. ``total`` is an estimate until it has completed, 0 while unknown."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    filename = fields.String(required=True)
    size = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(tuple(Status)))
    dry_run = fields.Boolean(required=True)
    language = fields.String(required=True)
    mapping = fields.Dict(required=True, allow_none=True)
    mapping_given = fields.Boolean(required=True)
    columns = fields.List(fields.Nested(Column), required=True)
    total = fields.Integer(required=True)
    counts = fields.Nested(Counts, required=True)
    failure = fields.Nested(Failure, required=True, allow_none=True)
    created_by = fields.String(required=True, metadata={"description": "Id of the client."})
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class ImportPage(Schema):
    """Give a page of imports, newest first; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Import), required=True)
    next = fields.String(required=True)


class RowProblem(Schema):
    """Say what is wrong in one cell: field and column, the value as written, and the reason in three languages."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    column = fields.String(required=True)
    value = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("error", "warning")))


class Rejection(Schema):
    """Report one row by its number in the sheet: rejected, or taken with something left out or mended."""

    row = fields.Integer(required=True)
    rejected = fields.Boolean(required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)


class RejectionPage(Schema):
    """Give a page of reported rows in their order; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Rejection), required=True)
    next = fields.String(required=True)


class ImportQuery(Schema):
    """Ask for a page of imports."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "`next` of the page before; opaque."},
    )


class RejectionQuery(Schema):
    """Ask for a page of reported rows."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=2**31 - 1),
        metadata={"description": "`next` of the page before; opaque."},
    )
    warnings = fields.Boolean(load_default=True, metadata={"description": "Rows that went in with a warning, too."})
