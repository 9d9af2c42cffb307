"""datapackage.json describes the tables for other programs."""

import json

import pytest
from frictionless import Package

from sco_cities.datapackage.descriptor import descriptor
from sco_cities.datapackage.tables import TABLES
from tests.conftest import PACKAGE

from .sample_package import edited, make_package

EMPTY_FILES = {table.file_name: b"" for table in TABLES.values()}


def errors(path) -> list[str]:
    report = Package(str(path / "datapackage.json")).validate()
    return [f"{error[0]}:{error[1]}" for error in report.flatten(["type", "rowNumber"])]


def test_frictionless_finds_no_error_in_the_shipped_package():
    assert errors(PACKAGE) == []


def test_frictionless_finds_no_error_with_drafts_and_every_column_type(tmp_path):
    assert errors(make_package(tmp_path)) == []


@pytest.mark.parametrize(
    "table, old, new, expected",
    [
        ("initiatives", ",agreed,", ",agred,", "constraint-error"),
        ("attendances", "lamp-forum", "lamp-forun", "foreign-key"),
        ("evidence", "herald-2025,10,", "herald-2025,1,", "foreign-key"),
        ("events", ",in May,,", ",in May,no-event,", "foreign-key"),
        ("cities", ",10.5,", ",90.1,", "constraint-error"),
        ("figures", ",0.5,", ",half,", "type-error"),
        ("initiative_cities", "lamps-for-all,betatown", "lamps-for-all,alphaville", "primary-key"),
        ("initiatives", "XA; XB", "XA,XB", "extra-cell"),
        ("evidence", "countries:XA", "countries:xa", "constraint-error"),
    ],
)
def test_frictionless_finds_the_errors_that_the_schema_can_express(tmp_path, table, old, new, expected):
    found = errors(make_package(tmp_path, edited(table, old, new)))
    assert any(error.startswith(expected) for error in found), found


def test_the_shipped_descriptor_matches_the_tables():
    shipped = (PACKAGE / "datapackage.json").read_text(encoding="utf-8")
    assert shipped == descriptor({path.name: path.read_bytes() for path in PACKAGE.glob("*.csv")})


def test_every_table_and_column_has_a_description():
    for resource in json.loads(descriptor(EMPTY_FILES))["resources"]:
        assert resource["description"]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_credits_name_every_source_of_data_and_its_licence():
    described = json.loads(descriptor(EMPTY_FILES))
    credits = " ".join(source["title"] for source in described["sources"])
    for name in ("Natural Earth", "public domain", "GeoNames (CC BY 4.0)", "Wikidata (CC0"):
        assert name in credits
    assert [licence["name"] for licence in described["licenses"]] == ["CC-BY-4.0"]
