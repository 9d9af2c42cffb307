"""A file is validated and applied as one change set. A revert restores the previous state completely."""

import threading
import time

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from delegates.models import Event
from initiatives.models import Initiative, InitiativeCity
from sco_cities.changes import revert
from sco_cities.changes.locking import lock
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import Action, ChangeSet, ChangeSource
from sco_cities.imports import duplicates, jobs
from sco_cities.imports.duplicates import NewRecord
from sco_cities.imports.jobs import apply_import
from sco_cities.imports.row_result import RowOutcome
from sco_cities.sources.models import Evidence
from tests.factories import (
    make_city,
    make_country,
    make_initiative,
    make_organisation,
    make_report,
    make_theme,
    support_everything,
)

from .sheets import apply_file, as_csv, errors_in, export, new_validator, rows_of, summary, validated_rows


def revert_import(change_set: ChangeSet) -> None:
    revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)


def changes_of(kind: str, rows) -> list[tuple]:
    return [
        (row.slug, row.outcome.value, row.changes)
        for row in validated_rows(kind, as_csv(rows))
        if row.changes
    ]


def test_three_changed_cells_a_new_row_and_two_errors_are_reported(loaded_package):
    rows = rows_of(export("initiatives"))
    first, second, third, fourth, fifth = rows[:5]
    first["title_en"] = "Changed title"
    second["kind"] = "route" if second["kind"] != "route" else "plan"
    third["lead_cities"] = "moscow; tianjin"
    fourth["themes"] = "no-such-theme"
    fifth["starts_on"] = "01/05/2025"
    added = dict.fromkeys(rows[0], "") | {
        "slug": "added-by-hand", "title_en": "Added by hand", "summary_en": "One.", "kind": "plan",
        "status": "proposed", "partner_cities": "moscow",
    }  # fmt: skip
    found = validated_rows("initiatives", as_csv([*rows, added]))
    by_outcome = {outcome: [row for row in found if row.outcome == outcome] for outcome in RowOutcome}
    assert {outcome: len(some) for outcome, some in by_outcome.items()} == {
        RowOutcome.CREATED: 1, RowOutcome.UPDATED: 3, RowOutcome.UNCHANGED: len(rows) - 5, RowOutcome.DUPLICATE: 0,
        RowOutcome.ERROR: 2,
    }  # fmt: skip
    assert [list(row.changes) for row in by_outcome[RowOutcome.UPDATED]] == [
        ["title_en"],
        ["kind"],
        ["lead_cities"],
    ]
    assert [(row.number, error.column) for row in by_outcome[RowOutcome.ERROR] for error in row.errors] == [
        (5, "themes"), (6, "starts_on"),
    ]  # fmt: skip


def test_a_reverted_import_restores_the_same_bytes(loaded_package):
    before = dump_files()
    rows = rows_of(export("initiatives"))
    first, second, third = rows[:3]
    first["title_en"], second["summary_en"] = "Changed title", "Changed, twice;\nover two lines."
    third["lead_cities"], third["partner_cities"] = third["partner_cities"], third["lead_cities"]
    added = dict.fromkeys(rows[0], "") | {
        "slug": "added-by-hand", "title_en": "Added by hand", "summary_en": "One.", "kind": "plan",
        "status": "proposed", "partner_cities": "moscow", "countries": "RU", "sources": first["sources"],
    }  # fmt: skip
    change_set = apply_file(
        "initiatives", as_csv([*rows, added], ";", "\r", "utf-16"), reason="a spreadsheet"
    )
    assert (change_set.source, change_set.reason) == (ChangeSource.IMPORT, "a spreadsheet")
    assert sorted(change_set.revisions.values_list("action", flat=True)) == [
        Action.CHANGED, Action.CHANGED, Action.CHANGED, Action.CREATED,
    ]  # fmt: skip
    assert dump_files() != before
    revert_import(change_set)
    assert dump_files() == before


