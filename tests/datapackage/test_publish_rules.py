"""Loading a package never publishes values without sources, however the rows are split between package and database."""

import pytest

from initiatives.models import Initiative
from sco_cities.datapackage.tables import TABLES
from sco_cities.sources import evidence_coverage
from sco_cities.sources.evidence_coverage import fields_without_evidence
from sco_cities.sources.models import Report

from .sample_package import LAMPS, edited, load, make_package, problems_of

pytestmark = pytest.mark.django_db

HEADINGS = {name: text[: text.index("\n") + 1] for name, text in LAMPS.items()}


@pytest.fixture
def stored(tmp_path):
    """Loads the sample package."""
    load(make_package(tmp_path / "lamps"))


def only(**rows: str) -> dict[str, str]:
    """Returns a package with only these rows."""
    return HEADINGS | {name: HEADINGS[name] + text for name, text in rows.items()}


def test_stored_evidence_supports_a_record_of_the_package(stored, tmp_path):
    assert load(make_package(tmp_path / "again", LAMPS | {"evidence": HEADINGS["evidence"]}))


def test_a_stored_published_record_gets_no_figure_without_evidence(stored, tmp_path):
    rows = "initiatives:lamps-for-all,bulbs,3,bulbs,exact,,,,,,\n"
    assert problems_of(make_package(tmp_path / "new", only(figures=rows))) == [
        "figures.csv:2: record “initiatives:lamps-for-all”: No published report supports figure:bulbs of "
        "initiatives:lamps-for-all. Add evidence, or do not publish "
        "the record."
    ]
    evidence = "initiatives:lamps-for-all,figure:bulbs,gazette-2025,1,,supports,,,\n"
    assert load(make_package(tmp_path / "sourced", only(figures=rows, evidence=evidence)))


def test_a_stored_published_record_gets_no_city_without_evidence(tmp_path):
    tables = edited(
        "initiative_cities", "lamps-for-all,alphaville,lead\nlamps-for-all,betatown,reference\n", ""
    )
    tables = edited("evidence", "initiatives:lamps-for-all,cities,gazette-2025,1,,supports,,,\n", "", tables)
    load(make_package(tmp_path / "lamps", tables))
    found = problems_of(
        make_package(tmp_path / "new", only(initiative_cities="lamps-for-all,betatown,lead\n"))
    )
    assert found == [
        "initiative_cities.csv:2: initiative “lamps-for-all”: No published report supports cities of "
        "initiatives:lamps-for-all. Add evidence, or do not publish the "
        "record."
    ]


def test_a_stored_draft_can_get_values_without_evidence(stored, tmp_path):
    rows = {"initiative_cities": "lamps-of-tomorrow,betatown,lead\n"}
    assert load(make_package(tmp_path / "new", only(**rows))) == "created 1, updated 0, unchanged 0"


def test_a_report_that_published_records_depend_on_is_not_unpublished(stored, tmp_path):
    (row,) = [line for line in LAMPS["reports"].splitlines() if line.startswith("gazette-2025")]
    found = problems_of(
        make_package(tmp_path / "new", only(reports=row.replace(",published", ",draft") + "\n"))
    )
    assert [line.partition(":")[0] for line in found] == ["reports.csv"] * len(found)
    assert {line.rpartition(" of ")[2].partition(".")[0] for line in found} == {
        "cities:alphaville", "delegates:ada", "events:lamp-forum", "initiatives:lamps-for-all",
        "statements:lamps-are-bright",
    }  # fmt: skip
    assert Report.objects.get(slug="gazette-2025").is_published


def test_a_report_can_be_published_together_with_the_records_it_supports(stored, tmp_path):
    tables = {
        "initiatives": "dim,Dim lamps,,,Dim.,,,plan,interest,,,,,,,published,\n",
        "evidence": "".join(
            f"initiatives:dim,{field},herald-2025,10,,supports,,,\n" for field in ("*", "status")
        ),
    }
    (found,) = problems_of(make_package(tmp_path / "unpublished", only(**tables)))
    assert found.startswith("initiatives.csv:2: state “published”: No published report supports title_en, ")
    (row,) = [line for line in LAMPS["reports"].splitlines() if line.startswith("herald-2025")]
    tables["reports"] = row.replace(",draft", ",published") + "\n"
    load(make_package(tmp_path / "published", only(**tables)))
    dim = Initiative.objects.get(slug="dim")
    assert evidence_coverage.unsourced_fields([dim])[dim.pk] == []


@pytest.mark.parametrize("stance", ["differs", "earlier"])
def test_evidence_that_does_not_support_a_value_is_not_a_source(tmp_path, stance):
    tables = edited("evidence", "status,gazette-2025,1,,supports", f"status,gazette-2025,1,wished,{stance}")
    (found,) = problems_of(make_package(tmp_path, tables))
    assert found.startswith("initiatives.csv:2: state “published”: No published report supports status of ")


@pytest.mark.thorough
def test_loading_and_the_admin_require_the_same_sources(loaded_package):
    for table in TABLES.values():
        if table.is_record_table:
            lacking = {
                record.reference: evidence_coverage.unsourced_fields([record])[record.pk]
                for record in table.model.objects.published()
            }
            assert not any(lacking.values()), lacking


def test_every_evidence_field_is_in_the_package():
    for table in TABLES.values():
        if table.is_record_table:
            filling = {
                other.filled_field
                for other in TABLES.values()
                if other.filled_field and other.owner_table == table.name
            }
            assert set(table.model.evidence_fields) <= set(table.header) | filling


def test_the_package_uses_the_rule_of_the_records():
    from sco_cities.datapackage import publish_rules

    assert publish_rules.fields_without_evidence is fields_without_evidence
