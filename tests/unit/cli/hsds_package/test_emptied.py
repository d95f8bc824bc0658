"""Prove which lists a newer package empties, and which it leaves as they are."""

from __future__ import annotations

from pathlib import Path

from cli.hsds_package import reading
from cli.hsds_package.making import Maker
from tests.unit.cli.hsds_made import Make, organization, service
from tests.unit.cli.hsds_packages import ORGANIZATION, SERVICE, a_package

OTHER = {"id": "2", "name": "Fresh Start"}
PHONE = {"id": "p", "number": "703-555-1212", "organization_id": "2", "service_id": ""}


def test_list_that_only_others_have_is_empty(make: Make):
    made = organization(make(organizations=[ORGANIZATION, OTHER], phones=[PHONE]))

    assert made["phones"] == []
    assert "contacts" not in made


def test_table_without_rows_empties(make: Make, tmp_path: Path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "cost_options.csv").write_text("id,service_id,amount\n")

    assert service(make())["cost_options"] == []


def test_table_of_other_records_says_nothing(make: Make):
    maker = make(organizations=[ORGANIZATION, OTHER], phones=[PHONE])

    assert "phones" not in service(maker)


def test_list_of_rows_that_are_left_out_stays(make: Make):
    lost = [{"service_id": "1", "unit_id": "u", "available": "12", "maximum": "10"}]

    assert "capacities" not in service(make(units=[{"id": "u", "name": "beds"}], service_capacity=lost))


def test_table_with_errors_empties_nothing(tmp_path: Path):
    wrong = PHONE | {"id": "q", "number": "none of your business"}
    folder = a_package(tmp_path, organizations=[ORGANIZATION, OTHER], phones=[PHONE, wrong], services=[SERVICE])

    with reading.read(folder) as found:
        assert "phones" not in organization(Maker(found))


def test_nodes_package_speaks_of_all(exact: Make):
    of_service = PHONE | {"organization_id": "", "service_id": "1"}

    made = organization(exact(organizations=[ORGANIZATION], services=[SERVICE], phones=[of_service]))

    assert (made["phones"], made["capabilities"]) == ([], [])
