"""Name the tables of a package, of all versions at once: their files, columns, keys, and what has to be there.

A column is written ``name:kind``, where :mod:`cli.hsds_package.values` reads the kind; without one it is text. Two
names of one column in different versions are one by ``aliases``. ``rules`` says which cells Ohana wants besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """Describe one table. ``parents`` are keys to other tables; ``child`` says that a row needs one of them."""

    name: str
    files: frozenset[str]
    columns: Mapping[str, str]
    required: tuple[str, ...] = ()
    ohana: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    child: bool = False
    unkept: frozenset[str] = frozenset()
    """Columns of HSDS for which the register has no place."""

    def named(self, headers: Sequence[str]) -> list[str]:
        """Return the names that columns have here.

        Ohana calls a term's own id ``taxonomy_id``; ORServices numbers rows as ``id``, and its keys are those of the
        column ``…_recordid`` beside it. The number's name is then empty.
        """
        own = {"taxonomy_id": "id"} if self.name == "taxonomy_terms" and "id" not in headers else {}
        recorded = [one for one in headers if one.endswith(RECORDED)]
        if len(recorded) == 1 and "id" in headers:
            own = {recorded[0]: "id", "id": ""}
        return [{**self.aliases, **own}.get(one, one) for one in headers]


ORGANIZATION = {"organization_id": "organizations"}
SERVICE = {"service_id": "services"}
LOCATION = {"location_id": "locations"}
AT_LOCATION = {"service_at_location_id": "services_at_location"}
CONTACT = {"contact_id": "contacts"}
TERM = {"taxonomy_id": "taxonomy_terms"}
RECORDED = "_recordid"
ANY = ""
"""What a key names that may lead to any table."""


def _table(
    files: str,
    columns: str,
    required: str = "",
    *,
    ohana: str = "",
    parents: Mapping[str, str] | None = None,
    aliases: Mapping[str, str] | None = None,
    child: bool = False,
    unkept: str = "",
) -> Table:
    names = files.split()
    kinds = {name: kind for name, _, kind in (one.partition(":") for one in columns.split())}
    kinds |= dict.fromkeys(parents or {}, "")
    kinds.setdefault("id", "")
    return Table(
        names[0],
        frozenset(names),
        kinds,
        tuple(required.split()),
        tuple(ohana.split()),
        parents or {},
        aliases or {},
        child,
        frozenset(unkept.split()),
    )


ALL = (
    _table(
        "organizations organization",
        "name alternate_name description email:email website:web tax_status tax_id year_incorporated:year legal_status"
        " logo:web uri:uri parent_organization_id date_incorporated:day accreditations funding_sources licenses",
        "id name",
        aliases={"url": "website"},
        unkept="parent_organization_id",
    ),
    _table(
        "programs program",
        "name alternate_name description",
        "id name",
        parents=ORGANIZATION,
        child=True,
    ),
    _table(
        "services service",
        "name alternate_name description url:web email:email status:status interpretation_services application_process"
        " fees fees_description wait_time accreditations licenses eligibility_description minimum_age:number"
        " maximum_age:number assured_date:day assurer_email:email alert last_modified accepted_payments"
        " funding_sources keywords languages required_documents service_areas taxonomy_ids",
        "id name",
        parents={**ORGANIZATION, **LOCATION, "program_id": "programs"},
        aliases={
            "website": "url",
            "eligibility": "eligibility_description",
            "how_to_apply": "application_process",
        },
        child=True,
    ),
    _table(
        "locations location",
        "name alternate_name description transportation latitude:latitude longitude:longitude location_type url:web"
        " external_identifier external_identifier_type accessibility admin_emails email:email languages"
        " virtual:flag short_desc",
        "id",
        ohana="organization_id name",
        parents=ORGANIZATION,
        aliases={"website": "url"},
        unkept="admin_emails email short_desc",
    ),
    _table(
        "services_at_location service_at_location service_at_locations services_at_locations",
        "description",
        "service_id location_id",
        parents={**SERVICE, **LOCATION},
        child=True,
    ),
    _table(
        "addresses address physical_addresses physical_address",
        "attention address_1 address_2 address_3 address_4 city region state_province postal_code country address_type",
        "address_1 city",
        parents=LOCATION | ORGANIZATION,
        aliases={"type": "address_type"},
        child=True,
    ),
    _table(
        "mail_addresses postal_addresses postal_address",
        "attention address_1 address_2 address_3 address_4 city region state_province postal_code country",
        "address_1 city",
        parents=LOCATION | ORGANIZATION,
        child=True,
    ),
    _table(
        "phones phone",
        "number extension type language description department vanity_number country_prefix",
        "number",
        ohana="type",
        parents={**AT_LOCATION, **CONTACT, **SERVICE, **LOCATION, **ORGANIZATION},
        aliases={"number_type": "type"},
        child=True,
        unkept="vanity_number",
    ),
    _table(
        "contacts contact",
        "name title department email:email",
        "",
        ohana="name",
        parents={**AT_LOCATION, **SERVICE, **LOCATION, **ORGANIZATION},
        child=True,
    ),
    _table(
        "schedules schedule",
        "valid_from:day valid_to:day dtstart:day timezone:number until:day count:number wkst freq interval:number"
        " byday byweekno bymonthday byyearday description opens_at:time closes_at:time schedule_link:web"
        " attending_type notes",
        parents={**AT_LOCATION, **SERVICE, **LOCATION},
        child=True,
    ),
    _table(
        "regular_schedules regular_schedule",
        "weekday:weekday opens_at:time closes_at:time original_text",
        "weekday",
        parents={**AT_LOCATION, **SERVICE, **LOCATION},
        child=True,
    ),
    _table(
        "holiday_schedules holiday_schedule",
        "start_date:day end_date:day closed:flag opens_at:time closes_at:time",
        "start_date end_date closed",
        parents={**AT_LOCATION, **SERVICE, **LOCATION},
        child=True,
    ),
    _table("funding fundings", "source", "source", parents={**SERVICE, **ORGANIZATION}, child=True),
    _table("eligibility eligibilities", "eligibility minimum_age:number maximum_age:number", parents=SERVICE),
    _table(
        "service_areas service_area",
        "name description extent extent_type uri:uri service_area",
        parents={**AT_LOCATION, **SERVICE},
        child=True,
    ),
    _table(
        "required_documents required_document",
        "document uri:uri",
        "document",
        parents=SERVICE,
        child=True,
    ),
    _table(
        "payments_accepted payment_accepted",
        "payment",
        "payment",
        parents=SERVICE,
        child=True,
    ),
    _table(
        "cost_options cost_option",
        "valid_from:day valid_to:day option currency amount:number amount_description",
        parents=SERVICE,
        child=True,
    ),
    _table(
        "languages language",
        "name code note",
        parents={**SERVICE, **LOCATION, "phone_id": "phones"},
        aliases={"language": "name"},
        child=True,
    ),
    _table(
        "accessibility accessibility_for_disabilities",
        "description details url:web",
        parents=LOCATION,
        aliases={"accessibility": "description"},
    ),
    _table(
        "taxonomy_terms taxonomy_term taxonomy taxonomies_terms",
        "code name description parent_id parent_name vocabulary taxonomy taxonomy_id language term_uri",
        "id name",
        parents={"parent_id": "taxonomy_terms"},
    ),
    _table("taxonomies", "name description uri:uri version", "id name"),
    _table(
        "services_taxonomy service_taxonomy services_taxonomies service_attributes service_attribute",
        "taxonomy_detail",
        "service_id taxonomy_id",
        parents=SERVICE | TERM,
        aliases={"taxonomy_term_id": "taxonomy_id"},
        child=True,
    ),
    _table(
        "attributes attribute",
        "link_type link_entity value label",
        "link_id",
        parents={"link_id": ANY, "taxonomy_term_id": "taxonomy_terms"},
    ),
    _table(
        "organization_identifiers organization_identifier",
        "identifier_scheme identifier_type identifier",
        "identifier",
        parents=ORGANIZATION,
        child=True,
    ),
    _table("urls url", "label url:web", "url", parents={**SERVICE, **ORGANIZATION}),
    _table("units unit", "name scheme identifier uri:uri", "id name"),
    _table(
        "service_capacity service_capacities",
        "available:number maximum:number description updated",
        parents={**SERVICE, "unit_id": "units"},
        child=True,
    ),
    _table(
        "metadata",
        "resource_id resource_type last_action_date last_action_type field_name previous_value"
        " replacement_value updated_by",
    ),
    _table("meta_table_descriptions meta_table_description", "name language character_set"),
    _table("tashbik_ids", "registered", "id registered"),
)
BY_NAME: Mapping[str, Table] = {table.name: table for table in ALL}
BY_FILE: Mapping[str, Table] = {file: table for table in ALL for file in table.files}
UNNAMED = frozenset(table.name for table in ALL if table.child) | {"eligibility", "accessibility", "urls"}
UNNAMED -= {parent for table in ALL for parent in table.parents.values()}
"""Tables of parts to which no key of another leads: the ids of their rows say nothing."""
LOOSE = frozenset({"eligibility", "accessibility", "urls"})
"""Tables whose keys HSDS 1.1 lets be empty, though a row of theirs says something of what it names alone."""
PARTS: Mapping[str, str] = {
    "phones": "number",
    "addresses": "address_1",
    "mail_addresses": "address_1",
    "required_documents": "document",
    "payments_accepted": "payment",
    "funding": "source",
}
"""Tables of parts that may do without each other, and the column that says what a row is."""
HOMES = frozenset({"addresses", "mail_addresses"})
"""Tables of what the register keeps for places alone."""
UNREAD = frozenset({"metadata", "meta_table_descriptions"})
"""Tables that are known, and say nothing of what an organization does."""


def by_header(headers: list[str]) -> Table | None:
    """Return the table whose columns fit a header best, of those that know all of it; or None."""
    fitting = [table for table in ALL if {*table.named(headers)} <= {*table.columns, ""}]
    return min(fitting, key=lambda table: len(table.columns), default=None)
