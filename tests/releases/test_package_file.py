"""The data package of a release."""

import csv
import io
import json
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from frictionless import Package

from initiatives.models import Initiative
from sco_cities.datapackage.dump import dump_files
from sco_cities.releases.release_database import release_database
from sco_cities.releases.release_files import write_package
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.releases.hidden_records import SECRET, plant_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Returns a function that writes a package and unpacks it."""

    def write(found=None):
        with release_database(tmp_path / "release.sqlite3", found) as database:
            write_package(tmp_path / "package.zip", database, {"version": "2026-11-28"}, "How to read it")
        with ZipFile(tmp_path / "package.zip") as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            archive.extractall(tmp_path / "package")
        return tmp_path / "package"

    return write


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_package_has_the_rows_and_the_order_of_a_dump(loaded_package, folder):
    dumped = dump_files()
    for path in folder().glob("*.csv"):
        released = rows(path.read_bytes())
        names = released[0] if released else ()
        assert released == [
            {name: row[name] for name in names} for row in rows(dumped.get(path.name, b""))
        ], path.name


def test_frictionless_validates_the_package(loaded_package, folder):
    plant_secrets()
    path = folder()
    report = Package(path / "datapackage.json").validate()
    assert report.valid, report.to_summary()
    assert not any(SECRET.encode() in file.read_bytes().lower() for file in path.iterdir())
    # A reference to a missing record makes the validation fail.
    themes = path / "themes.csv"
    themes.write_text(themes.read_text().splitlines()[0] + "\n")
    assert not Package(path / "datapackage.json").validate().valid


def test_the_descriptor_names_the_version_and_every_file(loaded_package, folder):
    path = folder()
    descriptor = json.loads((path / "datapackage.json").read_text())
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (descriptor["version"], descriptor["licenses"][0]["name"]) == ("2026-11-28", "CC-BY-4.0")
    described = {resource["path"]: resource["bytes"] for resource in descriptor["resources"]}
    assert described == {file.name: file.stat().st_size for file in path.glob("*.csv")}


@pytest.mark.thorough
def test_loading_the_package_over_the_same_records_changes_nothing(loaded_package, folder, capsys):
    call_command("load_package", str(folder()))
    assert "created 0, updated 0" in capsys.readouterr().out


@pytest.mark.only_on("sqlite")
def test_a_package_contains_incomplete_records_and_loading_it_names_them(folder):
    """Readers can see the city on its page and the statement in the list."""
    make.make_city("lampton", make.make_country("xb", state="withdrawn"))
    statement = make.make_statement("said", delegate=make.make_delegate("ada", state="withdrawn"))
    make.support_everything(statement)
    path = folder()
    tables = {name: rows((path / f"{name}.csv").read_bytes()) for name in ("cities", "statements")}
    assert [(row["slug"], row["country"]) for row in tables["cities"]] == [("lampton", "")]
    assert [(row["slug"], row["delegate"]) for row in tables["statements"]] == [("said", "")]
    with pytest.raises(CommandError) as error:
        call_command("load_package", str(path))
    assert str(error.value).splitlines()[1:] == [
        "cities.csv:2: country: A value is required here.",
        "statements.csv:2: delegate, event: Enter the delegate who made the statement or the event where it was made.",
    ]


@pytest.mark.only_on("sqlite")
def test_a_part_of_the_data_is_a_valid_package(loaded_package, folder):
    path = folder({"initiatives": Initiative.objects.order_by("slug").values_list("pk", flat=True)[:5]})
    report = Package(path / "datapackage.json").validate()
    assert report.valid, report.to_summary()
    assert len(rows((path / "initiatives.csv").read_bytes())) == 5
    assert len(rows((path / "evidence.csv").read_bytes())) < Evidence.objects.count() / 4
