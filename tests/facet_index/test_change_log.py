"""The change log contains all committed changes and omits changes that were rolled back."""

import threading
from contextlib import closing

import pytest
from django.db import connection, connections, transaction

from initiatives.models import Initiative
from sco_cities.facet_index import change_log
from sco_cities.facet_index.models import Change
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.older_transactions import wait_for_older_transactions

OWN = "themes_theme.id"


def changed_themes(known) -> set[int]:
    return set(change_log.changes_since("default", known)[1].get(OWN, ()))


def run_in_thread(work):
    """Runs `work` in a thread with its own connection. Waits long enough for a busy machine."""
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
def test_committed_changes_are_logged_and_rolled_back_ones_are_not():
    theme = make.make_theme()
    known = change_log.version("default")
    assert changed_themes(known) == set()
    with pytest.raises(InterruptedError), transaction.atomic():
        theme.save()
        raise InterruptedError
    assert changed_themes(known) == set()
    theme.save()
    assert changed_themes(known) == {theme.pk}
    current, _changes = change_log.changes_since("default", known)
    assert changed_themes(current) == set()


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_began_early_and_commits_late_is_not_missed():
    early, late = make.make_theme("early"), make.make_theme("late")
    other = connection.copy()
    fingerprints = []
    with closing(other):
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE themes_theme SET name_en = 'Early' WHERE id = %s", [early.pk])
        fingerprints.append(change_log.fingerprint("default"))
        late.save()
        known = change_log.version("default")
        fingerprints.append(change_log.fingerprint("default"))
        with other.cursor() as cursor:
            cursor.execute("COMMIT")
    assert changed_themes(known) == {early.pk}
    fingerprints.append(change_log.fingerprint("default"))
    assert len(set(map(repr, fingerprints))) == 3


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("parts", [None, [OWN]])
def test_the_fingerprint_changes_with_a_late_commit_of_a_newer_transaction(parts):
    early, late = make.make_theme("early"), make.make_theme("late")
    with closing(connection.copy()) as other, other.cursor() as cursor:
        with transaction.atomic(), connection.cursor() as own:
            own.execute("SELECT pg_current_xact_id()")
            cursor.execute("BEGIN")
            cursor.execute("UPDATE themes_theme SET name_en = 'Early' WHERE id = %s", [early.pk])
            late.save()
        before = change_log.fingerprint("default", parts)
        cursor.execute("COMMIT")
    assert change_log.fingerprint("default", parts) != before


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_fingerprint_stays_while_others_write_elsewhere():
    make.make_theme()
    wait_for_older_transactions()
    fingerprints = [change_log.fingerprint("default", parts) for parts in (None, [OWN], ["no such part"])]
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_current_xact_id()")
        for _time in range(2):
            now = [change_log.fingerprint("default", parts) for parts in (None, [OWN], ["no such part"])]
            assert now == fingerprints
            cursor.execute("COMMIT")


@pytest.mark.django_db(transaction=True)
def test_the_fingerprint_of_a_part_changes_only_with_the_part_and_with_a_reset():
    theme = make.make_theme()
    wait_for_older_transactions()
    everything, themes = change_log.fingerprint("default"), change_log.fingerprint("default", [OWN])
    make.make_country()
    assert change_log.fingerprint("default") != everything
    assert change_log.fingerprint("default", [OWN]) == themes
    theme.save()
    changed = change_log.fingerprint("default", [OWN])
    assert changed != themes
    change_log.reset("default")
    assert change_log.fingerprint("default", [OWN]) != changed


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_known_is_no_change_while_an_older_one_is_open():
    early, late = make.make_theme("early"), make.make_theme("late")
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE themes_theme SET name_en = 'Early' WHERE id = %s", [early.pk])
        before = change_log.version("default")
        late.save()
        current, changes = change_log.changes_since("default", before)
        assert set(changes[OWN]) == {late.pk}
        committed = Change.objects.latest("pk").transaction_number
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (open_number,) = cursor.fetchone()
        for known in (current, change_log.version("default")):
            # `seen` contains more numbers while another connection to the server keeps an old transaction open.
            assert committed in known.seen
            assert open_number not in known.seen
            assert not change_log.has_changes("default", known)
        late.save()
        assert [changed_themes(known) for known in (before, current)] == [{late.pk}, {late.pk}]
        cursor.execute("COMMIT")
    assert [changed_themes(known) for known in (before, current)] == [
        {early.pk, late.pk},
        {early.pk, late.pk},
    ]
    wait_for_older_transactions()
    assert change_log.version("default").seen == frozenset()


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_entries_from_another_server_do_not_hide_transactions_with_the_same_number():
    """A restored copy contains numbers that this server has not reached yet."""
    themes = [make.make_theme(f"theme-{number}") for number in range(4)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO facet_index_change (part, key, transaction_number) "
            "SELECT %s, 9999, pg_current_xact_id()::text::bigint + number FROM generate_series(1, 4) AS number",
            [OWN],
        )
    for theme in themes:
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE themes_theme SET name_en = 'Early' WHERE id = %s", [theme.pk])
            known = change_log.version("default")
            cursor.execute("COMMIT")
        assert changed_themes(known) == {theme.pk}


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        {"database": "2026-01-01 00:00:00+00 base/1/2"},
        # After a crash without synchronous commits, the server assigns the same numbers again.
        {"xmax": 2**40},
    ],
)
def test_a_version_from_another_server_or_with_lost_transactions_is_an_overflow(change):
    known = change_log.version("default")._replace(**change)
    assert change_log.has_changes("default", known)
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["themes_theme", "initiatives_initiative_themes", "sources_evidence"])
def test_truncating_a_table_makes_everything_be_read_again(table):
    known = change_log.version("default")
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)


