"""Write and read the opaque cursors of the directory's pages: where the last record of a page stood in its order."""

from __future__ import annotations

import base64
import binascii

import orjson

from chassis.errors import Invalid

Place = tuple[str | float, ...]
"""What the order is by (a name as it is sorted, or a distance in metres), and the record's id, last."""


def write(place: Place) -> str:
    """Return the cursor of a place."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def read(cursor: str, *kinds: type[str] | type[float]) -> Place:
    """Return the place of a cursor, in an order by values of these kinds, then by id.

    Raises :class:`Invalid` for one that we did not write.
    """
    try:
        place = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise refused() from error
    if not isinstance(place, list) or [type(one) for one in place] != [*kinds, str]:
        raise refused()
    return tuple(place)


def refused() -> Invalid:
    """Return the error for a cursor that is not of this search."""
    message = "Give the cursor of the page before, with the same search."
    return Invalid("The cursor is not one of ours.", [{"field": "cursor", "code": "invalid", "message": message}])
