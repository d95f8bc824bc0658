"""Run a register and its directory, and write, read and import packages of it."""

from __future__ import annotations

import csv
import io
import re
import secrets
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from chassis.config import Config
from chassis.database import CHASSIS_INDEXES, connect, prepare
from chassis.identity import Actor
from chassis.work import Units, event_seal
from cli.hsds_package import reading
from cli.hsds_package.making import Maker
from cli.hsds_package.own import OwnTerms
from cli.hsds_putting import Importer, Report
from contracts.envelope import RpcContract
from contracts.policy import Scope
from contracts.registry import GET_ORGANIZATION, PUT_ORGANIZATIONS
from services.gateway.directory import store as directory
from services.gateway.hsds.asked import OrganizationsAsked, ServicesAsked
from services.gateway.hsds.package.tables import TABLES
from services.gateway.hsds.views import Hsds
from services.gateway.tiles import store as tiles
from services.registry.areas.schemas import record as of_area
from services.registry.organizations.schemas import record as of_organization
from services.registry.services.schemas import record as of_service
from services.registry.taxonomies.schemas import record as of_term
from tests.integration.gateway.directories import Projected
from tests.integration.registry.house import OPERATOR, QENA, House, call_of, ground_at

Json = dict[str, Any]

EVERYTHING = Scope()
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TERMS = ("health.dialysis", "health.teeth")
UNTRUE_OF_ANOTHER = ("last_modified", "updated", "metadata")
TERM, UNIT = str(uuid.uuid4()), str(uuid.uuid4())
ATTRIBUTES = [
    {"link_type": "taxonomy", "taxonomy_term_id": TERM, "value": "BD-1800", "label": "Pantries"},
    {"label": "=1+1", "value": "a text that a spreadsheet would run"},
    {"taxonomy_term_id": "eacfd985-61a1-5737-aa72-0c494ae17b07", "link_type": "subject"},
]
LANGUAGE = {"name": "لهجة صعيدية", "code": "ar", "note": "في الصباح", "attributes": ATTRIBUTES[:1]}
PHONE = {
    "number": "096 5331234",
    "extension": 0,
    "type": "voice",
    "description": "من التاسعة",
    "languages": [LANGUAGE],
    "attributes": ATTRIBUTES[:2],
}
CONTACT = {
    "name": "أ. منى",
    "title": "منسقة",
    "email": "mona@example.org",
    "phones": [PHONE],
    "attributes": ATTRIBUTES[1:2],
}
HOURS = {
    "freq": "WEEKLY",
    "byday": "SU,TU",
    "opens_at": "09:00:00",
    "closes_at": "14:00+02:00",
    "attributes": ATTRIBUTES[:1],
}
NIGHT = {"freq": "MONTHLY", "byday": "1MO,-1FR", "opens_at": "22:00", "closes_at": "24:00", "wkst": "SA", "interval": 2}
AREA = {
    "name": "قرى قنا",
    "description": "شرق\nالنيل",
    "extent": "POINT (32.7 26.1)",
    "extent_type": "wkt",
    "attributes": ATTRIBUTES[:1],
}
PLACES = [
    {
        "name": "المقر",
        "address": "شارع الجميل، قنا",
        "latitude": 26.15,
        "longitude": 32.75,
        "area": "EG2901",
        "alternate_name": "+بيت الأمة",
        "description": "الطابق\nالثاني",
        "transportation": "محطة قنا",
        "location_type": "virtual",
        "url": "https://ehsan.example/office",
        "external_identifier": "///cheer.parent.mole",
        "external_identifier_type": "what3words",
        "accessibility": [
            {"description": "منحدر", "details": "من الباب\nالخلفي", "attributes": ATTRIBUTES[:1]},
            {"url": "https://ehsan.example/ramp"},
        ],
        "languages": [LANGUAGE, {"name": "لغة الإشارة"}],
        "phones": [PHONE],
        "contacts": [CONTACT, {"name": "أ. منى"}],
        "schedules": [HOURS, NIGHT],
        "attributes": ATTRIBUTES,
    },
    {
        "name": "الفرع",
        "area": "EG2902",
        "addresses": [
            {"address_1": "ص.ب. ١٢", "postal_code": "83511", "address_type": "postal"},
            {
                "attention": "أ. منى",
                "address_1": "شارع النيل",
                "address_2": "الدور الأول",
                "city": "أبو تشت",
                "region": "الصعيد",
                "state_province": "قنا",
                "country": "مصر",
                "attributes": ATTRIBUTES[1:2],
            },
        ],
    },
    {"name": "مكان بلا عنوان"},
]
EHSAN: Json = {
    "name": 'جمعية الإحسان, "قنا"',
    "alternate_name": "=cmd|' /C calc'!A0",
    "organization_type": "central",
    "description": "سطر أول\nسطر ثان",
    "email": "info@ehsan.example",
    "website": "ehsan.example/?a=1&b=2",
    "phones": [
        {"number": "096 5331234", "type": "sms"},
        {"number": "096 5331234", "type": "voice"},
        {"number": "096 5331234", "type": "voice"},
        {"number": "096 5331234", "type": "voice", "extension": 0, "description": "الاستقبال"},
    ],
    "identifiers": [{"identifier_scheme": "eg.moss.registration", "identifier": "1234/2009"}],
    "languages": ["ar", "en"],
    "year_incorporated": 2009,
    "attributes": ATTRIBUTES,
    "international_cooperation": True,
    "cooperations": [{"partner": "UNICEF", "country": "US", "programme": "مياه"}, {"partner": "WFP"}],
    "capabilities": [
        {"subject": "health", "capacity": 40, "unit": "families", "terms": [*TERMS]},
        {"subject": "schooling", "unit": "seats"},
        {"subject": "food"},
    ],
    "locations": PLACES,
    "area": "EG29",
    "legal_status": "مشهرة",
    "additional_websites": [{"label": "أرشيف", "url": "https://old.example", "attributes": ATTRIBUTES[:1]}],
    "contacts": [CONTACT],
    "programs": [{"name": "رعاية", "description": "", "attributes": ATTRIBUTES[1:2]}],
    "funding": [{"source": "تبرعات"}],
    "logo": "https://ehsan.example/logo.png",
    "uri": "https://ids.example/1",
}
CHECKUP: Json = {
    "name": "كشف طبي",
    "alternate_name": "+Checkup",
    "description": "كشف\r\nودواء",
    "status": "temporarily closed",
    "subjects": ["health", "food"],
    "terms": [*TERMS[1:]],
    "url": "https://ehsan.example/checkup",
    "additional_urls": [{"label": "حجز", "url": "https://ehsan.example/book", "attributes": ATTRIBUTES[1:2]}],
    "email": "clinic@ehsan.example",
    "interpretation_services": "لغة الإشارة",
    "application_process": "بالحضور",
    "fees_description": "مجانا",
    "eligibility_description": "الأسر المسجلة",
    "minimum_age": 0,
    "maximum_age": 17.5,
    "assured_date": "2026-10-01",
    "assurer_email": "officer@example.org",
    "licenses": "رخصة",
    "accreditations": "اعتماد",
    "alert": "مغلق",
    "wait_time": "يوم",
    "phones": [PHONE],
    "schedules": [HOURS, NIGHT],
    "service_areas": [AREA, {"uri": "https://areas.example/1"}],
    "languages": [LANGUAGE],
    "funding": [{"source": "منحة", "attributes": ATTRIBUTES[:1]}],
    "cost_options": [{"option": "الكبار", "currency": "EGP", "amount": 12.5, "valid_to": "2026-01-01"}, {"amount": 0}],
    "required_documents": [{"document": "بطاقة"}, {"uri": "https://forms.example/1"}],
    "contacts": [CONTACT],
    "capacities": [
        {"unit": {"id": UNIT, "name": "beds"}, "available": 0, "maximum": 4},
        {
            "unit": {"name": "places", "attributes": ATTRIBUTES[:1]},
            "available": 12,
            "description": "صباحا",
            "attributes": ATTRIBUTES[:1],
        },
    ],
    "attributes": ATTRIBUTES,
}


