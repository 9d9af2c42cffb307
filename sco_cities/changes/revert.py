"""Reverts a change set, or only its changes to one record or field.

Curators first review a plan (`revert_plan`) with the affected records and later changes. The revert is stored as an
ordinary change set with a revision for each record.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import product

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused
from sco_cities.core.translations import TranslatedTexts
from sco_cities.db.connections import enlarged_sqlite_cache
from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.history.delta import ADDED, REMOVED, Delta, invert, match_rows, values_before
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from sco_cities.history.serialization import document_schema
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record, record_models
from sco_cities.sources.models import Evidence, FormerSlug, Report

from .changed_values import CONFIRMATION_HINT
from .document_writer import DocumentWriter
from .locking import lock
from .recorder import Recorder, record_changes
from .revert_plan import RecordRevert, RevertOutcome, RevertPlan, find_values_without_evidence

_WITH_MARKS = (ChangeSource.PACKAGE, ChangeSource.REVERT)
_FORMER_SLUGS = "former_slugs"
# Maximum number of displayed reasons, because there may be a reason for every record.
MAX_REASONS = 50


def revert(
    revisions: QuerySet[Revision],
    *,
    user,
    reason: str,
    reverts: ChangeSet | None,
    fields: Collection[str] | None = None,
    later_too: bool = False,
    evidence_stands: bool = False,
    seen: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[ChangeSet | None], None] = lambda change_set: None,
) -> ChangeSet | None:
    """Reverts `revisions` in one transaction. Returns the new change set, or None if there was nothing to revert.

    Fields and created records that have changed again keep their values, unless `later_too` is set. `seen` is the key
    of the newest revision when the preview was made. Raises Refused and changes nothing if a record has changed since
    the preview, if the revert is invalid, or if a published value would be restored or kept without its evidence. If
    `evidence_stands` is set, the existing evidence is accepted for these values. `progress` is called with the number
    of processed records. `finish` is called at the end, within the transaction.
    """
    plan = RevertPlan(revisions, fields, later_too)
    try:
        with (
            enlarged_sqlite_cache(DEFAULT_DB_ALIAS),
            record_changes(
                ChangeSource.REVERT,
                user=user,
                reason=reason,
                reverts=reverts,
                evidence_stands=evidence_stands,
            ) as recorder,
        ):
            for model, keys in plan.batches(record_models()):
                lock(model, keys)
            same = revisions.order_by().filter(
                content_type=OuterRef("content_type"), object_id=OuterRef("object_id")
            )
            if seen is not None and Revision.objects.filter(Exists(same), pk__gt=seen).exists():
                raise Refused(
                    _(
                        "A record has changed since you opened this page. Review the changes again, then confirm."
                    ),
                    is_stale=True,
                )
            _Reverter(recorder, plan, progress).run()
            recorder.require_evidence(str(CONFIRMATION_HINT), most=MAX_REASONS)
            finish(recorder.change_set)
    except IntegrityError as error:  # Model validation does not detect this error.
        raise Refused(_("The database rejected the change: %(error)s") % {"error": error}) from error
    return recorder.change_set


def _changes_of(steps: list[RecordRevert]) -> dict[int, Delta]:
    return {step.key: step.changes for step in steps}


class _Reverter:
    """Carries out a plan in batches. Restores deleted records, reverts changed records and removes created records."""

    def __init__(self, recorder: Recorder, plan: RevertPlan, progress: Callable[[int], None]):
        self.recorder = recorder
        self.plan = plan
        self.progress = progress
        self.done = 0
        self.writer = DocumentWriter()
        self.reasons: list[str] = []
        self.restored: dict[type[Record], set[int]] = defaultdict(set)
        self.changed: dict[type[Record], set[int]] = defaultdict(set)
        # Steps that only remove referenced rows. They run last.
        self.removing_rows: dict[type[Record], dict[int, RecordRevert]] = defaultdict(dict)

    def run(self) -> None:
        """Runs the plan. Referenced models are restored first and removed last."""
        all_models = record_models()
        for phase, models, created in (
            (self._restore, all_models, False),
            (self._change, all_models, False),
            (self._remove, all_models[::-1], True),
            (self._remove_referenced_rows, all_models, False),
        ):
            for model, keys in self.plan.batches(models, created=created):
                phase(model, keys)
                self.plan.own_change_set = self.recorder.change_set
                if phase in (self._change, self._remove):
                    self.done += len(keys)
                    self.progress(self.done)
            self._raise_if_refused()
        self._refuse_cycles()
        self._refuse_unsourced()

    def _restore(self, model: type[Record], keys: list[int]) -> None:
        """Restores records without their lists, because lists may reference records that are restored later.

        `_change` adds the lists and registers the records.
        """
        steps = [step for step in self.plan.steps(model, keys) if step.outcome == RevertOutcome.RESTORED]
        self.restored[model].update(step.key for step in steps)
        documents = {step.key: values_before(invert(step.changes)) for step in steps}
        self._watch_owners(model, {document["slug"] for document in documents.values()})
        self._write(
            steps, lambda writer, some: writer.create(model, {step.key: documents[step.key] for step in some})
        )

    def _change(self, model: type[Record], keys: list[int]) -> None:
        restored = self.restored[model]
        steps = [step for step in self.plan.steps(model, keys, absent=restored) if step.changes]
        changing = [step for step in steps if step.key not in restored]
        self._check_evidence(model, changing)
        self.recorder.add_documents(model, {step.key: step.current for step in changing})
        self.recorder.watch_referencing(model, [step.key for step in changing if "slug" in step.changes])
        self._watch_citing_renumbered(model, changing)
        added = (step.changes[_FORMER_SLUGS][ADDED] for step in steps if _FORMER_SLUGS in step.changes)
        self._watch_owners(model, {row["slug"] for rows in added for row in rows})
        records = model._base_manager.in_bulk([step.key for step in steps])
        for step in steps:
            if self._has_given_marks() and not step.since and isinstance(records[step.key], TranslatedTexts):
                records[step.key].take_translated_from_as_given()
        self.changed[model].update(records)
        self._remember_referenced_rows(model, changing)
        self._write(steps, lambda writer, some: writer.change(model, records, _changes_of(some)))
        self.recorder.note_created([records[key] for key in records if key in restored])
        self.recorder.write()

    def _check_evidence(self, model: type[Record], steps: list[RecordRevert]) -> None:
        """Registers restored values with restored evidence, and kept values whose evidence is removed."""
        find_values_without_evidence(model, steps)
        for step in steps:
            slug = step.changes.get("slug", [None, step.slug])[1]
            if restored := step.back - step.lack:
                self.recorder.note_restored(model, slug, restored)
            if lacking := step.lack - step.back:
                self.recorder.note_lost(model, slug, lacking)

    def _watch_owners(self, model: type[Record], former_slugs: set[str]) -> None:
        """Watches records that received the former slugs in a merge, because the revert removes the slugs from them."""
        content_type = ContentType.objects.get_for_model(model)
        owners = FormerSlug.objects.filter(content_type=content_type, slug__in=former_slugs)
        self.recorder.watch(model, owners.values_list("object_id", flat=True))

    def _watch_citing_renumbered(self, model: type[Record], steps: list[RecordRevert]) -> None:
        """Watches records that reference rows whose natural keys change, such as renumbered passages."""
        for name, rows in document_schema(model).rows.items():
            if not rows.are_referenced:
                continue
            renumbered = {
                step.key
                for step in steps
                if name in step.changes
                for old, new in match_rows(rows, step.changes[name])[0]
                if not rows.have_same_key(old, new)
            }
            stored = rows.stored_rows(model, renumbered)
            self.recorder.watch_referencing(rows.model, stored.values_list("pk", flat=True))

    def _has_given_marks(self) -> bool:
        """Returns True if the reverted change set contained given translation marks. Edits compute the marks."""
        reverted = self.recorder.reverts
        return self.plan.fields is None and reverted is not None and reverted.source in _WITH_MARKS

    def _remember_referenced_rows(self, model: type[Record], steps: list[RecordRevert]) -> None:
        """Stores the rows for `_remove_referenced_rows`, because the plan is outdated when that method runs."""
        names = [name for name, rows in document_schema(model).rows.items() if rows.are_referenced]
        for step in steps:
            changes = {name: step.changes[name] for name in names if name in step.changes}
            if any(change[REMOVED] for change in changes.values()):
                self.removing_rows[model][step.key] = replace(step, current=None, changes=changes)

    def _remove_referenced_rows(self, model: type[Record], keys: list[int]) -> None:
        """Removes passages that the change set added. Earlier steps have removed all evidence from these passages."""
        steps = [self.removing_rows[model][key] for key in keys if key in self.removing_rows[model]]
        self.recorder.watch(model, [step.key for step in steps])
        records = model._base_manager.in_bulk([step.key for step in steps])
        self._write(
            steps,
            lambda writer, some: writer.remove_referenced_rows(model, records, _changes_of(some)),
        )
        self.recorder.write()

    def _remove(self, model: type[Record], keys: list[int]) -> None:
        steps = [step for step in self.plan.steps(model, keys) if step.outcome == RevertOutcome.REMOVED]
        removed = [step.key for step in steps]
        self.recorder.add_documents(model, {step.key: step.current for step in steps})
        self.recorder.watch_referencing(model, removed)
        self._write(
            steps, lambda _writer, some: model._base_manager.filter(pk_in(_changes_of(some))).delete()
        )
        self.recorder.write()

    def _write(
        self, steps: list[RecordRevert], write: Callable[[DocumentWriter, list[RecordRevert]], object]
    ) -> None:
        """Writes all steps together. If this fails, writes them one by one with validation, to report each reason."""
        if not steps:
            return
        try:
            with transaction.atomic():
                write(self.writer, steps)
        except (IntegrityError, ProtectedError, ValidationError):
            writer = DocumentWriter(validates=True)
            for step in steps:
                try:
                    write(writer, [step])
                except ValidationError as error:
                    self._refuse(step.name, " ".join(error.messages))
                except ProtectedError as error:
                    names = comma_list(sorted({str(each) for each in error.protected_objects})[:5])
                    self._refuse(step.name, _("Other records depend on it: %(names)s.") % {"names": names})

    def _refuse(self, name: str, reason: str) -> None:
        self.reasons.append(_("%(record)s: %(reason)s") % {"record": name, "reason": reason})
        if len(self.reasons) == MAX_REASONS:
            raise Refused(*self.reasons)

    def _raise_if_refused(self) -> None:
        if self.reasons:
            raise Refused(*self.reasons)

    def _refuse_cycles(self) -> None:
        """Rejects cycles of records that are part of themselves, because database constraints do not detect cycles."""
        for model, keys in self.changed.items():
            fields = [column.field for column in document_schema(model).columns.values()]
            parents = [field.name for field in fields if field.is_relation and field.related_model is model]
            for name, batch in product(parents, list(batches(sorted(keys)))):
                for record in model._base_manager.filter(pk_in(batch), **{f"{name}__isnull": False}):
                    try:
                        record.clean()
                    except ValidationError as error:
                        self._refuse(f"{model._meta.verbose_name} {record}", " ".join(error.messages))
        self._raise_if_refused()

    def _refuse_unsourced(self) -> None:
        for keys in (self.changed, dict(self._records_citing_hidden_reports())):
            for record, fields in evidence_coverage.unsourced_published(keys).items():
                sentence = evidence_coverage.field_sentence(record, fields)
                self.reasons.append(_("No published report would support %s") % sentence)
        self._raise_if_refused()

    def _records_citing_hidden_reports(self) -> Iterator[tuple[type[Record], set[int]]]:
        """Yields models and keys of records that cite reports that are unpublished after the revert."""
        hidden = Report.objects.filter(pk_in(self.changed[Report])).exclude(state=PublicationState.PUBLISHED)
        for model in record_models() if hidden.exists() else ():
            citing = Evidence.objects.for_records(model).supporting().filter(passage__report__in=hidden)
            yield model, set(citing.values_list("object_id", flat=True)) - self.changed[model]
