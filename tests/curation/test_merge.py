"""Merging: what one of two records has, and all that names it, moves to the other, and comes back undone."""

import threading
from itertools import permutations
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delegates.models import Attendance
from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City
from sco_cities.curation.merge.apply import MergeRefused, merge
from sco_cities.datapackage.dump import dump_files
from sco_cities.history import revert
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


def merged(stays, goes, **how):
    return merge(type(stays), stays.pk, goes.pk, **how)


def undo(done):
    return revert.revert(
        done.change_set.revisions.all(), user=None, reason="they are two", reverts=done.change_set
    )


def listed(client, address):
    """The slugs of a list, as an export has them."""
    return b"".join(client.get(f"{address}&columns=slug")).decode().split()[1:]


@pytest.mark.django_db
@pytest.mark.parametrize("collection", PAIRS)
@pytest.mark.parametrize("turned", [False, True], ids=["first stays", "second stays"])
def test_a_merge_of_any_kind_is_taken_back_to_the_same_bytes(collection, turned):
    stays, goes = reversed(PAIRS[collection]()) if turned else PAIRS[collection]()
    before = dump_files()
    slugs = {row.slug: row.object_id for row in FormerSlug.objects.all()}
    key, slug = goes.pk, goes.slug
    done = merged(stays, goes)
    assert not type(goes).objects.filter(pk=key).exists()
    assert FormerSlug.objects.get(slug=slug).record == stays
    assert dump_files() != before
    undo(done)
    assert dump_files() == before
    assert {row.slug: row.object_id for row in FormerSlug.objects.all()} == slugs
    assert type(goes).objects.get(slug=slug).pk == key


@pytest.mark.django_db
def test_all_that_names_a_city_names_the_other_one_afterwards():
    stays, goes, _both, _one, event, office, delegate = make_two_cities()
    told = merged(stays, goes).told
    assert {part.initiative.slug: part.role for part in InitiativeCity.objects.filter(city=stays)} == {
        "both": "lead",
        "one": "reference",
    }
    for record in (event, office, delegate):
        record.refresh_from_db()
    assert (event.host_city, office.city, delegate.city) == (stays, stays, stays)
    assert told == ["Both: “lead” is kept, “partner” is dropped."]
    assert {row.slug for row in stays.former_slugs.all()} == {"alfaville", "old-alfaville"}
    assert [str(figure) for figure in stays.figures.all()] == ["lamps: 12 lamps"]


@pytest.mark.django_db
def test_empty_fields_are_filled_and_others_keep_the_value_of_the_one_that_stays():
    stays, goes, *_others = make_two_cities()
    merged(stays, goes)
    stays.refresh_from_db()
    assert (stays.slug, stays.name_en, stays.name_ru, stays.population) == (
        "alphaville", "Alphaville", "Альфавиль", 100,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_value_of_the_one_that_goes_is_taken_where_it_is_wanted():
    stays, goes, *_others = make_two_cities()
    merged(stays, goes, taken={"name_en"})
    stays.refresh_from_db()
    assert (stays.name_en, stays.name_ru) == ("Alfaville", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("taken", "status", "disputed"),
    [
        (set(), "agreed", ("completed", "almanac")),
        ({"status"}, "completed", ("agreed", "gazette-20250101")),
    ],
    ids=["the value that stays is kept", "the other one is taken"],
)
def test_a_footnote_of_the_value_that_is_not_kept_reports_it(taken, status, disputed):
    stays, goes = make_two_initiatives()
    merged(stays, goes, taken=taken)
    stays.refresh_from_db()
    assert stays.status == status
    differing = Evidence.objects.filter(field="status", stance="differs")
    assert [(each.reported_value, each.passage.report.slug) for each in differing] == [disputed]
    assert stays.rulings.get().reason == "The almanac is newer."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("taken", "figure", "reported"),
    [(set(), "12", "15 lamps"), ({"figure:lamps"}, "15", "12 lamps")],
    ids=["the figure that stays is kept", "the other one is taken"],
)
def test_of_two_figures_of_one_label_one_is_kept_and_the_other_reported(taken, figure, reported):
    stays, goes = make_two_initiatives()
    merged(stays, goes, taken=taken)
    figures = {each.label: each for each in stays.figures.all()}
    assert {label: f"{each.value.normalize():f}" for label, each in figures.items()} == {
        "lamps": figure, "poles": "7", "cables": "3",
    }  # fmt: skip
    said = {(each.stance, each.reported_value) for each in figures["lamps"].evidence.all()}
    assert said == {("supports", ""), ("differs", reported)}
    assert [each.stance for each in figures["poles"].evidence.all()] == ["supports", "supports"]


@pytest.mark.django_db
def test_passages_keep_their_footnotes_and_get_a_free_number_where_theirs_says_something_else():
    stays, goes = make_two_reports()
    told = merged(stays, goes).told
    assert told == ["Passage 2 says something else there and becomes passage 4."]
    assert [(each.number, each.summary) for each in stays.passages.order_by("number")] == [
        (1, "Passage 1 of gazette."),
        (2, "Passage 2 of gazette."),
        (3, "Passage 3 of gazette-again."),
        (4, "Passage 2 of gazette-again."),
    ]
    footnotes = Initiative.objects.get().evidence.filter(field="*").order_by("passage__number")
    assert [each.passage.number for each in footnotes] == [1, 3, 4]


