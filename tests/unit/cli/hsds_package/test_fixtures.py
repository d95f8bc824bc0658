"""Prove that each file of the test data, in a package with what it belongs to, gets the verdict that its name tells."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.hsds_package import reading
from tests.unit.cli.hsds_packages import FIXTURES

pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason="the test data is not here")

Faults = set[tuple[int, str]]

PARENTS = "service_id or location_id"
GOOD: Faults = set()
VERDICTS: dict[str, tuple[str, Faults]] = {
    "contact_with_no_parent": ("contacts", {(2, f"{PARENTS} or organization_id")}),
    "existing_category": ("taxonomy", GOOD),
    "holiday_schedule_with_no_parent": ("holiday_schedules", {(2, PARENTS)}),
    "hs_with_2_digit_year": ("holiday_schedules", GOOD),
    "hs_with_invalid_date": ("holiday_schedules", {(2, "end_date")}),
    "hs_with_spelled_out_date": ("holiday_schedules", GOOD),
    "invalid_address": ("addresses", {(2, "city")}),
    "invalid_category": ("taxonomy", {(2, "name")}),
    "invalid_contact": ("contacts", {(2, "name")}),
    "invalid_holiday_schedule": ("holiday_schedules", {(2, "closed"), (2, "closes_at")}),
    "invalid_location": ("locations", {(2, "name")}),
    "invalid_location_org": ("locations", {(2, "organization_id")}),
    "invalid_mail_address": ("mail_addresses", {(2, "address_1")}),
    "invalid_mail_address_location": ("mail_addresses", {(2, "location_id")}),
    "invalid_org": ("organizations", {(2, "name")}),
    "invalid_parent_category": ("taxonomy", {(2, "parent_id")}),
    "invalid_phone": ("phones", {(2, "number_type")}),
    "invalid_program": ("programs", {(2, "name")}),
    "invalid_program_headers": ("programs", {(2, "(4)")}),
    "invalid_regular_schedule": ("regular_schedules", {(2, "closes_at")}),
    "invalid_service": ("services", {(2, "name")}),
    "invalid_service_location": ("services", {(2, "location_id")}),
    "locations": ("locations", GOOD),
    "missing_address": ("addresses", {(2, "city"), (2, "location_id")}),
    "org_with_2_digit_year": ("organizations", GOOD),
    "org_with_invalid_date": ("organizations", {(2, "date_incorporated")}),
    "org_with_spelled_out_date": ("organizations", GOOD),
    "phone_with_no_parent": ("phones", {(2, f"contact_id or {PARENTS} or organization_id")}),
    "program_with_no_parent": ("programs", {(2, "organization_id")}),
    "programs": ("programs", GOOD),
    "regular_schedule_with_no_parent": ("regular_schedules", {(2, PARENTS)}),
    "services": ("services", GOOD),
    "taxonomy": ("taxonomy", GOOD),
    "valid_address": ("addresses", GOOD),
    "valid_category": ("taxonomy", GOOD),
    "valid_contact_phone": ("phones", GOOD),
    "valid_location": ("locations", GOOD),
    "valid_location_contact": ("contacts", GOOD),
    "valid_location_holiday_schedule": ("holiday_schedules", GOOD),
    "valid_location_phone": ("phones", GOOD),
    "valid_location_regular_schedule": ("regular_schedules", GOOD),
    "valid_mail_address": ("mail_addresses", GOOD),
    "valid_org": ("organizations", GOOD),
    "valid_org_contact": ("contacts", GOOD),
    "valid_org_phone": ("phones", GOOD),
    "valid_program": ("programs", GOOD),
    "valid_service": ("services", GOOD),
    "valid_service_contact": ("contacts", GOOD),
    "valid_service_holiday_schedule": ("holiday_schedules", GOOD),
    "valid_service_phone": ("phones", GOOD),
    "valid_service_regular_schedule": ("regular_schedules", GOOD),
}
"""By file: the table that it is, and the rows and columns of its errors."""
SPOKEN_DAYS = {"hs_with_2_digit_year", "hs_with_spelled_out_date", "org_with_2_digit_year", "org_with_spelled_out_date"}

ORGANIZATIONS = "id,name,date_incorporated\n1,Harvest Food Bank,\n2,Example Agency,\n"
AROUND = {
    "locations": "locations",
    "programs": "programs",
    "services": "valid_service",
    "contacts": "valid_org_contact",
}


def a_package_around(name: str, folder: Path) -> Path:
    """Write a package of one file of the test data, and of those that it belongs to."""
    folder.mkdir()
    (folder / "organizations.csv").write_text(ORGANIZATIONS, encoding="utf-8")
    for table, source in AROUND.items():
        shutil.copy(FIXTURES / f"{source}.csv", folder / f"{table}.csv")
    shutil.copy(FIXTURES / f"{name}.csv", folder / f"{VERDICTS[name][0]}.csv")
    return folder


def test_every_fixture_has_a_verdict():
    assert {file.stem for file in FIXTURES.glob("*.csv")} == VERDICTS.keys()


@pytest.mark.parametrize("name", VERDICTS)
def test_verdict_is_the_names(name: str, tmp_path: Path):
    table, faults = VERDICTS[name]

    with reading.read(a_package_around(name, tmp_path / "package")) as found:
        mine = [one for one in found.verdicts if one.file == f"{table}.csv" and not one.warning]

    assert {(one.row, one.column) for one in mine} == faults
    assert found.version == reading.OHANA


@pytest.mark.parametrize("name", sorted(SPOKEN_DAYS))
def test_spoken_day_is_a_warning(name: str, tmp_path: Path):
    with reading.read(a_package_around(name, tmp_path / "package")) as found:
        warned = [one.reason for one in found.verdicts if one.warning and "date" in one.column]

    assert warned
    assert all(reason.startswith("read as ") for reason in warned)
