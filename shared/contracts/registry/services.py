"""Shape services: what an organization does for people, as HSDS 3.1 names it, and for which subjects of needs."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from contracts.checks import FAULTS, Length
from contracts.registry.batches import Batch
from contracts.registry.deriving import answering, quantity
from contracts.registry.hsds import (
    ADDRESS,
    BLOCK,
    FEW,
    LINE,
    NOTE,
    SOME,
    AttributeFields,
    ContactFields,
    CostOptionFields,
    FundingFields,
    LanguageFields,
    RequiredDocumentFields,
    ScheduleFields,
    ServiceAreaFields,
    ServiceAtLocationFields,
    ServiceCapacityFields,
    ServicePhoneFields,
    UrlFields,
)
from contracts.registry.shapes import (
    Answer,
    PageRequest,
    Request,
    choice,
    day,
    part,
    record_id,
    several,
    subject,
    subject_or_term,
    term_code,
    text,
)
from contracts.registry.words import BATCH_SERVICES, PLACES_MOST, SERVICE_STATUSES, TERMS_BORNE

NAME: dict[str, Any] = {"metadata": {"example": "علاج شهري للأسر"}}


class ServiceFields(Request):
    """Give what is to be set; what is not given stays as it was. A list replaces the whole list.

    ``subjects`` are those of the needs that the service meets, ``terms`` terms of the node's own below these; where
    only subjects are given, the terms below them stay. ``program_id`` is a programme of the organization,
    ``location_id`` of ``service_at_locations`` a place of it, each place once. ``assured_date`` is when
    ``assurer_email`` last looked the record over. Ages are in years. ``url`` may lack ``https://``. A record may be
    :data:`contracts.registry.words.SERVICE_BYTES` long.
    """

    name = text(LINE, 1, **NAME)
    alternate_name = text(LINE)
    description = text(BLOCK)
    status = choice(SERVICE_STATUSES)
    subjects = several(subject(), SOME, metadata={"example": ["health"]})
    terms = several(term_code(), TERMS_BORNE, metadata={"example": ["health.dialysis"]})
    program_id = text(100)
    url = text(ADDRESS)
    additional_urls = several(part(UrlFields), FEW)
    email = text(LINE)
    interpretation_services = text(NOTE)
    application_process = text(BLOCK)
    fees_description = text(BLOCK)
    eligibility_description = text(BLOCK)
    minimum_age = quantity(0, 150)
    maximum_age = quantity(0, 150)
    assured_date = day()
    assurer_email = text(LINE)
    licenses = text(NOTE)
    accreditations = text(NOTE)
    alert = text(NOTE)
    wait_time = text(NOTE)
    phones = several(part(ServicePhoneFields), FEW)
    schedules = several(part(ScheduleFields), SOME)
    service_areas = several(part(ServiceAreaFields), SOME)
    service_at_locations = several(part(ServiceAtLocationFields), PLACES_MOST)
    languages = several(part(LanguageFields), SOME)
    funding = several(part(FundingFields), FEW)
    cost_options = several(part(CostOptionFields), SOME)
    required_documents = several(part(RequiredDocumentFields), SOME)
    contacts = several(part(ContactFields), FEW)
    capacities = several(part(ServiceCapacityFields), FEW)
    attributes = several(part(AttributeFields), SOME)


class NewService(ServiceFields):
    """Describe a service that is not registered yet. ``active`` where no status is given."""

    name = text(LINE, 1, required=True, **NAME)


class RegisterService(Request):
    """Register one service of an organization."""

    organization_id = record_id(required=True)
    service = part(NewService, required=True)


class ChangeService(Request):
    """Change what is given of one service. It stays with its organization.

    ``assured_date`` and ``assurer_email`` are the directorate's to change; an association that asks for it is
    ``forbidden``.
    """

    id = record_id(required=True)
    service = part(ServiceFields, required=True)


class SearchServices(PageRequest):
    """Search by words of the names of the service; each must begin one, in any spelling."""

    q = text(200, load_default="")
    organization_id = text(100, load_default="")
    area = text(100, load_default="")
    subject = subject_or_term(load_default=None, allow_none=True)
    status = choice(SERVICE_STATUSES, load_default=None, allow_none=True)


class ServiceRowFields(ServiceFields):
    """Describe one row of an import: a service's fields, whose it is, and the id that it bears in its list."""

    organization_id = record_id(required=True)
    external_id = text(100, load_default="")


class ServiceRow(Request):
    """Carry one row. What is wrong in ``service`` rejects the row alone, so it is not checked before."""

    row = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    service = fields.Dict(required=True, keys=fields.String(), error_messages=FAULTS)


class PutServices(Batch):
    """Put one batch of an import of services.

    A row speaks of the service that bears its ``external_id`` in the list ``source``; or else of the one of its name,
    in any spelling, of its organization.
    """

    rows = fields.List(fields.Nested(ServiceRow), required=True, validate=Length("too_many", min=1, max=BATCH_SERVICES))


@answering(ServiceFields)
class Service(Answer):
    """Give the whole public record of one service.

    ``area`` and ``areas`` are its organization's. An organization that is removed takes its services along; one that
    is inactive keeps them, and the directory hides them. Records from before there were ``terms`` have none.
    """

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    organization_id = fields.String(required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    terms = fields.List(fields.String())
    last_modified = fields.AwareDateTime(format="iso", required=True)


class ServicePage(Answer):
    """Give a page of services; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(Service), required=True)
    next = fields.String(required=True)
