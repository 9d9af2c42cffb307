"""Locks: taken in one order by all who write, so that none waits for another who waits for him."""

import threading
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connections, transaction

import sco_cities
from initiatives.models import Initiative
from sco_cities.curation.bulk_edit import apply
from sco_cities.history import locking, revert_plan
from sco_cities.history.models import ChangeSet
from sco_cities.history.revert import revert
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import curator_client
from tests.curation.bulk_edit_steps import chosen, edit, look, seen_in

RECORDS = 40


def test_records_are_locked_in_one_place_only():
    room = Path(sco_cities.__file__).parent
    locking_files = [
        str(path.relative_to(room)) for path in room.rglob("*.py") if "select_for_update" in path.read_text()
    ]
    assert locking_files == ["curation/history/locking.py"]


@pytest.fixture
def found(monkeypatch):
    """What names a theme, as it is found time after time, and which sets of records were locked."""
    found, locked = {"naming": []}, []

    def with_naming(model, keys, records):
        return {**records, Initiative: found["naming"].pop(0)}

    monkeypatch.setattr(locking, "with_references", with_naming)
    monkeypatch.setattr(locking, "lock_all", lambda records, **_how: locked.append(records[Initiative]))
    found["locked"] = locked
    return found


@pytest.mark.parametrize(
    ("naming", "locked"),
    [
        ([{1}, {1}], [{1}]),
        ([{1, 2}, {1}], [{1, 2}]),
        ([{2}, {1, 2}, {1, 2}], [{2}, {1, 2}]),
        ([{3}, {2, 3}, {1, 2, 3}, {1, 2, 3}], [{3}, {2, 3}, {1, 2, 3}]),
    ],
)
def test_locks_are_taken_anew_until_nothing_more_names_what_goes(naming, locked, found, db):
    found["naming"] = [*naming]
    with transaction.atomic():
        assert locking.lock_with_references(Theme, [7], {Theme: {7}}) == {Theme: {7}, Initiative: naming[-1]}
    assert found["locked"] == locked


def test_who_never_gets_hold_of_all_gives_up(found, db):
    found["naming"] = [set(range(number)) for number in range(100)]
    with pytest.raises(OperationalError), transaction.atomic():
        locking.lock_with_references(Theme, [7], {Theme: {7}})
    assert len(found["locked"]) == locking.ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_an_edit_of_many_and_a_reversal_do_not_wait_for_each_other(monkeypatch):
    monkeypatch.setattr(apply, "BATCH", 1)
    monkeypatch.setattr(revert_plan, "BATCH", 1)
    client, theme = curator_client(), make.make_theme()
    # By slug they come in the opposite order.
    records = [
        make.make_initiative(f"lamps-{number:02}", state="draft", status="agreed")
        for number in reversed(range(RECORDS))
    ]
    edit(client, records, set_status="completed")
    change = ChangeSet.objects.get()
    values = {"add_themes": [theme.pk]}
    seen = seen_in(look(client, records, **values))
    user = get_user_model().objects.get(username="curator")
    start, failures = threading.Barrier(2), []

    def edit_many():
        client.post("/admin/initiatives/initiative/", chosen(records, **values, _apply="1", seen=seen))

    def take_back():
        revert(change.revisions.all(), user=user, reason="A mistake.", reverts=change)

    def run(deed):
        start.wait()
        try:
            deed()
        except Exception as error:  # told below, for a thread's own errors are lost
            failures.append(error)
        finally:
            connections.close_all()

    racers = [threading.Thread(target=run, args=[deed]) for deed in (edit_many, take_back)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert failures == []
    assert Initiative.objects.filter(themes=theme, status="agreed").count() == RECORDS
