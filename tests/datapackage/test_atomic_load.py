"""A load is atomic, and its number of queries does not depend on the number of rows."""

import io

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sco_cities.cities.models import City
from sco_cities.datapackage import load as load_module
from sco_cities.datapackage.load import load as write
from sco_cities.datapackage.parse import read_package
from sco_cities.datapackage.validate import check

from .sample_package import LAMPS, edited, everything_stored, load, make_package

pytestmark = pytest.mark.django_db


def read_and_write(folder):
    write(read_package(folder))


@pytest.mark.parametrize("how", [load, read_and_write])
@pytest.mark.parametrize("table", ["countries", "passages", "initiative_cities", "evidence"])
def test_an_error_during_the_load_leaves_the_database_unchanged(tmp_path, monkeypatch, table, how):
    load(make_package(tmp_path / "before"))
    before = everything_stored()
    tables = edited("countries", ",Страна А,", ",Другая,")
    package = make_package(tmp_path / "after", edited("passages", "They shine.", "They glow.", tables))
    write_table = load_module._TableWriter.write

    def fail(self):
        written = write_table(self)
        if self.table.name == table:
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(load_module._TableWriter, "write", fail)
    with pytest.raises(KeyboardInterrupt):
        how(package)
    assert everything_stored() == before


def test_an_error_of_the_database_is_reported_and_changes_nothing(tmp_path, monkeypatch):
    def refuse(self):
        raise IntegrityError("duplicate key")

    monkeypatch.setattr(load_module._TableWriter, "write", refuse)
    with pytest.raises(CommandError, match="rejected the change; nothing was changed: duplicate key"):
        load(make_package(tmp_path))


def test_a_quiet_load_prints_nothing(tmp_path):
    output = io.StringIO()
    call_command("load_package", str(make_package(tmp_path)), stdout=output, verbosity=0)
    assert output.getvalue() == ""


def many_lamps(number: int) -> dict[str, str]:
    """Returns the package with additional initiatives, each with a city, two themes and evidence."""
    more = {"initiatives": [], "initiative_cities": [], "evidence": []}
    for n in range(number):
        more["initiatives"].append(
            f"more-{n},More,,,More.,,,project,agreed,,,lamp-forum,XA,lamp-office,lamps; streets,published,\n"
        )
        more["initiative_cities"].append(f"more-{n},alphaville,lead\n")
        more["evidence"] += [
            f"initiatives:more-{n},{field},gazette-2025,1,,supports,,,\n"
            for field in ("*", "status", "cities")
        ]
    return LAMPS | {name: LAMPS[name] + "".join(rows) for name, rows in more.items()}


@pytest.mark.parametrize(
    "edit", [("created", None), ("unchanged", None), ("updated", (",agreed,", ",proposed,"))]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path, edit):
    counts = []
    outcome, replacement = edit
    # The rows fit into one batch on SQLite, which accepts 999 parameters.
    for number in (3, 20):
        ContentType.objects.clear_cache()
        tables = many_lamps(number)
        folder = make_package(tmp_path / str(number), tables)
        with transaction.atomic():
            if outcome != "created":
                load(folder)
            if replacement:
                make_package(folder, tables | {"initiatives": tables["initiatives"].replace(*replacement)})
            with CaptureQueriesContext(connection) as queries:
                printed = load(folder)
            transaction.set_rollback(True)
        assert f"{outcome} 0" not in printed
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 270


def test_validation_writes_nothing(tmp_path):
    folder = make_package(tmp_path)
    with CaptureQueriesContext(connection) as queries:
        assert check(read_package(folder)) == []
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]


@pytest.mark.django_db
def test_if_empty_loads_an_empty_database_and_overwrites_no_correction(tmp_path):
    path, printed = make_package(tmp_path / "package"), io.StringIO()
    call_command("load_package", "--if-empty", str(path), stdout=printed)
    City.objects.filter(slug="alphaville").update(name_en="Corrected")
    call_command("load_package", "--if-empty", str(path), stdout=printed)
    assert City.objects.get(slug="alphaville").name_en == "Corrected"
    assert printed.getvalue().endswith("The database already has records, so nothing is loaded.\n")
    assert printed.getvalue().startswith("created ")
