"""Prove the importer's process with the real registry: a directorate's spreadsheet goes in once, whoever dies."""

import json
import secrets
import signal
from dataclasses import replace

import pytest

from chassis import rpc_client
from chassis.database import connect, prepare
from cli.areas import put, read_areas
from demo import generate
from services.gateway.imports.domain import OPEN, Counts, Creator, Status
from services.gateway.imports.store import INDEXES, ImportStore
from tests.integration.gateway.imports.conftest import Imports
from tests.parts import child, wait_until
from tests.unit.gateway.imports.builders import NO_SHARED_DATA, ROOT, SHARED_DATA

REGISTRY = ("-m", "chassis.run", "services.registry.service:Registry")
IMPORTER = ("-m", "chassis.run", "services.gateway.imports.service:Importer")
SPREADSHEET = generate.DATA / "qena-associations.xlsx"
SERVICES = SHARED_DATA / "unhcr-jordan-services"
HEADER = "اسم الجمعية,المركز,عدد الأعضاء\n"
PATIENCE = 120.0


@pytest.fixture(scope="module")
def own(config):
    return replace(config, database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}")


@pytest.fixture(scope="module")
def registry(own, tmp_path_factory):
    with child(own, *REGISTRY, name="registry", log=tmp_path_factory.mktemp("registry")):
        client = rpc_client.connect(own, "cli")
        put(client, read_areas(generate.DATA / "qena-areas.geojson"))
        client.stop()
        database = connect(own, "registry")
        yield database
        database.client.close()


@pytest.fixture
def imports(own):
    database = connect(own, "gateway")
    prepare(database, INDEXES)
    yield Imports(database, ImportStore(database))
    database.client.close()


@pytest.fixture
def importer(own, registry, tmp_path):
    with child(own, *IMPORTER, name="importer", log=tmp_path) as running:
        yield running


def ended(imports, made):
    wait_until(lambda: imports.store.get(made.id).status not in OPEN, "the import's end", PATIENCE)
    return imports.store.get(made.id)


def many(count, word):
    return HEADER + "".join(f"جمعية {word} رقم {number},قنا,{number}\n" for number in range(count))


def test_directorate_goes_in_and_again_changes_nothing(imports, registry, importer):
    first = ended(imports, imports.add(SPREADSHEET.read_bytes()))
    again = ended(imports, imports.add(SPREADSHEET.read_bytes()))

    assert (first.status, first.counts) == (Status.COMPLETED, Counts(created=150, rejected=7, warned=1))
    assert again.counts == Counts(unchanged=150, rejected=7, warned=1)
    assert registry["organizations"].count_documents({"version": {"$ne": 1}}) == 0


def test_changed_row_updates(imports, registry, importer):
    ended(imports, imports.add(HEADER + "جمعية الرحمة,قنا,10\nجمعية السلام,قنا,20\n"))

    again = ended(imports, imports.add(HEADER + "جمعيه الرحمه,مركز قنا,١١\nجمعية السلام,قنا,20\n"))

    assert again.counts == Counts(updated=1, unchanged=1)
    assert registry["organizations"].find_one({"members_count": 11})["version"] == 2


def test_dry_run_changes_nothing(imports, registry, importer):
    before = registry["organizations"].count_documents({})

    tried = ended(imports, imports.add(many(3, "تجربة"), dry_run=True))

    assert tried.counts == Counts(created=3)
    assert registry["organizations"].count_documents({}) == before


def test_officer_imports_within_the_own_area(imports, registry, importer):
    officer = Creator("officer-1", "officer", area="EG2906")

    done = ended(imports, imports.add(HEADER + "جمعية الداخل,قنا,1\nجمعية الخارج,دشنا,1\n", creator=officer))

    assert done.counts == Counts(created=1, rejected=1)
    finding = imports.store.rejections_page(done.id, 5)[0][0]
    assert (finding.row, finding.problems[0]["code"], finding.problems[0]["column"]) == (3, "outside_area", "المركز")


def test_row_that_repeats_an_earlier_one_is_rejected(imports, registry, importer):
    text = many(600, "أولى") + "جمعيه أولى رقم 0,قنا,999\n"

    done = ended(imports, imports.add(text))
    again = ended(imports, imports.add(text))

    assert done.counts == Counts(created=600, rejected=1)
    assert again.counts == Counts(unchanged=600, rejected=1)
    assert imports.store.rejections_page(done.id, 5)[0][0].problems[0]["code"] == "duplicate_row"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_import_goes_on_after_its_importer_ended(imports, own, registry, tmp_path, number):
    word = f"باقية {number}"
    made = imports.add(many(6_000, word))  # several turns of an importer
    files = tmp_path / "files"
    files.mkdir()
    with child(own, *IMPORTER, name="first", log=tmp_path, extra={"TMPDIR": str(files)}) as first:
        wait_until(lambda: imports.store.get(made.id).next_batch >= 2, "two batches", PATIENCE)
        first.kill(sig=number)
    assert imports.store.get(made.id).status is Status.RUNNING
    assert list(files.iterdir()) == []

    with child(own, *IMPORTER, name="second", log=tmp_path):
        done = ended(imports, made)

    assert done.counts == Counts(created=6_000)
    assert registry["organizations"].count_documents({"name": {"$regex": word}}) == 6_000
    assert registry["organizations"].count_documents({"name": {"$regex": word}, "version": {"$gt": 1}}) == 0


@pytest.mark.slow
@pytest.mark.skipif(not SERVICES.is_dir(), reason=NO_SHARED_DATA)
def test_services_go_in_in_both_languages(imports, registry, importer):
    mapping = json.loads((ROOT / "demo" / "mappings" / "unhcr-services.json").read_text(encoding="utf-8"))
    english, arabic = ((SERVICES / name).read_bytes() for name in ("compiled.json", "compiled_AR.json"))

    counts = [ended(imports, imports.add(one, mapping=mapping)).counts for one in (english, arabic, arabic)]

    assert counts == [Counts(created=562), Counts(updated=562), Counts(unchanged=562)]
