"""Taking back what is in the history: a whole change set, what it did to one record, or to one field of it.

A reversal is planned first (`planning`), so that curators see what it touches and what has changed since; carrying
it out is a change like any other, with a revision for every record that it touches.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from itertools import product

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.db.sqlite_cache_size import enlarged_sqlite_cache
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record, record_models
from sco_cities.sources.models import Evidence, Report

from .bulk_restore import BulkRestore
from .delta import Delta, is_of_list
from .locking import lock
from .models import ChangeSet, ChangeSource, Revision
from .recorder import Recorder, record_changes
from .restore import RecordWriter
from .revert_plan import RecordRevert, RevertOutcome, RevertPlan, in_batches
from .serialization import document_schema

# A refusal gives so many reasons; there may be one for every record.
MAX_NAMED = 50


class RevertRefused(Exception):
    """A reversal cannot be carried out; `reasons` are sentences, each about one record."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def revert(
    revisions: QuerySet[Revision],
    *,
    user,
    reason: str,
    reverts: ChangeSet | None,
    fields: Collection[str] | None = None,
    later_too: bool = False,
    seen: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[ChangeSet | None], None] = lambda change_set: None,
) -> ChangeSet | None:
    """Takes `revisions` back in one transaction; Refused, with nothing changed, where that cannot be done.

    Fields that have changed since are left as they are, and so are created records that have; with `later_too`
    they are taken back as well. `seen` is the newest revision when this was looked at: it is refused where a record
    has changed after that. None where there was nothing left to take back. `progress` is told how many records are
    done, and `finish` is called at the end, in the transaction.
    """
    reversal = RevertPlan(revisions, fields, later_too)
    try:
        with (
            enlarged_sqlite_cache(DEFAULT_DB_ALIAS),
            record_changes(ChangeSource.REVERT, user=user, reason=reason, reverts=reverts) as recorder,
        ):
            for model, keys in reversal.batches(record_models()):
                lock(model, keys)
            if seen is not None and _has_changed_after(seen, revisions):
                raise RevertRefused(
                    [
                        _(
                            "A record has changed since you opened this page. Review the changes again, then confirm."
                        )
                    ]
                )
            _Reverter(recorder, reversal, progress).carry_out()
            finish(recorder.change_set)
    except IntegrityError as error:  # what validation does not see
        raise RevertRefused([_("The database rejected the change: %(error)s") % {"error": error}]) from error
    return recorder.change_set


def _has_changed_after(seen: int, revisions: QuerySet[Revision]) -> bool:
    same = revisions.order_by().filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
    return Revision.objects.filter(Exists(same), pk__gt=seen).exists()


def _values(made: Delta) -> dict:
    """What columns are to say."""
    return {name: change[1] for name, change in made.items() if not is_of_list(change)}


