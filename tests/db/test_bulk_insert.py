"""Bulk inserts store the same rows as Django's inserts."""

import re

import pytest
from django.core.management import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.db.bulk_insert import insert_records, insert_rows
from sco_cities.sources.models import Evidence, Figure
from sco_cities.themes.models import Theme
from tests.datapackage.sample_package import LAMPS, edited, everything_stored, load, make_package
from tests.factories import make_initiative

pytestmark = pytest.mark.django_db

AWKWARD = [
    "a\ttab",
    "two\nlines",
    "a\r\nWindows line",
    "back\\slash",
    r"\N",
    r"\.",
    '"quoted", with comma',
    "'",
    "Душанбе 杜尚别 🚡",
    "  blanks  ",
    "100 %s",
]


def new_theme(text: str, number: int) -> Theme:
    return Theme(slug=f"theme-{number}", name_en=text, pillar="security", description=text)


def values_of(theme: Theme) -> dict:
    return {
        field.attname: getattr(theme, field.attname)
        for field in Theme._meta.concrete_fields
        if field.attname not in ("id", "slug", "created_at", "updated_at", "search_text")
    }


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_is_stored_as_bulk_create_stores_it(text):
    with transaction.atomic():
        insert_records(Theme, [new_theme(text, 1)])
        Theme.objects.bulk_create([new_theme(text, 2)])
    one, two = Theme.objects.order_by("slug")
    assert values_of(one) == values_of(two)
    assert one.name_en == one.description == text


def test_computed_columns_and_time_stamps_are_set():
    new = Initiative(
        slug="new", title_en="Lamps", summary_en="x", kind="project", status="completed", starts_on="2024-05"
    )
    with transaction.atomic():
        insert_records(Initiative, [new])
    stored = Initiative.objects.get()
    assert (stored.starts_first.isoformat(), stored.runs_until.isoformat()) == ("2024-05-01", "2024-05-31")
    assert stored.ends_last is None
    assert stored.search_text == new.text_to_search() != ""
    assert stored.created_at == stored.updated_at or stored.created_at < stored.updated_at
    assert (stored.pk, new._state.adding) == (new.pk, False)


def test_new_keys_are_higher_than_all_keys_ever_used():
    deleted = [make_initiative(f"lamp-{number}") for number in range(3)]
    highest = deleted[-1].pk
    Initiative.objects.filter(pk=highest).delete()
    new = [
        Initiative(slug=f"new-{n}", title_en="x", summary_en="x", kind="plan", status="agreed")
        for n in (1, 2)
    ]
    with transaction.atomic():
        insert_records(Initiative, new)
    assert [record.pk for record in new] == [highest + 1, highest + 2]
    assert make_initiative("later").pk > highest + 2
    assert Initiative.objects.aggregate(Max("pk"))["pk__max"] == highest + 3


def test_inserting_no_rows_is_not_an_error():
    with transaction.atomic():
        insert_records(Theme, [])
        insert_rows(Theme, ["slug"], [])
    assert not Theme.objects.exists()


@pytest.mark.parametrize("wrong", [{"slug": "theme-0"}, {"slug": ""}, {"pillar": "fourth"}])
def test_a_constraint_violation_is_a_database_error_and_nothing_is_written(wrong):
    with transaction.atomic():
        insert_records(Theme, [new_theme("there", 0)])
    new = new_theme("new", 1)
    for name, value in wrong.items():
        setattr(new, name, value)
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_records(Theme, [new])
    assert list(Theme.objects.values_list("slug", flat=True)) == ["theme-0"]


def test_a_load_that_the_database_rejects_reports_the_error_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("sco_cities.datapackage.management.commands.load_package.check", lambda package: [])
    tables = edited("evidence", "sco_role,gazette-2025,1,,supports", "sco_role,gazette-2025,1,,differs")
    before = everything_stored()
    with pytest.raises(CommandError, match="rejected the change; nothing was changed"):
        load(make_package(tmp_path, tables))
    assert everything_stored() == before


def test_evidence_and_figures_of_stored_records_are_not_duplicated_when_new_ones_are_inserted(tmp_path):
    load(make_package(tmp_path / "before"))
    evidence, figures = Evidence.objects.count(), Figure.objects.count()
    new = "lamps-again,Again,,,Again.,,,plan,interest,,,,,,,draft,\n"
    new_evidence = "initiatives:lamps-again,*,gazette-2025,1,,supports,,,\n"
    tables = LAMPS | {
        "initiatives": LAMPS["initiatives"] + new,
        "evidence": LAMPS["evidence"] + new_evidence,
        "figures": LAMPS["figures"] + "initiatives:lamps-again,lamps,1,lamps,exact,,,,,,\n",
    }
    assert load(make_package(tmp_path / "after", tables)).startswith("created 3, updated 0,")
    assert (Evidence.objects.count(), Figure.objects.count()) == (evidence + 1, figures + 1)


def test_parts_of_new_records_are_not_looked_up(tmp_path):
    """Stored records must not slow down a load. An earlier version read a million footnotes for each new footnote."""
    load(make_package(tmp_path / "before"))
    new = "lamps-again,Again,,,Again.,,,plan,interest,,,,,,,draft,\n"
    headers = {name: text[: text.index("\n") + 1] for name, text in LAMPS.items()}
    headers |= {
        "initiatives": headers["initiatives"] + new,
        "evidence": headers["evidence"] + "initiatives:lamps-again,*,gazette-2025,1,,supports,,,\n",
    }
    with CaptureQueriesContext(connection) as queries:
        load(make_package(tmp_path / "after", headers))
    selects = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    # Only the evidence of the new record is read, by its key, for the fingerprint.
    assert not [
        sql
        for sql in selects
        if 'FROM "sources_evidence"' in sql
        and "stance" in sql.split("FROM")[0]
        and not re.search(r'AND "sources_evidence"."object_id" (IN|= ANY) \(', sql)
    ]