@dataclass
class Land:
    """Hold a register, and the directory that shows it."""

    house: House
    projected: Projected

    @property
    def hsds(self) -> Hsds:
        """Return what reads the directory."""
        return Hsds(self.projected.database)

    def show(self) -> None:
        """Let the directory follow the register."""
        self.projected.areas(*map(of_area, self.house.areas.page("", 1000)))
        self.projected.terms(*map(of_term, self.house.terms.page("", 0)))
        self.projected.organizations(*map(of_organization, self.house.organizations.page("", 1000)))
        self.projected.services(*map(of_service, self.house.services.page("", 1000)))

    def call(self, contract: RpcContract, request: Json, *, actor: Actor, key: str = "") -> Any:
        """Answer as the registry's process would."""
        if contract is GET_ORGANIZATION:
            return of_organization(self.house.organizations.get(request["id"], EVERYTHING))
        desk: Any = self.house.desk if contract is PUT_ORGANIZATIONS else self.house.service_desk
        asked = call_of(contract, request, OPERATOR, key)
        rows = desk.read_rows(asked)
        if request["dry_run"]:
            return self.house.units.do(OPERATOR, lambda unit: desk.try_out(asked, rows, unit))
        return self.house.units.once(asked, lambda unit: desk.put(asked, rows, unit)).body


