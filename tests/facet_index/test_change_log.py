"""The log of changes: nothing that was committed is missed, nothing that was taken back is told."""

import threading
from contextlib import closing

import pytest
from django.db import connection, connections, transaction

from initiatives.models import Initiative
from sco_cities.facet_index import change_log
from sco_cities.facet_index.models import Change
from sco_cities.themes.models import Theme
from tests import factories as make

OWN = "themes_theme.id"


def touched(known) -> set[int]:
    return set(change_log.changes_since("default", known)[1].get(OWN, ()))


def elsewhere(work):
    """Does something on a connection of its own, and waits until it is done, also on a machine that is busy."""
    failures = []

    def run():
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    assert not thread.is_alive() and failures == []


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_told_and_what_is_rolled_back_is_not():
    theme = make.make_theme()
    known = change_log.version("default")
    assert touched(known) == set()
    with pytest.raises(InterruptedError), transaction.atomic():
        theme.save()
        raise InterruptedError
    assert touched(known) == set()
    theme.save()
    assert touched(known) == {theme.pk}
    seen, _touched = change_log.changes_since("default", known)
    assert touched(seen) == set()


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_began_early_and_commits_late_is_not_missed():
    early, late = make.make_theme("early"), make.make_theme("late")
    other = connection.copy()
    with closing(other):
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE themes_theme SET name_en = 'Early' WHERE id = %s", [early.pk])
        late.save()
        known = change_log.version("default")
        with other.cursor() as cursor:
            cursor.execute("COMMIT")
    assert touched(known) == {early.pk}


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["themes_theme", "initiatives_initiative_themes", "sources_evidence"])
def test_an_emptied_table_has_everything_read_anew(table):
    known = change_log.version("default")
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)


@pytest.mark.django_db(transaction=True)
def test_more_changes_than_are_worth_following_are_too_many(monkeypatch):
    monkeypatch.setattr(change_log, "MAX_CHANGES", 3)
    theme = make.make_theme()
    known = change_log.version("default")
    for _time in range(3):
        theme.save()
    assert touched(known) == {theme.pk}
    theme.save()
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)


@pytest.mark.django_db(transaction=True)
def test_a_long_log_is_begun_anew_and_a_short_one_is_left():
    theme = make.make_theme()
    known = change_log.version("default")
    theme.save()
    length = Change.objects.count()
    change_log.prune("default", most=length)
    assert Change.objects.count() == length
    change_log.prune("default", most=length - 1)
    assert list(Change.objects.values_list("part", flat=True)) == [change_log.EVERYTHING]
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)
    # And who has read everything since follows as before.
    known = change_log.version("default")
    theme.save()
    assert touched(known) == {theme.pk}


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_a_log_that_was_emptied_or_is_of_another_file_has_everything_read_anew():
    theme = make.make_theme()
    known = change_log.version("default")
    Change.objects.all().delete()
    theme.save()
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known + 10**6)


@pytest.mark.django_db
def test_a_cascade_and_sql_by_hand_leave_their_entries():
    theme = make.make_theme()
    initiative = make.make_initiative(themes=[theme])
    key, link = initiative.pk, "initiatives_initiative_themes.initiative_id"
    known = change_log.version("default")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE themes_theme SET name_en = 'By hand' WHERE id = %s", [theme.pk])
    Initiative.objects.filter(pk=key).delete()
    told = change_log.changes_since("default", known)[1]
    # In a transaction that is still open PostgreSQL tells all that it has done.
    assert theme.pk in told[OWN]
    assert key in told["initiatives_initiative.id"] and key in told[link]
    assert Theme.objects.count() == 1


@pytest.mark.django_db
def test_in_an_open_transaction_a_savepoint_that_was_rolled_back_hides_nothing_of_it():
    theme = make.make_theme()
    with pytest.raises(InterruptedError), transaction.atomic():
        theme.save()
        raise InterruptedError
    known = change_log.version("default")
    theme.save()
    assert touched(known) == {theme.pk}
