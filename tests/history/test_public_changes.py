"""The changes of published records for programs contain only what readers could see, in an order that never changes."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from initiatives.models import Initiative
from sco_cities.curation.merge.apply import merge
from sco_cities.history.models import ChangeSet
from sco_cities.history.public_changes import settled_changes
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, recording

# On PostgreSQL the changes made in a test are held back, because the transaction of the test is still running.
ON_SQLITE = pytest.mark.only_on("sqlite")


def read(after: int = 0, limit: int = 100):
    return settled_changes("default", after, limit)[0]


def facts(change) -> tuple:
    return change.kind, change.slug, change.former_slug, change.into, change.fields


@ON_SQLITE
@pytest.mark.django_db
def test_each_change_describes_its_effect(lamps):
    edit(lamps, status="operating", starts_on="")
    edit(lamps, slug="torches")
    edit(lamps, state="withdrawn")
    edit(lamps, title_en="Nobody sees this")
    edit(lamps, state="published", reason="It was right.")
    assert [facts(change) for change in read()] == [
        ("changed", "bright-lamps", "", "", {"status": ["agreed", "operating"], "starts_on": ["2024", None]}),
        ("renamed", "torches", "bright-lamps", "", {"slug": ["bright-lamps", "torches"]}),
        ("withdrawn", "torches", "", "", {}),
        ("added", "torches", "", "", {}),
    ]  # fmt: skip
    assert [change.reason for change in read()][-1] == "It was right."


@ON_SQLITE
@pytest.mark.django_db
@pytest.mark.parametrize("end", ["withdrawn", "draft", "deleted"])
def test_values_and_reasons_are_left_out_while_a_record_is_not_published(lamps, end):
    edit(lamps, title_en="A name to forget", reason="A reason to forget.")
    with recording(lamps, reason="It was never true."):
        if end == "deleted":
            lamps.delete()
        else:
            lamps.state = end
            lamps.save()
    assert [(change.fields, change.reason) for change in read()] == [({}, "")] * 2


@ON_SQLITE
@pytest.mark.django_db
def test_a_draft_is_in_no_change_before_it_is_published(draft):
    edit(draft, title_en="A secret name")
    assert read() == []
    edit(draft, state="published")
    assert [facts(change) for change in read()] == [("added", "dim-lamps", "", "", {})]


@ON_SQLITE
@pytest.mark.django_db
def test_a_record_is_withdrawn_under_the_slug_that_readers_knew(lamps):
    edit(lamps, state="withdrawn", slug="secret")
    assert [facts(change) for change in read()] == [("withdrawn", "bright-lamps", "", "", {})]


@ON_SQLITE
@pytest.mark.django_db
def test_a_deleted_record_leaves_a_tombstone(lamps):
    with recording(lamps):
        Initiative.objects.get().delete()
    assert [facts(change) for change in read()] == [("deleted", "bright-lamps", "", "", {})]


@ON_SQLITE
@pytest.mark.django_db
def test_a_merged_record_names_the_one_it_was_merged_into():
    target, _change_set = create_recorded(make.make_theme, "lamps")
    # The first call queries the content types.
    read()
    queries = []
    for slug in ("lights", "torches"):
        duplicate, _change_set = create_recorded(make.make_theme, slug)
        merge(type(target), target.pk, duplicate.pk)
        with CaptureQueriesContext(connection) as captured:
            changes = {change.slug: change for change in read()[2:]}
        queries.append(len(captured))
        assert facts(changes[slug]) == ("merged", slug, "", "lamps", {})
    assert queries[0] == queries[1]


@ON_SQLITE
@pytest.mark.django_db
def test_references_to_unpublished_records_are_left_out(lamps):
    hidden, shown = make.make_theme("secret", state="draft"), make.make_theme("rail")
    with recording(lamps):
        lamps.themes.set([hidden, shown])
        lamps.event = make.make_event("ball", state="draft")
        lamps.save()
        secret = make.make_report("secret", state="draft")
        make.make_evidence(lamps, "kind", secret.passages.get())
        make.make_evidence(lamps, "kind", make.make_report("gazette").passages.get())
        lamps.rulings.create(field="kind", reason="The secret report is wrong.")
    (change,) = read()
    assert change.fields == {
        "themes": {"removed": [], "added": ["rail"]},
        "evidence": {
            "removed": [],
            "added": [{"field": "kind", "passage": "gazette#1", "stance": "supports"}],
        },
    }


@ON_SQLITE
@pytest.mark.django_db
def test_unpublished_delegates_are_not_in_the_attendances():
    ball = make.make_event("ball")
    with recording(ball):
        make.make_attendance(ball, make.make_delegate("secret", state="draft"))
        make.make_attendance(ball, make.make_delegate("ada"))
    (change,) = read()
    assert change.fields["attendances"]["added"] == [{"delegate": "ada", "role_at_event": "speaker"}]


@ON_SQLITE
@pytest.mark.django_db
def test_the_slug_of_a_merged_draft_is_not_revealed():
    target = make.make_theme("lamps")
    merge(type(target), target.pk, make.make_theme("secret", state="draft").pk)
    assert "secret" not in str([change.fields for change in read()])


@ON_SQLITE
@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "slugs"), [(60, ["b", "c"]), (36, ["c"]), (12, ["c"]), (1, [])])
def test_changes_since_a_moment_are_found_whenever_earlier_ones_were_made(lamps, hours, slugs):
    now = timezone.now()
    for slug, age in (("a", 72), ("b", 48), ("c", 6)):
        change_set = edit(lamps, slug=slug)
        ChangeSet.objects.filter(pk=change_set.pk).update(made_at=now - timedelta(hours=age))
    changes, _after = settled_changes("default", 0, 9, since=now - timedelta(hours=hours))
    assert [change.slug for change in changes] == slugs


@ON_SQLITE
@pytest.mark.django_db
def test_pages_go_on_after_the_last_change(lamps):
    for status in ("operating", "completed", "stalled"):
        edit(lamps, status=status)
    first, after = settled_changes("default", 0, 2)
    assert (len(first), after) == (2, first[-1].number)
    assert [change.fields["status"][1] for change in read(after)] == ["stalled"]
    assert settled_changes("default", first[-1].number, 1)[1] is None


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("commits", [True, False])
def test_a_change_is_held_back_while_an_earlier_one_may_still_appear(commits):
    first, second = (make.make_initiative(slug) for slug in ("first", "second"))
    has_written, may_end = threading.Event(), threading.Event()

    def write_slowly():
        try:
            with transaction.atomic():
                edit(first, status="operating")
                has_written.set()
                may_end.wait(10)
                if not commits:
                    raise InterruptedError
        except InterruptedError:
            pass
        finally:
            connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    assert has_written.wait(10)
    edit(second, status="operating")
    assert read() == []
    may_end.set()
    thread.join()
    until = time.monotonic() + 30
    expected = ["first", "second"] if commits else ["second"]
    # Transactions in other databases of the same server also hold changes back. A transaction that begins between the
    # two changes holds back only the second one.
    while len(changes := read()) < len(expected) and time.monotonic() < until:
        time.sleep(0.05)
    assert [change.slug for change in changes] == expected