class _Reverter:
    """Carries out a reversal: brings records back, changes others, removes what was new; some at a time."""

    def __init__(self, recorder: Recorder, reversal: RevertPlan, progress: Callable[[int], None]):
        self.recorder = recorder
        self.reversal = reversal
        self.progress = progress
        self.done = 0
        self.writer = BulkRestore()
        self.reasons: list[str] = []
        self.back: dict[type[Record], set[int]] = defaultdict(set)
        self.touched: dict[type[Record], set[int]] = defaultdict(set)

    def carry_out(self) -> None:
        """What is named comes before what names it, and goes after it."""
        kinds = record_models()
        with_named_rows = [
            kind for kind in kinds if any(rows.are_named for rows in document_schema(kind).rows.values())
        ]
        for phase, models, created in (
            (self._bring_back, kinds, False),
            (self._change, kinds, False),
            (self._remove_named_rows, with_named_rows, False),
            (self._remove, kinds[::-1], True),
        ):
            for model, keys in self.reversal.batches(models, created=created):
                phase(model, keys)
                self.reversal.own = self.recorder.change_set
                if phase in (self._change, self._remove):
                    self.done += len(keys)
                    self.progress(self.done)
            self._stop_if_refused()
        self._refuse_circles()
        self._refuse_unsourced()

    def _bring_back(self, model: type[Record], keys: list[int]) -> None:
        """Without their lists, and into the history only with them: they may name what comes back later."""
        steps = [step for step in self.reversal.steps(model, keys) if step.outcome == RevertOutcome.RESTORED]
        self.back[model].update(step.key for step in steps)
        self._write(
            steps,
            lambda: self.writer.create_all(model, {step.key: _values(step.changes) for step in steps}),
            lambda writer, step: writer.create(model, step.key, _values(step.changes)),
        )

    def _change(self, model: type[Record], keys: list[int]) -> None:
        back = self.back[model]
        steps = [step for step in self.reversal.steps(model, keys, absent=back) if step.changes]
        changing = [step for step in steps if step.key not in back]
        self.recorder.take(model, {step.key: step.current for step in changing})
        self.recorder.watch_naming(model, [step.key for step in changing if "slug" in step.changes])
        records = model._base_manager.in_bulk([step.key for step in steps])
        self.touched[model].update(records)
        self._write(
            steps,
            lambda: self.writer.change_all(records, {step.key: step.changes for step in steps}),
            lambda writer, step: writer.change(records[step.key], step.changes),
        )
        self.recorder.note_created([records[key] for key in records if key in back])
        self.recorder.write()

    def _remove_named_rows(self, model: type[Record], keys: list[int]) -> None:
        """Passages that were new, once no evidence names them any more."""
        steps = [step for step in self.reversal.steps(model, keys) if step.outcome == RevertOutcome.CHANGED]
        self.recorder.take(model, {step.key: step.current for step in steps})
        records = model._base_manager.in_bulk([step.key for step in steps])
        for step in steps:
            self._try(step, lambda step: self.writer.remove_named(records[step.key], step.changes))
        self.recorder.write()

    def _remove(self, model: type[Record], keys: list[int]) -> None:
        steps = [step for step in self.reversal.steps(model, keys) if step.outcome == RevertOutcome.REMOVED]
        going = [step.key for step in steps]
        self.recorder.take(model, {step.key: step.current for step in steps})
        self.recorder.watch_naming(model, going)
        try:
            model._base_manager.filter(pk_in(going)).delete()
        except ProtectedError:
            for step in steps:
                self._try(step, lambda step: model._base_manager.filter(pk=step.key).delete())
        self.recorder.write()

    def _write(self, steps: list[RecordRevert], all_at_once, deed) -> None:
        """Does all steps; where that fails, one after the other with care, to tell which and why."""
        if not steps:
            return
        try:
            with transaction.atomic():
                all_at_once()
        except (IntegrityError, ProtectedError, ValidationError):
            writer = RecordWriter(careful=True)
            for step in steps:
                self._try(step, lambda step: deed(writer, step))

    def _try(self, step: RecordRevert, deed) -> None:
        try:
            deed(step)
        except ValidationError as error:
            self._refuse(step, " ".join(error.messages))
        except ProtectedError as error:
            names = ", ".join(sorted({str(each) for each in error.protected_objects})[:5])
            self._refuse(step, _("Other records depend on it: %(names)s.") % {"names": names})

    def _refuse(self, step: RecordRevert, reason: str) -> None:
        self.reasons.append(_("%(record)s: %(reason)s") % {"record": step.name, "reason": reason})
        if len(self.reasons) == MAX_NAMED:
            raise RevertRefused(self.reasons)

    def _stop_if_refused(self) -> None:
        if self.reasons:
            raise RevertRefused(self.reasons)

    def _refuse_circles(self) -> None:
        """What has become part of a record of its own kind: of all that is not valid only this the database lets be."""
        for model, keys in self.touched.items():
            columns = [column.field for column in document_schema(model).columns.values()]
            into = [field.name for field in columns if field.is_relation and field.related_model is model]
            for name, some in product(into, in_batches(keys)):
                for record in model._base_manager.filter(pk_in(some), **{f"{name}__isnull": False}):
                    try:
                        record.clean()
                    except ValidationError as error:
                        name, reason = f"{model._meta.verbose_name} {record.slug}", " ".join(error.messages)
                        self.reasons.append(_("%(record)s: %(reason)s") % {"record": name, "reason": reason})
        self._stop_if_refused()

    def _refuse_unsourced(self) -> None:
        for model, keys in (*self.touched.items(), *self._resting_on_unpublished()):
            for some in in_batches(keys):
                records = list(model._default_manager.published().filter(pk_in(some)))
                lacking = evidence_coverage.unsourced_fields(records)
                self.reasons += [
                    _("No published report would support %s")
                    % evidence_coverage.field_sentence(record, lacking[record.pk])
                    for record in records
                    if lacking[record.pk]
                ]
        self._stop_if_refused()

    def _resting_on_unpublished(self) -> Iterator[tuple[type[Record], set[int]]]:
        """Records that cite reports which readers no longer see."""
        hidden = Report.objects.filter(pk_in(self.touched[Report])).exclude(state=PublicationState.PUBLISHED)
        for model in record_models() if hidden.exists() else ():
            citing = Evidence.objects.about(model).supporting().filter(passage__report__in=hidden)
            yield model, set(citing.values_list("object_id", flat=True)) - self.touched[model]
