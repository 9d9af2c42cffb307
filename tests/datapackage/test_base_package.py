"""An update compares a package with the last loaded package, which is stored in the database."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sco_cities.cities.models import City
from sco_cities.datapackage.models import LoadedPackage
from sco_cities.datapackage.parse import read_package
from sco_cities.datapackage.tables import TABLES

from .package_edits import (
    OLD,
    changed,
    curators_write,
    kept_in,
    revert_last,
    rows_of,
    stored_rows,
    texts_of,
    update,
    without,
)
from .sample_package import edited, load, make_package

pytestmark = pytest.mark.django_db


def test_a_database_loaded_from_a_dump_is_updated_with_its_first_package(tmp_path):
    old = make_package(tmp_path / "old")
    load(old)
    curators_write("cities", OLD["cities"]["alphaville",] | {"population": "3"})
    call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
    LoadedPackage.objects.all().delete()
    load(tmp_path / "dumped")
    new = make_package(tmp_path / "new", edited("cities", "Alpha; The Ville", "Alpha"))
    with pytest.raises(
        CommandError, match=f"come from a dump.*{re.escape(read_package(old).version)}.*with --base"
    ):
        update(new)
    with pytest.raises(CommandError, match="but the records come from version"):
        update(new, base=str(new))
    assert update(new, base=str(old)) == ["cities: updated 1"]
    assert City.objects.get(slug="alphaville").population == 3
    assert update(new) == ["Nothing to change."]


def test_a_reloaded_dump_is_not_treated_as_a_new_package(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_write("cities", OLD["cities"]["alphaville",] | {"population": "3"})
    call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
    load(tmp_path / "dumped")
    new = make_package(tmp_path / "new", edited("cities", "Alpha; The Ville", "Alpha"))
    assert update(new) == ["cities: updated 1"]
    assert City.objects.get(slug="alphaville").population == 3


def test_a_dump_names_the_package_that_it_is_based_on(tmp_path):
    def based_on() -> str:
        call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
        return read_package(tmp_path / "dumped").based_on

    assert based_on() == ""
    old = make_package(tmp_path / "old")
    load(old)
    assert based_on() == ""
    curators_write("cities", OLD["cities"]["alphaville",] | {"population": "3"})
    assert based_on() == read_package(old).version
    LoadedPackage.objects.all().delete()
    assert based_on() == "unknown"


def a_theme() -> dict[str, str]:
    """Returns the tables of a package with one row."""
    headers = {name: without(OLD, name, *OLD[name])[name] for name in OLD}
    theme = OLD["themes"]["lamps",] | {"description": "Lamps"}
    return texts_of(headers | {"themes": {("lamps",): theme}})


def test_a_load_of_fewer_rows_adds_to_what_an_update_compares_with(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_write("cities", OLD["cities"]["alphaville",] | {"population": "3"})
    load(make_package(tmp_path / "theme", a_theme()))
    new = changed(OLD, "cities", ("alphaville",), aliases="Alpha")
    new = changed(new, "themes", ("lamps",), description="Lamps", keywords="bulb")
    assert update(make_package(tmp_path / "new", texts_of(new))) == ["cities: updated 1", "themes: updated 1"]
    assert stored_rows() == changed(new, "cities", ("alphaville",), population="3")


def test_after_a_load_of_fewer_rows_a_dump_is_updated_with_its_first_package(tmp_path):
    old = make_package(tmp_path / "old")
    load(old)
    curators_write("cities", OLD["cities"]["alphaville",] | {"population": "3"})
    call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
    LoadedPackage.objects.all().delete()
    load(tmp_path / "dumped")
    load(make_package(tmp_path / "theme", a_theme()))
    new = make_package(tmp_path / "new", edited("cities", "Alpha; The Ville", "Alpha"))
    with pytest.raises(CommandError, match="come from a dump"):
        update(new)
    assert kept_in(update(new, base=str(old))) == []
    assert City.objects.get(slug="alphaville").aliases == "Alpha"


def test_a_load_of_fewer_columns_adds_no_values_of_curators_to_what_an_update_compares_with(tmp_path):
    load(make_package(tmp_path / "old"))
    curators_write("themes", OLD["themes"]["lamps",] | {"description_zh": "别的说明"})
    table = TABLES["themes"]
    theme = make_package(tmp_path / "theme", a_theme())
    row = rows_of({"themes": (theme / "themes.csv").read_text()})["themes"]["lamps",]
    header = table.required_header
    text = "".join(",".join(cells) + "\n" for cells in (header, [row[name] for name in header]))
    make_package(theme, a_theme() | {"themes": text})
    load(theme)
    new = changed(OLD, "themes", ("lamps",), description="Lamps", description_zh="")
    lines = update(make_package(tmp_path / "new", texts_of(new)))
    assert kept_in(lines) == [
        "themes:lamps description_zh: the package says “”, the record “别的说明”",
    ]


def test_a_load_of_fewer_rows_leaves_a_package_with_all_rows(tmp_path):
    old = make_package(tmp_path / "old")
    load(old)
    load(make_package(tmp_path / "theme", a_theme()))
    call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
    dumped = read_package(tmp_path / "dumped")
    assert (dumped.based_on, dumped.version) == ("", LoadedPackage.objects.newest().version)
    load(old)
    assert LoadedPackage.objects.newest().version == read_package(old).version


def start(folder) -> str:
    """Returns the line that `make run` prints about the package in `folder`."""
    output = StringIO()
    call_command("load_package", str(folder), if_empty=True, stdout=output)
    return output.getvalue()


SILENT = "The database already has records, so nothing is loaded.\n"


def test_a_start_reports_another_package_in_the_database(tmp_path):
    old = make_package(tmp_path / "old")
    new = make_package(tmp_path / "new", edited("cities", ",1000,", ",2000,"))
    start(old)
    assert start(old) == SILENT
    assert "is not the package in the database" in start(new)
    assert start(new).endswith(f"manage.py load_package --update --dry-run {new}\n")
    update(new)
    assert start(new) == SILENT
    assert start(old) != SILENT
    revert_last()
    assert start(old) == SILENT
    assert start(new) != SILENT


def test_a_start_suggests_no_update_after_a_load_of_a_package_with_another_name(tmp_path):
    package = make_package(tmp_path / "package")
    other = make_package(tmp_path / "other", a_theme())
    descriptor = (other / "datapackage.json").read_text()
    (other / "datapackage.json").write_text(descriptor.replace('"name": "summit-cities"', '"name": "other"'))
    start(package)
    load(other)
    assert start(package) == start(other) == SILENT
