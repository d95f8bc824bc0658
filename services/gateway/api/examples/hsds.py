"""Show the directory as HSDS has it. What is rendered elsewhere is shown as it is rendered there."""

from __future__ import annotations

import orjson

from services.gateway.api.examples.case import AREAS, Json
from services.gateway.api.examples.organizations import ORGANIZATION as RECORD
from services.gateway.hsds import organizations, taxonomies
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


FLAT, FULL = (orjson.loads(body) for body in organizations.rendered(RECORD, PLACES))
TAXONOMIES = _page(TAXONOMY)
TERMS = _page(TERM)
ORGANIZATIONS = _page(FLAT)
ORGANIZATIONS_ASKED: Json = {"search": "احسان", "taxonomy_term_id": TERM["id"], "per_page": 100}
TERMS_ASKED: Json = {"taxonomy_id": TAXONOMY["id"], "top_only": True}
TAXONOMIES_ASKED: Json = {"search": "needs"}
