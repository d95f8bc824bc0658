"""Shape the history of a record: who changed what of it, when and by what."""

from __future__ import annotations

import re

from marshmallow import fields

from contracts.registry.shapes import Answer, PageRequest, choice, code, record_id, text, time
from contracts.registry.words import ACTIONS, LONGEST_ID

HISTORY_VERSIONS = 100
"""Changes of one record whose entries are kept, at most; the last ones."""
HISTORY_DAYS = 2 * 365
"""Days that an entry is kept."""
HISTORY_BYTES = 700_000
"""Bytes of an entry as JSON, at most: one that is larger tells no values."""

CURSOR = re.compile(r"([1-9][0-9]{0,8})?\Z")


class GetRecordHistory(PageRequest):
    """Name the record whose history is read, newest first."""

    id = record_id(required=True)
    after = code(CURSOR, load_default="")
    resource_id = text(LONGEST_ID, load_default="", metadata={"description": "Changes of one part, such as a place."})


class FieldChange(Answer):
    """Say what became of one field of a record, or of a part of it, by the names of HSDS's ``metadata``.

    ``resource_type`` and ``resource_id`` name the part, such as a ``location``, a ``contact`` or a ``schedule``, or
    else the record. Of a part that came or went ``field_name`` is its list's, and the other value is null. Of any other
    list the values hold only what went and what came; both are empty where its order alone changed. Both are null
    where an operator took the record off, in all changes of a version whose values are too much for one answer, and of
    the ``outline`` of an area.
    """

    resource_type = fields.String(required=True, metadata={"example": "organization"})
    resource_id = fields.String(required=True)
    field_name = fields.String(required=True, metadata={"example": "members_count"})
    previous_value = fields.Raw(required=True, allow_none=True, metadata={"example": 120})
    replacement_value = fields.Raw(required=True, allow_none=True, metadata={"example": 135})


class RecordVersion(Answer):
    """Say how one version of a record came: when, by whom and by what.

    ``last_action_type`` is ``create``, ``update``, ``delete``, or ``assure`` where a change sets ``assured_date``;
    to take that away is an ``update``.
    ``updated_by`` is ``<role>:<id>``, as in the audit trail; of an import it is who made that. ``operation`` is the
    call that did it; ``source`` and ``import_id`` name the list and the import that it came by, and are empty for
    others. ``changes`` is empty where a version changed no field that the record shows: an import gave it
    one more id of a list. Of a ``delete`` they are what the record said last, where anybody but an operator did it.
    """

    version = fields.Integer(required=True)
    last_action_date = time(required=True)
    last_action_type = choice(ACTIONS, required=True)
    updated_by = fields.String(required=True)
    operation = fields.String(required=True)
    source = fields.String(required=True)
    import_id = fields.String(required=True)
    changes = fields.List(fields.Nested(FieldChange), required=True)


class RecordHistory(Answer):
    """Give a page of a record's versions, newest first; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(RecordVersion), required=True)
    next = fields.String(required=True)