@pytest.mark.django_db
def test_one_attendance_is_kept_where_both_were_at_an_event():
    stays, goes = make_two_delegates()
    told = merged(stays, goes).told
    assert told == ["Forum 0: “role of ada-test” is kept, “role of ada-teste” is dropped."]
    attended = Attendance.objects.order_by("event__slug").values_list("event__slug", "role_at_event")
    assert list(attended) == [("forum-0", "role of ada-test"), ("forum-1", "role of ada-teste")]


@pytest.mark.django_db
def test_an_event_does_not_become_a_part_of_itself():
    stays, goes = make_two_events()
    merged(stays, goes)
    stays.refresh_from_db()
    assert stays.parent is None
    assert [each.slug for each in stays.parts.all()] == ["panel"]


@pytest.mark.django_db
def test_an_event_does_not_become_a_part_of_its_own_parts():
    whole = factories.make_event("whole")
    inner = factories.make_event("inner", parent=factories.make_event("part", parent=whole))
    with pytest.raises(MergeRefused, match="An event cannot be part of itself"):
        merged(inner, whole)


@pytest.mark.django_db
def test_every_record_that_changes_has_a_revision_in_one_change_set():
    stays, goes, *touched = make_two_cities()
    user = get_user_model().objects.create_user("helper")
    change_set = merged(stays, goes, user=user, reason="one city").change_set
    assert change_set == ChangeSet.objects.get()
    assert (change_set.way, change_set.made_by_name, change_set.reason) == ("merge", "helper", "one city")
    actions = dict(Revision.objects.values_list("slug", "action"))
    changed = {record.slug: "changed" for record in (stays, *touched)}
    assert actions == changed | {"alfaville": "deleted"}


@pytest.mark.django_db
def test_addresses_lead_through_a_chain_of_merges_to_the_last_record(client):
    first, second, third = (factories.make_city(slug) for slug in ("alphaville", "betatown", "gammaburg"))
    merged(second, first)
    done = merged(third, second)
    for slug in ("alphaville", "betatown"):
        response = client.get(f"/cities/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/cities/gammaburg/")
    undo(done)
    assert client.get("/cities/betatown/").status_code == 200
    assert client.get("/cities/alphaville/")["Location"] == "/cities/betatown/"


@pytest.mark.django_db
def test_three_merges_in_a_row_are_taken_back_one_by_one():
    stays, goes = make_two_initiatives()
    others = [factories.make_initiative(slug, sourced=True) for slug in ("more-lamps", "even-more-lamps")]
    states, done = [], []
    for other in (goes, *others):
        states.append(dump_files())
        done.append(merged(stays, other))
    for change, before in zip(reversed(done), reversed(states), strict=True):
        undo(change)
        assert dump_files() == before


@pytest.mark.django_db
def test_lists_and_search_follow_a_merge_at_once(client):
    stays, goes, *_others = make_two_cities()
    assert listed(client, "/initiatives.csv?city=alphaville") == ["both"]
    merged(stays, goes)
    assert listed(client, "/initiatives.csv?city=alphaville") == ["both", "one"]
    assert listed(client, f"/cities.csv?q={quote('Альфавиль')}") == ["alphaville"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_refused"), [("published", False), ("draft", True)], ids=["published", "a draft"]
)
def test_a_report_on_which_published_records_rest_is_not_merged_into_a_draft(state, is_refused):
    stays, goes = factories.make_report("gazette", state=state), factories.make_report("gazette-again")
    initiative = factories.make_initiative("bright-lamps")
    factories.support_everything(initiative, goes.passages.get())
    before = dump_files()
    if is_refused:
        with pytest.raises(
            MergeRefused, match="No published report would support: Initiative bright-lamps: "
        ):
            merged(stays, goes)
        assert dump_files() == before
    else:
        merged(stays, goes)
        assert initiative.evidence.first().passage.report == stays


@pytest.mark.django_db
def test_a_published_record_gets_no_unsourced_value():
    stays = factories.make_initiative("bright-lamps", starts_on="", sourced=True)
    goes = factories.make_initiative("lamps-of-alphaville", state="draft")
    Evidence.objects.filter(object_id=stays.pk, field="starts_on").delete()
    with pytest.raises(MergeRefused, match="starts on"):
        merged(stays, goes)
    merged(stays, goes, taken=set())


@pytest.mark.django_db
def test_a_merge_does_not_ask_more_of_the_database_for_more_relations():
    def asked(number):
        stays, goes = (factories.make_city(f"{name}-{number}") for name in ("alphaville", "alfaville"))
        for place in range(number):
            initiative = factories.make_initiative(partner=[goes], sourced=True)
            if place % 2:
                InitiativeCity.objects.create(initiative=initiative, city=stays, role="lead")
            factories.make_evidence(goes, factories.make_figure(goes, f"lamps {place}"))
            factories.make_evidence(stays, factories.make_figure(stays, f"lamps {place}"))
        with CaptureQueriesContext(connection) as queries:
            merged(stays, goes)
        return len(queries)

    asked(1)
    assert asked(20) == asked(3)


@pytest.mark.django_db(transaction=True)
def test_of_merges_at_the_same_time_one_wins_and_the_others_are_told():
    cities = [factories.make_city(slug) for slug in ("alphaville", "betatown", "gammaburg")]
    for number, city in enumerate(cities):
        factories.make_initiative(
            f"initiative-{number}", lead=[city], partner=[cities[number - 1]], sourced=True
        )
    keys = [city.pk for city in cities]
    seen = dict.fromkeys(keys, 0)
    outcomes, start = [], threading.Barrier(6)

    def run(stays, goes):
        start.wait()
        try:
            outcomes.append(merge(City, stays, goes, seen=(seen[stays], seen[goes])).record.pk)
        except MergeRefused as refused:
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