@contextmanager
def a_land(config: Config, node: str) -> Iterator[Land]:
    """Give a register with the areas of Qena, terms and nothing else, and a directory beside it."""
    with ground_at(config) as (own, commands):
        house = House(own, Units(own, node=node, service="registry", seal=event_seal(config)), commands)
        house.put_areas(QENA)
        for code in TERMS:
            house.put_term(code)
        shown = connect(config, f"gateway{secrets.token_hex(3)}")
        prepare(shown, {**CHASSIS_INDEXES, **directory.INDEXES, **tiles.INDEXES})
        try:
            yield Land(house, Projected(shown))
        finally:
            shown.client.drop_database(shown.name)
            shown.client.close()


def register(house: House) -> None:
    """Register two organizations, and what they do; a term that they bear is offered no more."""
    ehsan = house.register(**EHSAN)
    record = of_organization(house.organizations.get(ehsan, EVERYTHING))
    first, second, _ = (one["id"] for one in record["locations"])
    here = {"service_areas": [AREA], "contacts": [CONTACT], "phones": [PHONE], "schedules": [HOURS]}
    at = [{"location_id": second}, {"location_id": first, "description": "العيادة", **here, "attributes": ATTRIBUTES}]
    house.register_service(ehsan, **CHECKUP, program_id=record["programs"][0]["id"], service_at_locations=at)
    house.register_service(ehsan, name="دواء شهري", capacities=CHECKUP["capacities"][:1])
    house.register_service(house.register(name="جمعية الرحمة", area="EG2902"), name="دروس", subjects=["schooling"])
    house.register(name="جمعية أغلقت", area="EG2901", status="inactive")
    house.register_service(ehsan, name="خدمة انتهت", status="defunct")
    house.retire_term(TERMS[1])


def written(land: Land, file: Path) -> Path:
    """Write a land's package."""
    file.write_bytes(b"".join(land.hsds.packages.written("qena", "https://qena.example")))
    return file


def tables(file: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table of a package."""
    with zipfile.ZipFile(file) as archive:
        texts = {table.name: archive.read(table.file).decode() for table in TABLES}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def put(land: Land, file: Path, *, dry_run: bool = False, own_ids: bool = False) -> Report:
    """Import a package, into the register that it was written from with ``own_ids``."""
    with reading.read(file, "EG") as found:
        maker = Maker(found, own=OwnTerms({one.id for one in land.house.terms.page("", 0)}))
        return Importer(land, maker, found.node, "en", dry_run, own_ids).run()  # type: ignore[arg-type]


def told(land: Land) -> list[str]:
    """Return all that /hsds tells of a land, with numbers in place of ids in the order in which they come."""
    asked = (
        land.hsds.all_organizations(OrganizationsAsked(full=True, full_service=True)),
        land.hsds.all_services(ServicesAsked(full=True)),
        land.hsds.all_at_locations(ServicesAsked(full=True)),
    )
    records = [sorted((plain(orjson.loads(one)) for one in some), key=named) for some in asked]
    for one in records[0]:
        one.get("services", []).sort(key=named)
    seen: dict[str, str] = {}
    text = orjson.dumps(records, option=orjson.OPT_INDENT_2).decode()
    return UUID.sub(lambda found: seen.setdefault(found[0], f"#{len(seen)}"), text).splitlines()


def named(record: Json) -> tuple[str, str]:
    """Return what a record is called, of itself or of its service, and its place."""
    return record.get("name") or record["service"]["name"], record.get("location", {}).get("name", "")


def plain(node: Any) -> Any:
    """Return what is told without the times at which it was written."""
    if isinstance(node, dict):
        return {name: plain(value) for name, value in node.items() if name not in UNTRUE_OF_ANOTHER}
    return list(map(plain, node)) if isinstance(node, list) else node
