"""Show the directory as HSDS has it. What is rendered elsewhere is shown as it is rendered there."""

from __future__ import annotations

import orjson

from services.gateway.api.examples.case import AREAS, Json
from services.gateway.api.examples.organizations import ORGANIZATION as RECORD
from services.gateway.api.examples.services import SERVICE as SERVICE_RECORD
from services.gateway.hsds import joined, organizations, services, taxonomies
from services.gateway.hsds.paging import page_of

COUNTRY, GOVERNORATE, COUNTY = AREAS
PLACES: Json = {
    COUNTRY: {"names": {"ar": "مصر", "fa": "مصر", "en": "Egypt"}, "level": "country", "path": AREAS[:1]},
    GOVERNORATE: {"names": {"ar": "قنا", "fa": "قنا", "en": "Qena"}, "level": "governorate", "path": AREAS[:2]},
    COUNTY: {"names": {"ar": "مركز قنا", "fa": "قنا", "en": "Qena"}, "level": "county", "path": AREAS},
}
ROOT: Json = {
    "version": "3.1",
    "profile": "https://docs.openreferral.org/en/3.1/",
    "openapi_url": "https://qena.example/openapi.json",
}
TAXONOMY: Json = taxonomies.NEEDS_TAXONOMY.shown
TERM: Json = orjson.loads(taxonomies.TERM_BODIES[taxonomies.term_id(taxonomies.NEEDS_TAXONOMY, "health", "ar")])


def _page(*contents: Json) -> Json:
    shown: Json = orjson.loads(page_of([orjson.dumps(one) for one in contents], 1, 50).body)
    return shown


_HOME: Json = {"_id": RECORD["id"], "record": RECORD, "hsds": orjson.dumps(organizations.flat(RECORD))}
_HOMES = joined.Homes([_HOME], PLACES)
_NAMED: Json = {**SERVICE_RECORD, "terms": []}
"""Without terms of the node's own: what they are called stands in no rendered record."""
_SERVICE: Json = {"organization": RECORD["id"], "record": SERVICE_RECORD, **services.document(_NAMED, RECORD)}
_AT: Json = {"service": SERVICE_RECORD["id"], "organization": RECORD["id"], **_SERVICE["hsds_at"][0]}


def _at_location(*, full: bool) -> Json:
    shown: Json = orjson.loads(joined.at_location(_AT, {SERVICE_RECORD["id"]: _SERVICE}, _HOMES, full=full))
    return shown


FLAT: Json = orjson.loads(_HOME["hsds"])
FULL: Json = orjson.loads(joined.organization(_HOME, [_SERVICE], _HOMES, full_service=False))
FLAT_SERVICE: Json = orjson.loads(joined.service(_SERVICE, _HOMES, full=False))
SERVICE: Json = orjson.loads(joined.service(_SERVICE, _HOMES, full=True))
AT_LOCATION = _at_location(full=True)
TAXONOMIES = _page(TAXONOMY)
TERMS = _page(TERM)
ORGANIZATIONS = _page(FLAT)
SERVICES = _page(FLAT_SERVICE)
AT_LOCATIONS = _page(_at_location(full=False))
ORGANIZATIONS_ASKED: Json = {"search": "احسان", "taxonomy_term_id": TERM["id"], "per_page": 100}
SERVICES_ASKED: Json = {"modified_after": "2026-11-01T00:00:00Z", "full": True, "per_page": 100}
AT_LOCATIONS_ASKED: Json = {"postcode": COUNTY, "proximity": 5000, "taxonomy_term_id": TERM["id"]}
TERMS_ASKED: Json = {"taxonomy_id": TAXONOMY["id"], "top_only": True}
TAXONOMIES_ASKED: Json = {"search": "needs"}
LINES = '{"id":"01932f6f-3b00-7d44-8c2a-7e15c0b2d001","last_modified":"2026-11-02T08:15:00Z"}\n'
