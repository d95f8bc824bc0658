"""Name the code lists and bounds of the registry."""

from __future__ import annotations

import re

SERVICE = "registry"

LANGUAGES = ("ar", "fa", "en")
ORGANIZATION_TYPES = ("community", "central", "social_unit", "government_agency", "company", "donor", "cooperative")
ORGANIZATION_STATUSES = ("active", "inactive")
SERVICE_STATUSES = ("active", "inactive", "defunct", "temporarily closed")
FREQUENCIES = ("WEEKLY", "MONTHLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PHONE_TYPES = ("voice", "cell", "fax", "sms", "textphone")
PLACE_TYPES = ("physical", "postal", "virtual")
"""What a place or an address is, as HSDS 3.1 has it; the first where nobody says."""
AREA_LEVELS = ("country", "governorate", "county", "locality")
OUTCOMES = ("created", "updated", "unchanged", "rejected")
OTHER_REASONS = ("no_capability", "inactive", "out_of_area")
OUTLINE_TYPES = ("Polygon", "MultiPolygon")
ACTIONS = ("create", "update", "assure", "delete")

BATCH_ROWS = 500
"""Rows that one ``put_organizations`` takes, at most."""
BATCH_AREAS = 50
"""Areas that one ``put_areas`` takes, at most; a caller with large outlines sends fewer, to stay below 1 MB."""
BATCH_SERVICES = 200
"""Rows that one ``put_services`` takes, at most."""
ORGANIZATION_BYTES = 500_000
"""Bytes of an organization's record as JSON, at most."""
PLACES_MOST = 250
"""Places of one organization, at most."""
SERVICES_MOST = 500
"""Services of one organization, at most: they follow it in one transaction."""
SERVICE_BYTES = 200_000
"""Bytes of a service's record as JSON, at most."""
OUTLINE_POSITIONS = 30_000
"""Positions that one area's outline may have, at most."""
TERMS_MOST = 1000
"""Terms of a node's own, at most: whoever shows them reads them all."""
TERMS_BORNE = 10
"""Terms that a capability, or a service, bears at most."""
LONGEST_ID = 100
"""Characters of an id, at most; a term's code is one."""

TERM_STEP = "[a-z0-9_]{1,40}"
TERM_CODE = re.compile(rf"{TERM_STEP}(\.{TERM_STEP}){{1,4}}\Z")
SUBJECT_OR_TERM = re.compile(rf"{TERM_STEP}(\.{TERM_STEP}){{0,4}}\Z")
AREA_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}\Z")
COUNTRY_CODE = re.compile(r"[A-Z]{2}\Z")
CURRENCY = re.compile(r"[A-Z]{3}\Z")
SCHEME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")
