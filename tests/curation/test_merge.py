"""A merge moves the values, rows and references of the duplicate to the target, and a revert moves them back."""

import threading
from itertools import permutations
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delegates.models import Attendance
from initiatives.models import Initiative, InitiativeCity
from sco_cities.changes import revert
from sco_cities.changes.preview import fingerprint_of
from sco_cities.cities.models import City
from sco_cities.core.exceptions import Refused
from sco_cities.curation.merge.apply import merge
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet, Revision
from sco_cities.sources.models import Evidence, FormerSlug
from tests import factories
from tests.curation.duplicate_pairs import (
    PAIRS,
    make_two_cities,
    make_two_delegates,
    make_two_events,
    make_two_initiatives,
    make_two_reports,
)
from tests.extent import share


def merge_pair(target, duplicate, **options):
    return merge(type(target), target.pk, duplicate.pk, **options)


def revert_merge(result):
    return revert.revert(
        result.change_set.revisions.all(), user=None, reason="not duplicates", reverts=result.change_set
    )


def exported_slugs(client, url):
    """The slugs in the CSV export of a list."""
    return b"".join(client.get(f"{url}&columns=slug")).decode().split()[1:]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("collection", "is_reversed"),
    [(name, kept) for number, name in enumerate(PAIRS) for kept in share((False, True), number, 2)],
)
def test_reverting_a_merge_of_any_kind_restores_the_same_bytes(collection, is_reversed):
    target, duplicate = reversed(PAIRS[collection]()) if is_reversed else PAIRS[collection]()
    before = dump_files()
    slugs = {row.slug: row.object_id for row in FormerSlug.objects.all()}
    key, slug = duplicate.pk, duplicate.slug
    result = merge_pair(target, duplicate)
    assert not type(duplicate).objects.filter(pk=key).exists()
    assert FormerSlug.objects.get(slug=slug).record == target
    assert dump_files() != before
    revert_merge(result)
    assert dump_files() == before
    assert {row.slug: row.object_id for row in FormerSlug.objects.all()} == slugs
    assert type(duplicate).objects.get(slug=slug).pk == key


@pytest.mark.django_db
@pytest.mark.parametrize("collection", PAIRS)
def test_a_merge_can_be_undone_done_again_and_undone_with_the_same_bytes(collection):
    target, duplicate = PAIRS[collection]()
    unmerged = dump_files()
    change_set = merge_pair(target, duplicate).change_set
    merged = dump_files()
    for expected in (unmerged, merged, unmerged):
        change_set = revert.revert(change_set.revisions.all(), user=None, reason="again", reverts=change_set)
        assert dump_files() == expected


@pytest.mark.django_db
def test_all_references_to_the_duplicate_city_move_to_the_target():
    target, duplicate, _both, _one, event, office, delegate = make_two_cities()
    notes = merge_pair(target, duplicate).notes
    assert {part.initiative.slug: part.role for part in InitiativeCity.objects.filter(city=target)} == {
        "both": "lead",
        "one": "reference",
    }
    for record in (event, office, delegate):
        record.refresh_from_db()
    assert (event.host_city, office.city, delegate.city) == (target, target, target)
    assert notes == ["Both: “lead” is kept, and “partner” is discarded."]
    assert {row.slug for row in target.former_slugs.all()} == {"alfaville", "old-alfaville"}
    assert [str(figure) for figure in target.figures.all()] == ["lamps: 12 lamps"]


@pytest.mark.django_db
def test_empty_fields_are_filled_and_other_fields_keep_the_value_of_the_target():
    target, duplicate, *_others = make_two_cities()
    merge_pair(target, duplicate)
    target.refresh_from_db()
    assert (target.slug, target.name_en, target.name_ru, target.population) == (
        "alphaville", "Alphaville", "Альфавиль", 100,
    )  # fmt: skip


