"""All writers lock rows in the same order, so they do not deadlock."""

import threading
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connections, transaction

import sco_cities
from initiatives.models import Initiative
from sco_cities.changes import locking, revert_plan
from sco_cities.changes.revert import revert
from sco_cities.curation.review import record_edits
from sco_cities.history.models import ChangeSet
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import curator_client
from tests.curation.bulk_edit_steps import edit, edit_data, fingerprint_in, preview_edit

RECORDS = 40


def test_only_one_module_locks_records():
    package = Path(sco_cities.__file__).parent
    locking_files = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "select_for_update" in path.read_text()
        # Accounts, their devices and intakes are excluded, because they are not records.
        and not path.is_relative_to(package / "accounts")
        and path not in (package / "intake" / "jobs.py", package / "intake" / "models.py")
    ]
    assert locking_files == ["changes/locking.py"]


@pytest.fixture
def attempts(monkeypatch):
    """The references that each attempt finds, and the records that the attempt locks."""
    attempts, locked = {"references": []}, []

    def with_references(model, keys, records):
        return {**records, Initiative: attempts["references"].pop(0)}

    monkeypatch.setattr(locking, "with_references", with_references)
    monkeypatch.setattr(locking, "lock_all", lambda records, **_options: locked.append(records[Initiative]))
    attempts["locked"] = locked
    return attempts


@pytest.mark.parametrize(
    ("references", "locked"),
    [
        ([{1}, {1}], [{1}]),
        ([{1, 2}, {1}], [{1, 2}]),
        ([{2}, {1, 2}, {1, 2}], [{2}, {1, 2}]),
        ([{3}, {2, 3}, {1, 2, 3}, {1, 2, 3}], [{3}, {2, 3}, {1, 2, 3}]),
    ],
)
def test_locks_are_retaken_until_no_new_references_appear(references, locked, attempts, db):
    attempts["references"] = [*references]
    with transaction.atomic():
        assert locking.lock_with_references(Theme, [7], {Theme: {7}}) == {
            Theme: {7},
            Initiative: references[-1],
        }
    assert attempts["locked"] == locked


def test_locking_gives_up_after_too_many_attempts(attempts, db):
    attempts["references"] = [set(range(number)) for number in range(100)]
    with pytest.raises(OperationalError), transaction.atomic():
        locking.lock_with_references(Theme, [7], {Theme: {7}})
    assert len(attempts["locked"]) == locking.ATTEMPTS


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_writers")
def test_a_bulk_edit_and_a_revert_do_not_deadlock(monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 1)
    monkeypatch.setattr(revert_plan, "BATCH", 1)
    client, theme = curator_client(), make.make_theme()
    # Their order by slug is the reverse of their order by key.
    records = [
        make.make_initiative(f"lamps-{number:02}", state="draft", status="agreed")
        for number in reversed(range(RECORDS))
    ]
    edit(client, records, set_status="completed")
    change = ChangeSet.objects.get()
    values = {"add_themes": [theme.pk]}
    seen = fingerprint_in(preview_edit(client, records, **values))
    user = get_user_model().objects.get(username="curator")
    start, failures = threading.Barrier(2), []

    def bulk_edit():
        client.post("/admin/initiatives/initiative/", edit_data(records, **values, _apply="1", seen=seen))

    def revert_change():
        revert(change.revisions.all(), user=user, reason="Wrong.", reverts=change)

    def run(action):
        start.wait()
        try:
            action()
        except Exception as error:  # collected, because a thread loses its errors
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in (bulk_edit, revert_change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Initiative.objects.filter(themes=theme, status="agreed").count() == RECORDS