@pytest.mark.django_db
def test_an_import_without_changes_stores_no_change_set():
    make_initiative("lamps")
    assert apply_file("initiatives", export("initiatives")) is None
    assert not ChangeSet.objects.exists()


@pytest.mark.django_db
def test_a_cell_replaces_a_list_except_items_that_readers_cannot_see():
    lamps = make_initiative(
        "lamps", lead=[make_city("a-town"), make_city("b-town")], partner=[make_city("hidden", state="draft")],
        themes=[make_theme("lamps"), make_theme("secret", state="draft")], countries=[make_country("xa")],
        sourced=True,
    )  # fmt: skip
    make_city("c-town")
    make_theme("streets")
    make_country("xb")
    (row,) = rows_of(export("initiatives"))
    row |= {
        "lead_cities": "b-town", "partner_cities": "c-town", "reference_cities": "", "themes": "streets",
        "countries": "XB; XA",
    }  # fmt: skip
    apply_file("initiatives", as_csv([row]))
    assert dict(lamps.city_roles.values_list("city__slug", "role")) == {
        "b-town": "lead", "c-town": "partner", "hidden": "partner",
    }  # fmt: skip
    assert set(lamps.themes.values_list("slug", flat=True)) == {"streets", "secret"}
    assert set(lamps.countries.values_list("slug", flat=True)) == {"xa", "xb"}


@pytest.mark.django_db
def test_a_city_moves_from_one_role_to_another():
    lamps = make_initiative("lamps", lead=[make_city("a-town")], partner=[make_city("b-town")], sourced=True)
    (row,) = rows_of(export("initiatives"))
    row |= {"lead_cities": "b-town", "partner_cities": "a-town"}
    apply_file("initiatives", as_csv([row]))
    assert dict(lamps.city_roles.values_list("city__slug", "role")) == {"b-town": "lead", "a-town": "partner"}
    assert InitiativeCity.objects.count() == 2


@pytest.mark.django_db
def test_only_the_columns_of_the_file_are_changed():
    lamps = make_initiative(
        "lamps", title_ru="Лампы", lead=[make_city()], themes=[make_theme()], sourced=True
    )
    apply_file("initiatives", as_csv([{"slug": "lamps", "title_en": "More lamps"}]))
    lamps.refresh_from_db()
    assert (lamps.title_en, lamps.title_ru, lamps.status) == ("More lamps", "Лампы", "agreed")
    assert lamps.city_roles.count() == lamps.themes.count() == 1


@pytest.mark.django_db
def test_a_new_record_is_a_draft_and_its_sources_support_the_complete_record():
    make_report("gazette", passages=2)
    row = {"slug": "new", "title_en": "New", "summary_en": "x", "kind": "plan", "status": "proposed",
           "sources": "gazette#2"}  # fmt: skip
    apply_file("initiatives", as_csv([row]))
    new = Initiative.objects.get()
    assert new.state == "draft"
    assert list(new.evidence.values_list("field", "passage__number", "stance")) == [("*", 2, "supports")]


@pytest.mark.django_db
def test_only_new_evidence_is_added():
    support_everything(make_initiative("lamps"), make_report("gazette").passages.get())
    make_report("herald")
    before = Evidence.objects.count()
    (row,) = rows_of(export("initiatives"))
    apply_file("initiatives", as_csv([row | {"sources": "herald#1; gazette#1"}]))
    assert Evidence.objects.count() == before + 1


@pytest.mark.django_db
def test_an_event_can_have_a_parent_in_a_later_row():
    rows = [
        {"slug": "a-part", "name_en": "Part", "kind": "forum", "parent": "whole"},
        {"slug": "whole", "name_en": "Whole", "kind": "summit", "parent": ""},
    ]
    apply_file("events", as_csv(rows))
    assert Event.objects.get(slug="a-part").parent.slug == "whole"