@pytest.mark.django_db
def test_selected_values_come_from_the_duplicate():
    target, duplicate, *_others = make_two_cities()
    merge_pair(target, duplicate, from_duplicate={"name_en"})
    target.refresh_from_db()
    assert (target.name_en, target.name_ru) == ("Alfaville", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("from_duplicate", "status", "disputed"),
    [
        (set(), "agreed", ("completed", "almanac")),
        ({"status"}, "completed", ("agreed", "gazette-20250101")),
    ],
    ids=["value of the target", "value of the duplicate"],
)
def test_a_footnote_of_a_discarded_value_reports_it(from_duplicate, status, disputed):
    target, duplicate = make_two_initiatives()
    merge_pair(target, duplicate, from_duplicate=from_duplicate)
    target.refresh_from_db()
    assert target.status == status
    differing = Evidence.objects.filter(field="status", stance="differs")
    assert [(each.reported_value, each.passage.report.slug) for each in differing] == [disputed]
    assert target.rulings.get().reason == "The almanac is newer."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("from_duplicate", "figure", "reported"),
    [(set(), "12", "15 lamps"), ({"figure:lamps"}, "15", "12 lamps")],
    ids=["figure of the target", "figure of the duplicate"],
)
def test_of_two_figures_with_one_label_one_is_kept_and_the_other_is_reported(
    from_duplicate, figure, reported
):
    target, duplicate = make_two_initiatives()
    merge_pair(target, duplicate, from_duplicate=from_duplicate)
    figures = {each.label: each for each in target.figures.all()}
    assert {label: f"{each.value.normalize():f}" for label, each in figures.items()} == {
        "lamps": figure, "poles": "7", "cables": "3",
    }  # fmt: skip
    stances = {(each.stance, each.reported_value) for each in figures["lamps"].evidence.all()}
    assert stances == {("supports", ""), ("differs", reported)}
    assert [each.stance for each in figures["poles"].evidence.all()] == ["supports", "supports"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("own", "other", "copies"),
    [
        ("", "https://archive.example/b", {1: "https://archive.example/b"}),
        ("https://archive.example/a", "", {1: "https://archive.example/a"}),
        (
            "https://archive.example/a", "https://archive.example/b",
            {1: "https://archive.example/a", 4: "https://archive.example/b"},
        ),
    ],
    ids=["of the duplicate", "of the target", "two different ones"],
)  # fmt: skip
def test_no_archived_copy_is_lost(own, other, copies):
    target, duplicate = make_two_reports()
    for report, address in ((target, own), (duplicate, other)):
        report.passages.filter(number=1).update(archive_address=address)
    merge_pair(target, duplicate)
    kept = target.passages.exclude(archive_address="")
    assert dict(kept.values_list("number", "archive_address")) == copies


@pytest.mark.django_db
def test_passages_keep_their_footnotes_and_get_a_free_number_if_the_target_has_another_text():
    target, duplicate = make_two_reports()
    notes = merge_pair(target, duplicate).notes
    assert notes == [
        "Passage 2 (“Passage 2 of gazette-again.”) becomes passage 4, because the kept report has a different "
        "passage with this number."
    ]
    assert [(each.number, each.summary) for each in target.passages.order_by("number")] == [
        (1, "Passage 1 of gazette."),
        (2, "Passage 2 of gazette."),
        (3, "Passage 3 of gazette-again."),
        (4, "Passage 2 of gazette-again."),
    ]
    footnotes = Initiative.objects.get().evidence.filter(field="*").order_by("passage__number")
    assert [each.passage.number for each in footnotes] == [1, 3, 4]


@pytest.mark.django_db
def test_one_attendance_is_kept_if_both_attended_an_event():
    target, duplicate = make_two_delegates()
    notes = merge_pair(target, duplicate).notes
    assert notes == ["Forum 0: “role of ada-test” is kept, and “role of ada-teste” is discarded."]
    attended = Attendance.objects.order_by("event__slug").values_list("event__slug", "role_at_event")
    assert list(attended) == [("forum-0", "role of ada-test"), ("forum-1", "role of ada-teste")]


@pytest.mark.django_db
def test_an_event_does_not_become_part_of_itself():
    target, duplicate = make_two_events()
    merge_pair(target, duplicate)
    target.refresh_from_db()
    assert target.parent is None
    assert [each.slug for each in target.parts.all()] == ["panel"]


@pytest.mark.django_db
def test_an_event_does_not_become_part_of_its_own_parts():
    whole = factories.make_event("whole")
    inner = factories.make_event("inner", parent=factories.make_event("part", parent=whole))
    with pytest.raises(Refused, match="An event cannot be part of itself"):
        merge_pair(inner, whole)


@pytest.mark.django_db
def test_every_changed_record_has_a_revision_in_one_change_set():
    target, duplicate, *touched = make_two_cities()
    user = get_user_model().objects.create_user("helper")
    change_set = merge_pair(target, duplicate, user=user, reason="one city").change_set
    assert change_set == ChangeSet.objects.get()
    assert (change_set.source, change_set.made_by_name, change_set.reason) == ("merge", "helper", "one city")
    actions = dict(Revision.objects.values_list("slug", "action"))
    changed = {record.slug: "changed" for record in (target, *touched)}
    assert actions == changed | {"alfaville": "deleted"}


@pytest.mark.django_db
def test_former_urls_redirect_through_a_chain_of_merges_to_the_last_record(client):
    first, second, third = (factories.make_city(slug) for slug in ("alphaville", "betatown", "gammaburg"))
    merge_pair(second, first)
    result = merge_pair(third, second)
    for slug in ("alphaville", "betatown"):
        response = client.get(f"/cities/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/cities/gammaburg/")
    revert_merge(result)
    assert client.get("/cities/betatown/").status_code == 200
    assert client.get("/cities/alphaville/")["Location"] == "/cities/betatown/"


@pytest.mark.thorough
@pytest.mark.django_db
def test_three_merges_in_a_row_can_be_reverted_one_by_one():
    target, duplicate = make_two_initiatives()
    others = [factories.make_initiative(slug, sourced=True) for slug in ("more-lamps", "even-more-lamps")]
    dumps, results = [], []
    for other in (duplicate, *others):
        dumps.append(dump_files())
        results.append(merge_pair(target, other))
    for result, before in zip(reversed(results), reversed(dumps), strict=True):
        revert_merge(result)
        assert dump_files() == before