@pytest.mark.django_db(transaction=True)
def test_changes_of_more_than_max_records_are_an_overflow(monkeypatch):
    monkeypatch.setattr(change_log, "MAX_CHANGES", 3)
    theme = make.make_theme()
    known = change_log.version("default")
    for _time in range(9):
        theme.save()
    # The limit applies to the number of changed records, not of changes.
    assert changed_themes(known) == {theme.pk}
    for number in range(3):
        make.make_theme(f"theme-{number}")
    assert change_log.has_changes("default", known)
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)


@pytest.mark.django_db(transaction=True)
def test_the_changed_keys_are_grouped_by_part():
    theme = make.make_theme()
    known = change_log.version("default")
    assert not change_log.has_changes("default", known)
    assert change_log.changes_since("default", known)[1] == {}
    theme.save()
    other = make.make_initiative(themes=[theme])
    current, changes = change_log.changes_since("default", known)
    assert (set(changes[OWN]), set(changes["initiatives_initiative.id"])) == ({theme.pk}, {other.pk})
    assert set(changes["initiatives_initiative_themes.initiative_id"]) == {other.pk}
    assert not change_log.has_changes("default", current)


@pytest.mark.django_db(transaction=True)
def test_prune_deletes_the_oldest_entries_of_a_long_log():
    themes = [make.make_theme(slug) for slug in ("first", "second", "third")]
    known = []
    for theme in themes:
        wait_for_older_transactions()
        known.append(change_log.version("default"))
        theme.save()
    length = Change.objects.count()
    change_log.prune("default", most=length)
    assert Change.objects.count() == length
    wait_for_older_transactions()
    change_log.prune("default", most=1)
    assert list(Change.objects.exclude(part=change_log.PRUNED).values_list("key", flat=True)) == [
        theme.pk for theme in themes[1:]
    ]
    assert change_log.has_changes("default", known[0])
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known[0])
    assert changed_themes(known[2]) == {themes[2].pk}
    # A second pruning replaces the marker of the first pruning.
    themes[0].save()
    themes[0].save()
    wait_for_older_transactions()
    change_log.prune("default", most=1)
    assert Change.objects.filter(part=change_log.PRUNED).count() <= 1
    for old in known:
        with pytest.raises(change_log.ChangeLogOverflow):
            change_log.changes_since("default", old)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_prune_keeps_what_was_written_after_the_oldest_open_transaction_began():
    early, late = make.make_theme("early"), make.make_theme("late")
    other = connection.copy()
    with closing(other):
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE themes_theme SET name_en = 'Early' WHERE id = %s", [early.pk])
        known = change_log.version("default")
        late.save()
        late.save()
        change_log.prune("default", most=1)
        assert changed_themes(known) == {late.pk}
        with other.cursor() as cursor:
            cursor.execute("COMMIT")
    assert changed_themes(known) == {early.pk, late.pk}


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_the_fingerprint_counts_no_old_entries_after_a_prune():
    for slug in ("first", "second", "third"):
        make.make_theme(slug)
        wait_for_older_transactions()
    before = change_log.fingerprint("default")
    change_log.prune("default", most=1)
    assert Change.objects.filter(part=change_log.PRUNED).exists()
    _id, _database, boundary, count = change_log.fingerprint("default")
    assert (boundary, count) == (before[2], 0)


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_an_emptied_log_or_the_log_of_another_file_is_an_overflow():
    theme = make.make_theme()
    known = change_log.version("default")
    Change.objects.all().delete()
    theme.save()
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known._replace(last=known.last + 10**6))


@pytest.mark.django_db
def test_cascades_and_manual_sql_are_logged():
    theme = make.make_theme()
    initiative = make.make_initiative(themes=[theme])
    key, link = initiative.pk, "initiatives_initiative_themes.initiative_id"
    known = change_log.version("default")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE themes_theme SET name_en = 'By hand' WHERE id = %s", [theme.pk])
    Initiative.objects.filter(pk=key).delete()
    changes = change_log.changes_since("default", known)[1]
    # In an open transaction, PostgreSQL returns all changes made in this transaction.
    assert theme.pk in changes[OWN]
    assert key in changes["initiatives_initiative.id"] and key in changes[link]
    assert Theme.objects.count() == 1


@pytest.mark.django_db
def test_a_savepoint_that_was_rolled_back_hides_no_changes_of_its_transaction():
    theme = make.make_theme()
    with pytest.raises(InterruptedError), transaction.atomic():
        theme.save()
        raise InterruptedError
    known = change_log.version("default")
    theme.save()
    assert changed_themes(known) == {theme.pk}