@pytest.mark.django_db
def test_a_new_record_of_the_same_name_and_place_is_a_possible_duplicate():
    make_organisation("lamp-office", name_en="Lamp Office", name_ru="Бюро ламп", country=make_country("xa"))
    make_country("xb")
    rows = [
        {"slug": "one", "name_en": "lamp-office", "name_ru": "", "kind": "company", "country": "XA"},
        {"slug": "two", "name_en": "Lamp Office", "name_ru": "", "kind": "company", "country": "XB"},
        {"slug": "three", "name_en": "Lamps", "name_ru": "БЮРО ЛАМП", "kind": "company", "country": ""},
        {"slug": "four", "name_en": "Torches", "name_ru": "", "kind": "company", "country": ""},
        {"slug": "five", "name_en": "Torches", "name_ru": "", "kind": "company", "country": "XA"},
    ]
    found = {row.slug: row.duplicates for row in validated_rows("organisations", as_csv(rows))}
    assert found == {
        "one": ["lamp-office"], "two": [], "three": ["lamp-office"], "four": [], "five": ["row 5"],
    }  # fmt: skip
    assert (
        summary("organisations", as_csv(rows)) == "created 2, updated 0, unchanged 0, duplicates 3, errors 0"
    )


@pytest.mark.django_db
def test_possible_duplicates_are_skipped():
    make_theme("lamps", name_en="Lamps")
    rows = [
        {"slug": "lamps-again", "name_en": "LAMPS", "pillar": "security", "description": "x"},
        {"slug": "torches", "name_en": "Torches", "pillar": "security", "description": "x"},
    ]
    change_set = apply_file("themes", as_csv(rows))
    assert list(change_set.revisions.values_list("slug", flat=True)) == ["torches"]


@pytest.mark.django_db
def test_a_record_that_has_changed_since_the_export_is_not_overwritten():
    lamps = make_initiative("lamps", sourced=True)
    (row,) = rows_of(export("initiatives"))
    stale = row | {"updated_at": "2020-01-01T00:00:00Z"}
    assert changes_of("initiatives", [stale]) == []
    (error,) = errors_in("initiatives", [stale | {"title_en": "Mine"}])
    assert error[:3] == (2, "updated_at", "2020-01-01T00:00:00Z")
    assert error[3].startswith("The record was changed at ")
    lamps.refresh_from_db()
    assert lamps.title_en == "Lamps"


@pytest.mark.django_db
def test_a_change_between_check_and_apply_stops_the_import():
    lamps = make_initiative("lamps", lead=[make_city()], sourced=True)
    raw = as_csv([{"slug": "lamps", "title_en": "More lamps"}])
    first = new_validator("initiatives", raw)
    list(first.batches())
    Initiative.objects.filter(pk=lamps.pk).update(title_en="Changed by another")
    with pytest.raises(Refused, match="have changed since the file was checked"):
        apply_import(new_validator("initiatives", raw), first.result)
    lamps.refresh_from_db()
    assert lamps.title_en == "Changed by another"


@pytest.mark.django_db
def test_a_file_with_errors_is_never_applied():
    make_initiative("lamps", sourced=True)
    raw = as_csv([{"slug": "lamps", "title_en": "More lamps"}, {"slug": "A b", "title_en": "x"}])
    first = new_validator("initiatives", raw)
    list(first.batches())
    finished = []
    with pytest.raises(Refused, match="have changed since"):
        apply_import(new_validator("initiatives", raw), first.result, finish=finished.append)
    assert (Initiative.objects.get().title_en, finished) == ("Lamps", [])


def test_many_rows_with_the_same_name_are_compared_quickly():
    """Comparing all pairs would take hours. An index finds rows with equal traits, and only these rows are compared."""
    number = 20_000
    new_records = [
        *(NewRecord(each, ("lamps",), (f"2025-{each}", "")) for each in range(number)),
        *(NewRecord(number + each, ("lamps",), ("", f"event-{each}")) for each in range(number)),
    ]
    found = duplicates.possible_duplicates(new_records, [])
    assert len(found) == number
    assert set(map(len, found.values())) == {duplicates.MAX_NAMED}


