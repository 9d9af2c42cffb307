"""The data that the SQLite file of a release contains, and the data that it must not contain."""

import csv
import io
import sqlite3
from contextlib import closing

import pytest

from initiatives.models import Initiative
from sco_cities.history.models import ChangeSet
from sco_cities.releases.column_dictionary import column_dictionary
from sco_cities.releases.release_database import release_database
from sco_cities.sources.models import Evidence, Passage, Ruling
from tests import factories as make
from tests.releases.hidden_records import SECRET, plant_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path):
    """Returns a function that writes the file with all or the given records and returns its path."""
    paths = []

    def write(found=None):
        paths.append(tmp_path / f"release-{len(paths)}.sqlite3")
        with release_database(paths[-1], found):
            pass
        return paths[-1]

    return write


def query(path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def slugs(path, table: str) -> set[str]:
    return {slug for (slug,) in query(path, f"SELECT slug FROM {table}")}


def test_the_database_file_contains_no_hidden_data(loaded_package, written):
    plant_secrets()
    path = written()
    content = path.read_bytes().lower()
    assert SECRET.encode() not in content
    assert query(path, "SELECT count(*) FROM countries WHERE code IN ('XD', 'XI', 'XW')") == [(0,)]
    assert {"seen-draft-lamps", "seen-withdrawn-lamps"} <= slugs(path, "initiatives")


def test_a_published_record_does_not_name_unpublished_records(written):
    plant_secrets()
    path = written()
    assert query(path, "SELECT country FROM cities WHERE slug = 'seen-draft-town'") == [(None,)]
    assert query(path, "SELECT host_city, parent FROM events") == [(None, None)] * 3
    assert query(
        path, "SELECT lead_cities, countries, event FROM initiatives_flat WHERE slug = 'seen-draft-lamps'"
    ) == [("seen-draft-town", None, None)]


def test_the_database_file_is_intact_with_valid_references(loaded_package, written):
    plant_secrets()
    path = written()
    assert query(path, "PRAGMA foreign_key_check") == []
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    # If there were no foreign keys, the first check could not fail.
    assert len(query(path, "PRAGMA foreign_key_list(initiatives)")) == 1
    assert len(query(path, "PRAGMA foreign_key_list(passages_speakers)")) == 3


def test_the_same_state_gives_the_same_bytes_for_any_order_of_stored_rows(loaded_package, written):
    before = written().read_bytes()
    assert written().read_bytes() == before
    stored = list(Evidence.objects.all())
    Evidence.objects.all().delete()
    Evidence.objects.bulk_create(Evidence(**_values(item)) for item in reversed(stored))
    assert written().read_bytes() == before


def _values(item) -> dict:
    return {
        field.attname: getattr(item, field.attname)
        for field in item._meta.concrete_fields
        if not field.primary_key
    }


KEYS = {"initiatives": ("slug",), "statements": ("slug",), "ties": ("initiative", "city", "with_city")}


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_a_flat_table_has_the_content_of_the_export(loaded_package, client, written, name, key):
    make.make_evidence(
        Initiative.objects.first(),
        "status",
        Passage.objects.last(),
        stance="differs",
        reported_value="interest",
    )
    answer = client.get(f"/{name}.csv").getvalue().decode()
    exported = list(csv.DictReader(io.StringIO(answer, newline="")))
    with closing(sqlite3.connect(written())) as database:
        database.row_factory = sqlite3.Row
        flat = [dict(row) for row in database.execute(f"SELECT * FROM {name}_flat")]
    assert list(flat[0]) == [*exported[0], "licence", "record_url"]
    by_key = {tuple(row[column] for column in key): row for row in exported}
    assert len(flat) == len(exported) == len(by_key)
    in_order = {"sources", "sources_addresses"}
    for row in flat:
        shown = by_key[tuple(row[column] for column in key)]
        for column, value in list(row.items())[:-2]:
            text = ("false", "true")[value] if column == "disputed" else str(value or "")
            cell = shown[column].removeprefix("'")
            if column in in_order:
                assert text == cell, (row, column)
            else:
                # Exports sort lists by name.
                assert sorted(text.split("; ")) == sorted(cell.split("; ")), (row, column)


def test_each_footnote_is_a_row_of_the_flat_evidence(loaded_package, written):
    path = written()
    assert query(path, "SELECT count(*) FROM evidence_flat") == [(Evidence.objects.count(),)]
    assert query(path, "SELECT count(*) FROM evidence_flat WHERE title IS NULL OR address IS NULL") == [(0,)]


def test_each_column_has_a_description(loaded_package, written):
    path = written()
    described = set(query(path, "SELECT table_name, column_name FROM _columns"))
    tables = query(
        path, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name != '_columns'"
    )
    columns = {(name, row[1]) for (name,) in tables for row in query(path, f"PRAGMA table_info({name})")}
    assert columns == described
    assert all(entry.description for entry in column_dictionary())


def test_the_database_file_contains_a_ruling_while_a_published_report_differs(written):
    initiative = make.make_initiative("lamps")
    figure = make.make_figure(initiative)
    differing = make.make_report("other", passages=2).passages.order_by("number")
    for field, ruled, passage in (("status", "status", differing[0]), (figure, "figure:lamps", differing[1])):
        make.make_evidence(initiative, field, passage, stance="differs", reported_value="other")
        Ruling.objects.create(record=initiative, field=ruled, reason=f"On {ruled}.")
    Ruling.objects.create(record=initiative, field="kind", reason="Nothing differs.")
    assert query(written(), "SELECT field FROM rulings") == [("figure:lamps",), ("status",)]
    differing[0].report.__class__.objects.update(state="withdrawn")
    assert query(written(), "SELECT field FROM rulings") == []


def test_a_part_of_the_data_contains_only_the_records_that_it_refers_to(loaded_package, written):
    initiative = Initiative.objects.filter(event__isnull=False).first()
    path = written({"initiatives": [initiative.pk]})
    assert query(path, "PRAGMA foreign_key_check") == []
    assert slugs(path, "initiatives") == {initiative.slug}
    assert slugs(path, "events") >= {initiative.event.slug}
    assert slugs(path, "cities") >= set(initiative.cities.values_list("slug", flat=True))
    assert slugs(path, "themes") >= set(initiative.themes.values_list("slug", flat=True))
    cited = set(initiative.evidence.values_list("passage__report__slug", flat=True))
    assert cited <= slugs(path, "reports")
    assert len(slugs(path, "reports")) < 60
    assert slugs(path, "statements") == set()


def test_a_part_of_the_data_omits_unpublished_records_that_it_refers_to(written):
    plant_secrets()
    path = written({"initiatives": Initiative.objects.values_list("pk", flat=True)})
    assert SECRET.encode() not in path.read_bytes().lower()
    assert query(path, "PRAGMA foreign_key_check") == []
    assert slugs(path, "initiatives") >= {"seen-draft-lamps", "reported"}


def test_a_database_of_selected_records_contains_their_parent_events(written):
    week = make.make_event("week")
    forum = make.make_event("forum", parent=make.make_event("summit", parent=week))
    initiative = make.make_initiative("lamps", event=forum)
    make.make_event("other", parent=week)
    path = written({"initiatives": [initiative.pk]})
    assert slugs(path, "events") == {"forum", "summit", "week"}


def test_a_part_of_events_has_their_delegates(loaded_package, written):
    path = written({"events": Initiative.objects.filter(event__isnull=False).values_list("event", flat=True)})
    assert query(path, "SELECT count(*) FROM attendances WHERE event IN (SELECT slug FROM events)") != [(0,)]
    assert query(path, "PRAGMA foreign_key_check") == []


def test_more_rows_than_fit_into_a_batch_are_all_in_it(written, monkeypatch):
    monkeypatch.setattr("sco_cities.releases.public_rows.BATCH_SIZE", 2)
    monkeypatch.setattr("sco_cities.releases.public_rows.MAX_REMEMBERED", 1)
    town = make.make_city()
    for number in range(5):
        make.make_initiative(f"lamps-{number}", lead=[town, make.make_city(f"town-{number}")], sourced=True)
    for found in (None, {"initiatives": Initiative.objects.values_list("pk", flat=True)}):
        path = written(found)
        assert len(slugs(path, "initiatives")) == 5
        assert query(path, "SELECT count(*) FROM initiative_cities") == [(10,)]
        assert query(path, "SELECT count(*) FROM evidence") == [(Evidence.objects.count(),)]


def test_an_empty_database_gives_an_empty_file(written):
    ChangeSet.objects.all().delete()
    path = written()
    assert query(path, "SELECT count(*) FROM initiatives_flat") == [(0,)]


def test_the_dictionary_warns_about_the_limits_of_footnotes_and_units():
    described = {(entry.table, entry.column): entry.description for entry in column_dictionary()}
    assert "one city of the row or none" in described["ties_flat", "city_count"]
    assert described["evidence_flat", "field"].endswith("“cities” means all cities of the record")
    assert described["figures", "unit_ru"].endswith("joined by “ | ”: “город | города | городов”")
