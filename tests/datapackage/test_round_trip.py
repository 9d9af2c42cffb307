"""A dump of a loaded package has the same bytes as the package, and loading the dump changes nothing."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from initiatives.models import Initiative
from sco_cities.cities.models import Country
from sco_cities.datapackage.dump import dump_files
from sco_cities.datapackage.load import load as write
from sco_cities.datapackage.parse import read_package
from sco_cities.datapackage.tables import TABLES
from sco_cities.datapackage.validate import check
from sco_cities.sources.models import FormerSlug
from tests.conftest import PACKAGE
from tests.extent import sample
from tests.factories import make_evidence, make_initiative, make_report

from .sample_package import LAMPS, everything_stored, load, make_package


def dumped() -> dict[str, str]:
    return {name: content.decode() for name, content in dump_files().items()}


def shipped() -> dict[str, str]:
    files = [path for path in PACKAGE.iterdir() if path.name != "README.md"]
    return {path.name: path.read_bytes().decode() for path in files}


def test_the_shipped_package_is_dumped_in_the_same_bytes(loaded_package):
    assert dumped() == shipped()


def test_a_second_load_of_the_shipped_package_changes_nothing(loaded_package):
    before = everything_stored()
    assert load(PACKAGE).startswith("created 0, updated 0, unchanged ")
    assert everything_stored() == before


@pytest.mark.django_db
def test_a_load_prints_one_line_with_the_totals(tmp_path):
    rows = sum(len(list(csv.reader(io.StringIO(text)))) - 1 for text in LAMPS.values())
    assert load(make_package(tmp_path)) == f"created {rows}, updated 0, unchanged 0"


@pytest.mark.django_db
def test_a_package_with_drafts_and_every_column_type_survives_the_round_trip(tmp_path):
    load(make_package(tmp_path))
    expected = {f"{name}.csv": text for name, text in LAMPS.items()}
    assert {name: text for name, text in dumped().items() if name.endswith(".csv")} == expected


@pytest.mark.django_db
def test_a_second_load_changes_nothing(tmp_path):
    load(make_package(tmp_path))
    before = everything_stored()
    load(tmp_path)
    assert everything_stored() == before


@pytest.mark.django_db
def test_the_order_of_rows_columns_and_list_items_does_not_matter(tmp_path):
    def shuffled(text):
        rows = list(csv.DictReader(io.StringIO(text)))
        rows.reverse()
        for row in rows:
            for name in {"themes", "countries", "speakers"} & row.keys():
                row[name] = "; ".join(reversed(row[name].split("; ")))
        output = io.StringIO()
        writer = csv.DictWriter(output, list(reversed(rows[0])))
        writer.writeheader()
        writer.writerows(rows)
        return output.getvalue()

    load(make_package(tmp_path, {name: shuffled(text) for name, text in LAMPS.items()}))
    assert dumped()["events.csv"] == LAMPS["events"]
    assert dumped()["evidence.csv"] == LAMPS["evidence"]
    assert load(make_package(tmp_path / "in-order")).startswith("created 0, updated 0,")


@pytest.mark.django_db
def test_former_slugs_survive_the_round_trip(tmp_path):
    load(make_package(tmp_path / "first"))
    initiative = Initiative.objects.get(slug="lamps-for-all")
    initiative.slug = "lamps-for-everyone"
    initiative.save()
    call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
    former = "record,slug\ninitiatives:lamps-for-everyone,lamps-for-all\n"
    assert (tmp_path / "dumped" / "former_slugs.csv").read_text() == former
    assert load(tmp_path / "dumped").startswith("created 0, updated 0,")
    FormerSlug.objects.all().delete()
    assert load(tmp_path / "dumped").startswith("created 1, updated 0,")
    assert FormerSlug.objects.get().record == initiative


@pytest.mark.django_db
def test_the_table_of_former_slugs_is_removed_when_there_are_none(tmp_path):
    load(make_package(tmp_path / "first"))
    make_package(tmp_path / "dumped", LAMPS | {"former_slugs": "record,slug\n"})
    call_command("dump_package", str(tmp_path / "dumped"), verbosity=0)
    assert not (tmp_path / "dumped" / "former_slugs.csv").exists()
    assert "former_slugs" not in (tmp_path / "dumped" / "datapackage.json").read_text()


@pytest.mark.django_db
def test_numbers_are_dumped_without_exponent_and_trailing_zeros(tmp_path):
    tables = LAMPS | {
        "figures": LAMPS["figures"].replace(",0.5,", ",00.50,").replace("16600000", "123456789012340.000")
    }
    load(make_package(tmp_path, tables))
    assert ",0.5," in dumped()["figures.csv"]
    assert ",123456789012340," in dumped()["figures.csv"]


@pytest.mark.django_db
def test_a_file_with_byte_order_mark_and_crlf_is_read(tmp_path):
    make_package(tmp_path)
    for name in LAMPS:
        path = tmp_path / f"{name}.csv"
        if name != "initiatives":
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    load(tmp_path)
    assert dumped()["cities.csv"] == LAMPS["cities"]


@pytest.mark.django_db
def test_evidence_of_a_missing_record_is_an_error_and_is_not_skipped():
    initiative = make_initiative()
    evidence = make_evidence(initiative, "status", make_report().passages.first())
    type(evidence).objects.filter(pk=evidence.pk).update(object_id=initiative.pk + 1)
    with pytest.raises(LookupError, match="which does not exist"):
        dump_files()


# Texts that can be entered in the admin, with line ends, quotes, separators and formulas.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)


@pytest.mark.django_db
@settings(max_examples=sample(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(note="-1+1", title="a\rb", aliases=" =1; ")
@given(note=texts, title=texts.filter(str.strip), aliases=texts)
def test_any_stored_text_survives_the_round_trip(tmp_path, note, title, aliases):
    load(make_package(tmp_path / "lamps"))
    report = read_stored("reports", "gazette-2025")
    report.note, report.title = note, title
    report.save()
    city = read_stored("cities", "alphaville")
    city.aliases = aliases
    city.save()
    folder = tmp_path / "dumped"
    call_command("dump_package", str(folder), verbosity=0)
    package = read_package(folder)
    assert check(package) == []
    assert {name: changes["unchanged"] for name, changes in write(package).items()} == {
        name: len(rows) for name, rows in package.rows.items() if rows
    }


def read_stored(table: str, slug: str):
    return TABLES[table].model.objects.get(slug=slug)


def test_a_country_has_the_same_reference_in_the_package():
    assert Country(slug="kg").reference == "countries:KG"


def test_the_path_of_the_descriptor_can_be_given_instead_of_the_folder():
    assert read_package(PACKAGE / "datapackage.json").rows.keys() == read_package(Path(PACKAGE)).rows.keys()
