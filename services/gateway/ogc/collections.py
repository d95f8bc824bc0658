"""List the collections of features. One more is an entry of :data:`COLLECTIONS`, and its layer in ``views.py``.

A property says how it is called in features, what it is, and where in the directory's document it is looked for: what
has no path is shown, and nothing is found by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.registry import AREA_LEVELS, ORGANIZATION_TYPES
from contracts.registry.words import SERVICE_STATUSES
from contracts.subjects import SUBJECTS


class Kind(StrEnum):
    """Say what a property's value is; any may be null, but a list is empty instead."""

    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole"
    FLAG = "flag"
    MOMENT = "moment"


SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
    Kind.WHOLE: {"type": "integer"},
    Kind.FLAG: {"type": "boolean"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}


@dataclass(frozen=True, slots=True)
class Property:
    """Describe one property. ``facet`` names the part of the directory's keys that its value is, if it is one."""

    name: str
    kind: Kind
    title: str
    path: str = ""
    choices: tuple[str, ...] = ()
    facet: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a value."""
        schema = dict(SCHEMAS[self.kind])
        if self.choices and self.kind is Kind.TEXTS:
            schema["items"] = {"type": "string", "enum": [*self.choices]}
        elif self.choices:
            schema["enum"] = [*self.choices]
        return {"title": self.title, **schema}

    @property
    def element(self) -> dict[str, Any]:
        """Return the JSON Schema of what one looks for: of a list, one of its values."""
        schema = self.schema
        return schema.get("items", schema)


@dataclass(frozen=True, slots=True)
class Collection:
    """Describe one collection. ``moment`` is the property that ``datetime`` speaks of, where there is one."""

    id: str
    title: str
    description: str
    geometry: str
    properties: tuple[Property, ...]
    moment: str = ""

    @property
    def queryables(self) -> dict[str, Property]:
        """Return the properties that features are found by, by their names."""
        return {one.name: one for one in self.properties if one.path}


_subjects = tuple(SUBJECTS)
_terms = Property("terms", Kind.TEXTS, "Terms of the node's own, and those above them", "own", facet="subject")

ORGANIZATIONS = Collection(
    id="organizations",
    title="Organizations",
    description="Associations, units, agencies, companies and donors: who does what, where. Each at its first place.",
    geometry="point",
    moment="last_modified",
    properties=(
        Property("id", Kind.TEXT, "Id", "_id"),
        Property("name", Kind.TEXT, "Name", "record.name"),
        Property("alternate_name", Kind.TEXT, "Other name", "record.alternate_name"),
        Property("organization_type", Kind.TEXT, "Type", "organization_type", ORGANIZATION_TYPES),
        Property("description", Kind.TEXT, "Description", "record.description"),
        Property("subjects", Kind.TEXTS, "Subjects", "record.capabilities.subject", _subjects, "subject"),
        Property("subjects_text", Kind.TEXT, "Subjects, as one text"),
        _terms,
        Property("capacities", Kind.TEXT, "Capacities, as one text"),
        Property("international_cooperation", Kind.FLAG, "International cooperation", "international_cooperation"),
        Property("cooperation_partners", Kind.TEXT, "Partners"),
        Property("members_count", Kind.WHOLE, "Members", "record.members_count"),
        Property("year_incorporated", Kind.WHOLE, "Founded in", "record.year_incorporated"),
        Property("languages", Kind.TEXTS, "Languages", "record.languages"),
        Property("area", Kind.TEXT, "Area", "record.area", facet="area"),
        Property("areas", Kind.TEXTS, "Area and those above it", "record.areas", facet="area"),
        Property("address", Kind.TEXT, "Address"),
        Property("phones", Kind.TEXT, "Telephones"),
        Property("email", Kind.TEXT, "E-mail", "record.email"),
        Property("website", Kind.TEXT, "Website", "record.website"),
        Property("identifiers", Kind.TEXT, "Identifiers"),
        Property("version", Kind.WHOLE, "Version", "version"),
        Property("last_modified", Kind.MOMENT, "Last modified", "modified"),
    ),
)
SERVICES = Collection(
    id="services",
    title="Services",
    description="What organizations do for people. Each at the first of its places.",
    geometry="point",
    moment="last_modified",
    properties=(
        Property("id", Kind.TEXT, "Id", "_id"),
        Property("name", Kind.TEXT, "Name", "record.name"),
        Property("alternate_name", Kind.TEXT, "Other name", "record.alternate_name"),
        Property("description", Kind.TEXT, "Description", "record.description"),
        Property("status", Kind.TEXT, "Status", "status", SERVICE_STATUSES),
        Property("organization_id", Kind.TEXT, "Organization", "organization"),
        Property("subjects", Kind.TEXTS, "Subjects", "record.subjects", _subjects, "subject"),
        Property("subjects_text", Kind.TEXT, "Subjects, as one text"),
        _terms,
        Property("capacities", Kind.TEXT, "Capacities, as one text"),
        Property("eligibility_description", Kind.TEXT, "For whom", "record.eligibility_description"),
        Property("minimum_age", Kind.WHOLE, "From the age of", "record.minimum_age"),
        Property("maximum_age", Kind.WHOLE, "To the age of", "record.maximum_age"),
        Property("fees_description", Kind.TEXT, "Fees", "record.fees_description"),
        Property("application_process", Kind.TEXT, "How to apply", "record.application_process"),
        Property("required_documents", Kind.TEXT, "Documents to bring"),
        Property("wait_time", Kind.TEXT, "Waiting time", "record.wait_time"),
        Property("alert", Kind.TEXT, "Notice", "record.alert"),
        Property("area", Kind.TEXT, "Area", "record.area", facet="area"),
        Property("areas", Kind.TEXTS, "Area and those above it", "record.areas", facet="area"),
        Property("phones", Kind.TEXT, "Telephones"),
        Property("email", Kind.TEXT, "E-mail", "record.email"),
        Property("url", Kind.TEXT, "Website", "record.url"),
        Property("assured_date", Kind.TEXT, "Assured on", "record.assured_date"),
        Property("version", Kind.WHOLE, "Version", "version"),
        Property("last_modified", Kind.MOMENT, "Last modified", "modified"),
    ),
)
AREAS = Collection(
    id="areas",
    title="Areas",
    description="Countries, governorates, counties and localities, each with its outline where that is known.",
    geometry="multipolygon",
    properties=(
        Property("id", Kind.TEXT, "Code", "_id"),
        Property("name", Kind.TEXT, "Name"),
        Property("name_ar", Kind.TEXT, "Name in Arabic", "names.ar"),
        Property("name_fa", Kind.TEXT, "Name in Persian", "names.fa"),
        Property("name_en", Kind.TEXT, "Name in English", "names.en"),
        Property("level", Kind.TEXT, "Level", "level", AREA_LEVELS),
        Property("parent", Kind.TEXT, "Area above it", "parent"),
        Property("path", Kind.TEXTS, "Areas above it, and itself", "path"),
        Property("schematic", Kind.FLAG, "Drawn roughly", "schematic"),
        Property("valid_from", Kind.TEXT, "An area from this day on", "valid_from"),
        Property("valid_to", Kind.TEXT, "The last day on which it is one", "valid_to"),
        Property("version", Kind.WHOLE, "Version", "version"),
    ),
)
COLLECTIONS = {one.id: one for one in (ORGANIZATIONS, SERVICES, AREAS)}
