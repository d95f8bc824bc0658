"""Write KML 2.2 (OGC 07-147r2): a placemark an organization, with what the other files tell of it as its data.

One that has no place on the map has a placemark without a point, which programs show in their lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from services.gateway.downloads.columns import COLUMNS, Value, located, place
from services.gateway.downloads.markup import escaped
from services.gateway.downloads.words import Json, Wording

MEDIA_TYPE = "application/vnd.google-earth.kml+xml"


def written(records: Iterable[Json], wording: Wording, public_url: str) -> Iterator[bytes]:
    """Give a document in pieces, a placemark each. ``public_url`` is where the organizations' pages are."""
    title = escaped(wording.word("organizations"))
    headings = [(column, escaped(wording.word(column.key))) for column in COLUMNS]
    root = escaped(public_url.rstrip("/"))
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<Document><name>{title}</name>"
    ).encode()
    for record in records:
        values = [(column.key, heading, column.value(record, wording)) for column, heading in headings]
        yield _placemark(record, root, "".join(_item(*one) for one in values)).encode()
    yield b"</Document></kml>"


def _placemark(record: Json, root: str, items: str) -> str:
    where = place(record)
    address = f"<address>{escaped(where['address'])}</address>" if where and where["address"] else ""
    point = ""
    if where and located(where):
        at = f"{where['longitude']!r},{where['latitude']!r}"
        point = f"<Point><coordinates>{at}</coordinates></Point>"
    return (
        f'<Placemark id="organization-{escaped(record["id"])}"><name>{escaped(record["name"])}</name>'
        f'<atom:link href="{root}/o/{escaped(record["id"])}"/>{address}'
        f"<ExtendedData>{items}</ExtendedData>{point}</Placemark>"
    )


def _item(key: str, heading: str, value: Value) -> str:
    if value is None or value == "":
        return ""
    text = value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else str(value)
    return f'<Data name="{key}"><displayName>{heading}</displayName><value>{escaped(text)}</value></Data>'
