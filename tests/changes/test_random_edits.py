"""A random change of any kind of record can be reverted, and the history replays to the current documents.

The edits are made by `tests.random_edits` and include deletions with cascades and SQL.
"""

from contextlib import suppress
from random import Random

import pytest
from django.db import transaction

from sco_cities.changes import revert
from sco_cities.core.exceptions import Refused
from sco_cities.history import delta, serialization
from sco_cities.history.models import Action, ChangeSet, Revision
from tests import factories as make
from tests.extent import IS_FULL
from tests.history.snapshots import recording
from tests.random_edits import EDITS, apply
from tests.sample_records import RECORDS, make_sample_records

SEEDS = range(40) if IS_FULL else (1,)
STEPS = 60 if IS_FULL else 8
# No writer and no revert swaps the slugs of two records in one change.
NAMES = sorted(EDITS.keys() - {"swap_slugs"})
Documents = dict[tuple[type, int], dict]


def documents() -> Documents:
    """The documents of all records, by model and primary key, without former slugs.

    A revert keeps former slugs, because their URLs must keep working.
    """
    return {
        (model, key): document | {"former_slugs": []}
        for model in RECORDS
        for key, document in serialization.read_documents(
            model, list(model._base_manager.values_list("pk", flat=True))
        ).items()
    }


def write(edits: list[tuple[str, int]]) -> ChangeSet | None:
    """Makes the edits as one recorded change."""
    before = documents()
    with recording() as recorder:
        for model in RECORDS:
            recorder.watch(model, [key for each, key in before if each is model])
        for name, seed in edits:
            apply(name, seed)
        for model in RECORDS:
            known = [key for each, key in before if each is model]
            recorder.note_created(model._base_manager.exclude(pk__in=known))
    return recorder.change_set


def undo(change_set: ChangeSet) -> ChangeSet | None:
    return revert.revert(
        change_set.revisions.all(), user=None, reason="wrong", reverts=change_set, evidence_stands=True
    )


def undo_or_leave_no_trace(change_set: ChangeSet, changed: Documents) -> ChangeSet | None:
    try:
        return undo(change_set)
    except Refused:
        assert documents() == changed
        raise


class _Replay:
    """Applies the new revisions to the documents of the previous call. The documents of created records are read."""

    def __init__(self):
        self.documents, self.last = documents(), 0

    def check(self, current: Documents) -> None:
        for revision in Revision.objects.filter(pk__gt=self.last).order_by("pk"):
            key = (revision.content_type.model_class(), revision.object_id)
            if revision.action == Action.CREATED:
                self.documents[key] = current[key]
            else:
                document = delta.apply(self.documents.pop(key), revision.changes) | {"former_slugs": []}
                if revision.action == Action.CHANGED:
                    self.documents[key] = document
                else:
                    assert not any(document.values())
            self.last = revision.pk
        assert self.documents == current


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_change_of_any_kind_is_reverted_and_replayed(seed):
    make_sample_records()
    for model in RECORDS:
        for record in model.objects.filter(state="published"):
            make.support_everything(record)
    random, replay, current = Random(seed), _Replay(), documents()
    reverted = 0
    for _step in range(STEPS):
        edits = [(random.choice(NAMES), random.randrange(2**20)) for _edit in range(random.randint(1, 2))]
        last = replay.last
        try:
            with transaction.atomic():
                written = write(edits)
                changed = documents()
                replay.check(changed)
                undone = written and undo_or_leave_no_trace(written, changed)
        except Refused:
            # The site rejects a few combinations of edits, such as renaming a report and moving its passage.
            replay.documents, replay.last = dict(current), last
            continue
        if written is None:
            continue
        reverted += 1
        assert documents() == current, edits
        replay.check(current)
        # The edit may have left published records without evidence. A revert cannot restore this state.
        with suppress(Refused):
            undo(undone)
            assert documents() == changed, edits
            current = changed
        assert documents() == current, edits
        replay.check(current)
    assert reverted > STEPS / 3