@pytest.mark.django_db
def test_lists_and_search_reflect_a_merge_immediately(client):
    target, duplicate, *_others = make_two_cities()
    assert exported_slugs(client, "/initiatives.csv?city=alphaville") == ["both"]
    merge_pair(target, duplicate)
    assert exported_slugs(client, "/initiatives.csv?city=alphaville") == ["both", "one"]
    assert exported_slugs(client, f"/cities.csv?q={quote('Альфавиль')}") == ["alphaville"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_refused"), [("published", False), ("draft", True)], ids=["published", "a draft"]
)
def test_a_report_that_published_records_depend_on_is_not_merged_into_a_draft(state, is_refused):
    target, duplicate = factories.make_report("gazette", state=state), factories.make_report("gazette-again")
    initiative = factories.make_initiative("bright-lamps")
    factories.support_everything(initiative, duplicate.passages.get())
    before = dump_files()
    if is_refused:
        with pytest.raises(Refused, match="No published report would support: Initiative bright-lamps: "):
            merge_pair(target, duplicate)
        assert dump_files() == before
    else:
        merge_pair(target, duplicate)
        assert initiative.evidence.first().passage.report == target


@pytest.mark.django_db
def test_a_published_record_gets_no_unsourced_value():
    target = factories.make_initiative("bright-lamps", starts_on="", sourced=True)
    duplicate = factories.make_initiative("lamps-of-alphaville", state="draft")
    Evidence.objects.filter(object_id=target.pk, field="starts_on").delete()
    with pytest.raises(Refused, match="starts on"):
        merge_pair(target, duplicate)
    merge_pair(target, duplicate, from_duplicate=set())


@pytest.mark.django_db
def test_a_merge_needs_the_same_queries_for_few_and_many_relations():
    def query_count(number):
        target, duplicate = (factories.make_city(f"{name}-{number}") for name in ("alphaville", "alfaville"))
        for index in range(number):
            initiative = factories.make_initiative(partner=[duplicate], sourced=True)
            if index % 2:
                InitiativeCity.objects.create(initiative=initiative, city=target, role="lead")
            factories.make_evidence(duplicate, factories.make_figure(duplicate, f"lamps {index}"))
            factories.make_evidence(target, factories.make_figure(target, f"lamps {index}"))
        with CaptureQueriesContext(connection) as queries:
            merge_pair(target, duplicate)
        return len(queries)

    query_count(1)
    assert query_count(20) == query_count(3)


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_merges_one_succeeds_and_the_others_are_refused():
    cities = [factories.make_city(slug) for slug in ("alphaville", "betatown", "gammaburg")]
    for number, city in enumerate(cities):
        factories.make_initiative(
            f"initiative-{number}", lead=[city], partner=[cities[number - 1]], sourced=True
        )
    keys = [city.pk for city in cities]
    outcomes, start = [], threading.Barrier(6)

    def run(target, duplicate):
        start.wait()
        try:
            outcomes.append(
                merge(City, target, duplicate, seen=fingerprint_of({target: 0, duplicate: 0})).target.pk
            )
        except Refused as refused:
            outcomes.append(refused.reasons)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in permutations(keys, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert len(outcomes) == 6
    assert City.objects.count() == 2
    assert ChangeSet.objects.count() == 1
    assert InitiativeCity.objects.filter(city=winner).count() == 3


@pytest.fixture
def drafted_duplicate(db):
    """A published initiative of Alphaville, and a draft duplicate of it that also names Betatown, without evidence."""
    alphaville, betatown = (factories.make_city(slug) for slug in ("alphaville", "betatown"))
    target = factories.make_initiative("lamps", lead=[alphaville], sourced=True)
    return target, factories.make_initiative("lamps-2", lead=[alphaville], partner=[betatown], state="draft")


def test_a_new_value_of_a_published_record_needs_its_evidence_or_a_tick(drafted_duplicate):
    target, duplicate = drafted_duplicate
    with pytest.raises(Refused) as refused:
        merge_pair(target, duplicate)
    assert refused.value.reasons == [
        "Initiative “Lamps”: no evidence was added for the new value of cities.",
        "If the existing evidence supports the new values, tick “The existing evidence also supports the new values”.",
    ]
    assert target.cities.count() == 1
    assert merge_pair(target, duplicate, evidence_stands=True).change_set.evidence_stands
    assert target.cities.count() == 2


def test_a_value_that_comes_with_its_evidence_is_merged_without_a_tick(drafted_duplicate):
    target, duplicate = drafted_duplicate
    factories.make_evidence(duplicate, "cities", factories.make_report("herald").passages.get())
    assert not merge_pair(target, duplicate).change_set.evidence_stands
    assert target.cities.count() == 2


@pytest.mark.django_db
def test_merged_cities_are_no_new_values_of_their_initiatives():
    target, duplicate, *_others = make_two_cities()
    lamps = factories.make_initiative("lamps", lead=[duplicate], sourced=True)
    assert not merge_pair(target, duplicate).change_set.evidence_stands
    assert lamps.cities.get() == target