TRAIT_PAIRS = [
    (("", ""), ("", ""), True), (("a", ""), ("", "b"), True), (("a", "b"), ("a", ""), True),
    (("a", "b"), ("a", "b"), True), (("a", "b"), ("a", "c"), False), (("a", ""), ("b", ""), False),
    (("", "b"), ("a", "c"), False),
]  # fmt: skip


@pytest.mark.parametrize(("some", "others", "is_duplicate"), TRAIT_PAIRS)
def test_possible_duplicates_have_no_different_traits(some, others, is_duplicate):
    pair = [NewRecord(2, ("lamps",), some), NewRecord(3, ("lamps",), others)]
    assert duplicates.possible_duplicates(pair, []) == ({3: ["row 2"]} if is_duplicate else {})
    stored = [("the-lamps", {"lamps", "torches"}, others)]
    assert duplicates.possible_duplicates(pair[:1], stored) == ({2: ["the-lamps"]} if is_duplicate else {})


def test_a_duplicate_row_is_named_in_the_active_language():
    pair = [NewRecord(2, ("lamps",), ()), NewRecord(3, ("lamps",), ())]
    with translation.override("ru"):
        assert duplicates.possible_duplicates(pair, []) == {3: ["строка 2"]}


@pytest.mark.django_db(transaction=True)
def test_an_edit_during_an_import_waits_or_stops_it(monkeypatch):
    """If an edit is saved first, the import does not overwrite the edit with values that were read earlier."""
    lamps = make_initiative("lamps", sourced=True, state="draft")
    raw = as_csv([{"slug": "lamps", "title_en": "More lamps"}])
    first = new_validator("initiatives", raw)
    list(first.batches())
    read, saved = threading.Event(), threading.Event()
    real = jobs.load

    def edit():
        read.wait()
        with record_changes(ChangeSource.EDIT) as recorder:
            lock(Initiative, [lamps.pk])
            recorder.watch(Initiative, [lamps.pk])
            now = Initiative.objects.get()
            now.title_en, now.title_ru = f"{now.title_en} and torches", "Лампы"
            now.save()
        saved.set()
        connections.close_all()

    def write(*arguments):
        # The file has been compared. Without locks, another user's edit would be saved at this point.
        read.set()
        saved.wait(1)
        return real(*arguments)

    monkeypatch.setattr(jobs, "load", write)
    editor = threading.Thread(target=edit)
    editor.start()
    apply_import(new_validator("initiatives", raw), first.result)
    editor.join()
    lamps.refresh_from_db()
    assert (lamps.title_en, lamps.title_ru) == ("More lamps and torches", "Лампы")


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_the_import_waits_for_stops_the_import():
    lamps = make_initiative("lamps", sourced=True, state="draft")
    raw = as_csv([{"slug": "lamps", "title_en": "More lamps"}])
    first = new_validator("initiatives", raw)
    list(first.batches())
    locked = threading.Event()

    def edit():
        with record_changes(ChangeSource.EDIT) as recorder:
            lock(Initiative, [lamps.pk])
            locked.set()
            recorder.watch(Initiative, [lamps.pk])
            time.sleep(0.5)
            Initiative.objects.update(title_en="Torches")
        connections.close_all()

    editor = threading.Thread(target=edit)
    editor.start()
    locked.wait()
    with pytest.raises(Refused, match="have changed since"):
        apply_import(new_validator("initiatives", raw), first.result)
    editor.join()
    assert Initiative.objects.get().title_en == "Torches"


def test_the_queries_of_an_import_do_not_grow_within_a_batch(db):
    def applied(number: int) -> int:
        rows = [
            {
                "slug": f"theme-{number}-{n}",
                "name_en": f"Theme {number} {n}",
                "pillar": "security",
                "description": "It.",
            }
            for n in range(number)
        ]
        first = new_validator("themes", as_csv(rows))
        for _batch in first.batches():
            pass
        final = new_validator("themes", as_csv(rows))
        with CaptureQueriesContext(connection) as queries:
            apply_import(final, first.result)
        return len(queries)

    assert applied(2) == applied(60)
