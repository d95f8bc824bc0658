"""Name the tables of a package as HSDS 3.1 publishes them: files, columns, types and keys.

A column is written ``name:kind``, with ``!`` behind where it is never empty; without a kind it is text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

VERSION = "3.1"
PROFILE, RESOURCE_PROFILE = "tabular-data-package", "tabular-data-resource"
HOMEPAGE = "https://docs.openreferral.org/en/3.1/"
KINDS: Mapping[str, Json] = {
    "": {"type": "string"},
    "id": {"type": "string", "format": "uuid"},
    "email": {"type": "string", "format": "email"},
    "uri": {"type": "string", "format": "uri"},
    "number": {"type": "number"},
    "date": {"type": "date"},
    "time": {"type": "time"},
    "datetime": {"type": "datetime"},
}


@dataclass(frozen=True, slots=True)
class Table:
    """Describe one table. ``columns`` are kinds by names; ``keys`` are those that lead to another table's ``id``."""

    name: str
    file: str
    columns: Mapping[str, str]
    filled: frozenset[str]
    keys: Mapping[str, str]

    @property
    def resource(self) -> Json:
        """Return what ``datapackage.json`` says of it."""
        schema: Json = {"primaryKey": "id", "fields": [self._field(name) for name in self.columns]}
        if self.keys:
            schema["foreignKeys"] = [
                {"fields": column, "reference": {"resource": table, "fields": "id"}}
                for column, table in self.keys.items()
            ]
        return {
            "name": self.name,
            "path": self.file,
            "profile": RESOURCE_PROFILE,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": schema,
        }

    def _field(self, name: str) -> Json:
        constraints = {"required": name in self.filled, "unique": name == "id"}
        return {"name": name, **KINDS[self.columns[name]], "constraints": constraints}


KEYS = {
    "organization_id": "organization",
    "program_id": "program",
    "service_id": "service",
    "location_id": "location",
    "service_at_location_id": "service_at_location",
    "contact_id": "contact",
    "phone_id": "phone",
    "unit_id": "unit",
    "taxonomy_term_id": "taxonomy_term",
    "taxonomy_id": "taxonomy",
}
"""What a column of this name leads to. ``parent_organization_id``, ``link_id`` and a term's ``parent_id`` are no keys
of HSDS's."""


def _table(name: str, file: str, columns: str) -> Table:
    named = [one.removesuffix("!").partition(":") for one in columns.split()]
    kinds = {column: kind if colon else _kind(column) for column, colon, kind in named}
    filled = frozenset(one[:-1].partition(":")[0] for one in columns.split() if one.endswith("!"))
    return Table(name, f"{file}.csv", kinds, filled, {one: KEYS[one] for one in kinds if one in KEYS})


def _kind(column: str) -> str:
    return "id" if column == "id" or column.endswith("_id") else ""


TABLES: Sequence[Table] = (
    _table(
        "organization",
        "organizations",
        "id! name! alternate_name description email:email website:uri tax_status tax_id: year_incorporated:number"
        " legal_status logo uri:uri parent_organization_id",
    ),
    _table("program", "programs", "id! organization_id! name! alternate_name description"),
    _table(
        "service",
        "services",
        "id! organization_id! program_id name! alternate_name description url:uri email:email status!"
        " interpretation_services application_process fees_description wait_time fees accreditations"
        " eligibility_description minimum_age:number maximum_age:number assured_date:date assurer_email:email licenses"
        " alert last_modified:datetime",
    ),
    _table("attribute", "attributes", "id! link_id! taxonomy_term_id! link_type link_entity! value label"),
    _table("service_at_location", "service_at_location", "id! service_id! location_id! description"),
    _table(
        "location",
        "locations",
        "id! location_type! url:uri organization_id name alternate_name description transportation latitude:number"
        " longitude:number external_identifier external_identifier_type",
    ),
    _table(
        "phone",
        "phones",
        "id! location_id service_id organization_id contact_id service_at_location_id number! extension:number type"
        " description",
    ),
    _table(
        "contact",
        "contacts",
        "id! organization_id service_id service_at_location_id location_id name title department email:email",
    ),
    _table(
        "address",
        "addresses",
        "id! location_id attention address_1 address_2 city region state_province postal_code country address_type!",
    ),
    _table(
        "schedule",
        "schedules",
        "id! service_id location_id service_at_location_id valid_from:date valid_to:date dtstart:date timezone:number"
        " until:date count:number wkst freq interval:number byday byweekno bymonthday byyearday description"
        " opens_at:time closes_at:time schedule_link:uri attending_type notes",
    ),
    _table("funding", "funding", "id! organization_id service_id source"),
    _table(
        "service_area",
        "service_areas",
        "id! service_id service_at_location_id name description extent extent_type uri",
    ),
    _table("required_document", "required_documents", "id! service_id document uri:uri"),
    _table("language", "languages", "id! service_id location_id phone_id name code note"),
    _table("accessibility", "accessibility", "id! location_id description details url:uri"),
    _table(
        "taxonomy_term",
        "taxonomy_terms",
        "id! code name! description parent_id taxonomy language taxonomy_id term_uri:uri",
    ),
    _table(
        "metadata",
        "metadata",
        "id! resource_id! resource_type! last_action_date:date! last_action_type! field_name! previous_value!"
        " replacement_value! updated_by!",
    ),
    _table("meta_table_description", "meta_table_descriptions", "id! name language character_set"),
    _table(
        "cost_option",
        "cost_options",
        "id! service_id! valid_from:date valid_to:date option currency amount:number amount_description",
    ),
    _table(
        "organization_identifier",
        "organization_identifiers",
        "id! organization_id! identifier_scheme identifier_type! identifier!",
    ),
    _table("taxonomy", "taxonomies", "id! name! description! uri:uri version"),
    _table(
        "service_capacity",
        "service_capacity",
        "id! service_id! unit_id! available:number! maximum:number description updated:datetime",
    ),
    _table("unit", "units", "id! name! scheme identifier uri:uri"),
    _table("url", "url", "id! label url:uri! organization_id service_id"),
)
IDS = _table("tashbik_id", "tashbik_ids", "id! registered:id!")
"""Which id the register has of a part that got another here, where two records have parts of the same one. Ours alone:
it is there where there are such, and no resource of the package."""
BY_NAME = {table.name: table for table in (*TABLES, IDS)}


def descriptor(node: str, public_url: str) -> Json:
    """Return ``datapackage.json``. ``tashbik`` says whose it is: what such a node wrote is read back to the letter."""
    return {
        "name": f"hsds-{node}".lower(),
        "title": f"Directory of organizations and services: {node}",
        "profile": PROFILE,
        "version": VERSION,
        "homepage": public_url,
        "specification": HOMEPAGE,
        "tashbik": {"node": node},
        "resources": [table.resource for table in TABLES],
    }
