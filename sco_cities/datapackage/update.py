"""Merges a new version of the loaded package into a database that curators have changed since the load."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain

from django.db import transaction

from delegates.models import Delegate
from sco_cities.changes.locking import lock
from sco_cities.changes.recorder import Recorder
from sco_cities.core.exceptions import Refused
from sco_cities.db.pk_queries import pk_in, rows_among
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.references import records_referencing
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.models import Evidence, Passage, Report, Stance

from . import slug_changes
from .dump import csv_file, stored_rows, subject_keys
from .errors import PackageError
from .load import LoadSummary, lock_rows, stored_pks, write_rows
from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys, cell_of, reference
from .parse import Package, Row, archive_of
from .publish_rules import rows_without_evidence
from .rules import evidence_problems
from .table import Table
from .tables import EVIDENCE, FIGURES, PASSAGES, TABLES
from .three_way_merge import KeptValue, MergedPackage, rows_by_key
from .validate import check, duplicates, unresolved


class MergeRules:
    """The rules for this site's own package, which write all its changes. See `other_site` for other packages."""

    source = ChangeSource.PACKAGE

    def prepare(self, new: Package, stored: Package) -> None:
        """Changes the new package before it is merged. Does nothing by default."""

    def restrict(self, merged: MergedPackage, new: Package, stored: Package) -> None:
        """Removes changes that must not be written. Does nothing by default."""


# Each attempt skips the records that the previous attempt could not write.
ATTEMPTS = 20
# Tables that evidence references. Their rows are removed last, if they are unreferenced.
_REFERENCED = (FIGURES, PASSAGES)


@dataclass
class UpdateSummary:
    """An update's changes by table, its remaining differences, and its change set (None if nothing changed).

    `archive` is the written package, with the old rows of skipped records.
    """

    tables: LoadSummary = field(default_factory=LoadSummary)
    removed: Counter = field(default_factory=Counter)
    kept: list[KeptValue] = field(default_factory=list)
    change_set: ChangeSet | None = None
    archive: bytes = b""

    def lines(self) -> list[str]:
        """Returns one line per changed table."""
        lines = []
        for name in TABLES:
            counts = self.tables.get(name, {}) | {"removed": self.removed[name]}
            parts = [
                f"{outcome} {counts[outcome]:,}"
                for outcome in ("created", "updated", "removed")
                if counts.get(outcome)
            ]
            lines += [f"{name}: {', '.join(parts)}"] if parts else []
        return lines or ["Nothing to change."]


def update(
    package: Package,
    base: Package,
    *,
    reason: str = "",
    rules: MergeRules | None = None,
    evidence_stands: bool = False,
) -> UpdateSummary:
    """Writes the changes from `base` to `package` in one change set, except to values that curators have changed.

    Raises Refused, with PackageErrors, if the package itself has errors. Also raises Refused if new values of published
    records lack evidence in the package and `evidence_stands` does not confirm the existing evidence. A record that
    would become invalid because of curators' changes is skipped and listed. Call this in a transaction.
    """
    current = slug_changes.current_slugs(package, base)
    new, old = slug_changes.renamed(package, current), slug_changes.renamed(base, current)
    removed = {table.name: rows for table in TABLES.values() if (rows := old.rows.get(table.name))}
    lock_rows(Package(rows=new.rows, removed=removed), StoredKeys())
    known = StoredKeys()
    # These errors depend only on the package, not on the database.
    own = (new.problems, duplicates(new), unresolved(new, known), evidence_problems(new, known))
    if problems := [*chain.from_iterable(own)]:
        raise Refused(*problems)
    skipped: dict[RecordKey, str] = {}
    for _attempt in range(ATTEMPTS):
        with transaction.atomic():
            options = {"reason": reason, "evidence_stands": evidence_stands}
            attempt = _Update(new, old, skipped, rules or MergeRules(), **options)
            found = attempt.run()
            if not found:
                if lacking := attempt.recorder.lacking:
                    raise Refused(*rows_without_evidence(new, lacking, old))
                attempt.summary.archive = _written_archive(new, old, skipped) if skipped else package.archive
                return attempt.summary
            transaction.set_rollback(True)
        # A skipped record keeps its former slug, so rows that refer to the record must use that slug.
        former = {(key[0], slug): key[1] for key, slug in attempt.renamed.items() if (key[0], slug) in found}
        new = slug_changes.renamed(new, former)
        skipped |= {(key[0], former.get(key, key[1])): text for key, text in found.items()}
    raise Refused(*(PackageError(key[0], 0, "", cell_of(*key), text) for key, text in skipped.items()))


def _written_archive(new: Package, old: Package, skipped: Collection[RecordKey]) -> bytes:
    """Returns the new package's archive, with the old rows of skipped records, which the next update tries again."""

    def lines(table: Table) -> Iterable[list[str]]:
        for package in (new, old):
            for row in package.rows.get(table.name, ()):
                if (table.subject_key(row.values) in skipped) == (package is old):
                    yield [row.cells.get(name, "") for name in table.header]

    return archive_of({table.file_name: csv_file(table, lines(table)) for table in TABLES.values()})


class _Update:
    """An attempt to write an update without the records in `skipped`."""

    def __init__(
        self, new: Package, old: Package, skipped: dict[RecordKey, str], rules: MergeRules, **options
    ):
        self.new, self.old, self.skipped, self.rules = new, old, skipped, rules
        self.recorder = Recorder(rules.source, sets_dates=True, **options)
        self.summary = UpdateSummary()
        self.renamed: slug_changes.SlugChanges = {}

    def run(self) -> dict[RecordKey, str]:
        """Writes the update. Returns records that cannot be written, with reasons. The caller must then roll back."""
        self.renamed = slug_changes.rename_records(self.new, self.old, self.recorder)
        old = slug_changes.renamed(self.old, self.renamed)
        stored = stored_rows((self.new, old))
        self.rules.prepare(self.new, stored)
        merged = MergedPackage(old, self.new, stored)
        self.rules.restrict(merged, self.new, stored)
        self._leave_out_skipped(merged)
        package = merged.package
        late = [(table, package.removed.pop(table.name, [])) for table in _REFERENCED]
        if problems := check(package):
            subjects = {
                TABLES[problem.table].subject_key(row.values): problem.message
                for problem in problems
                for row in package.rows.get(problem.table, ())
                if row.line == problem.line
            }
            if subjects:
                return subjects
            raise Refused(*problems)
        self.summary.kept = merged.kept
        self._note_cited(old)
        for name, rows in package.removed.items():
            self.summary.removed[name] += len(rows)
        self.summary.tables = write_rows(package, self.recorder)
        self._remove_records(merged.removed_records)
        for table, rows in late:
            self._remove_referenced(table, rows)
        if unsourced := self._unsourced(package):
            return unsourced
        self.summary.change_set = self.recorder.write()
        return {}

    def _note_cited(self, old: Package) -> None:
        """Registers the package's new evidence with the recorder, because a curator may also have added it."""
        known = rows_by_key(old, EVIDENCE)
        for key, row in rows_by_key(self.new, EVIDENCE).items():
            if key not in known and row.values["stance"] == Stance.SUPPORTS:
                collection, slug = row.values["record"]
                model = RECORD_MODELS[collection]
                self.recorder.note_cited(model, slug, row.values["field"], row.values["report"])

    def _leave_out_skipped(self, merged: MergedPackage) -> None:
        for rows_by_table in (merged.package.rows, merged.package.removed):
            for name, rows in rows_by_table.items():
                table = TABLES[name]
                rows[:] = [row for row in rows if table.subject_key(row.values) not in self.skipped]
        merged.removed_records = [key for key in merged.removed_records if key not in self.skipped]
        for key, text in self.skipped.items():
            merged.kept.append(KeptValue(reference(*key), reason=f"is left as it is. {text}"))

    def _remove_records(self, keys: list[RecordKey]) -> None:
        """Removes records that no other record refers to. Records that refer to other records are removed first."""
        stored = StoredKeys()
        stored.load(keys)
        by_label = {table.model._meta.label: table.name for table in TABLES.values()}
        for model in record_models()[::-1]:
            waiting = {stored.pk(key): key for key in keys if key[0] == model.collection}
            lock(model, waiting, for_delete=True)
            referring: dict[int, str] = {}
            # A record can be part of another record of the same kind, so unreferenced records are deleted first.
            while free := [pk for pk in waiting if not self._has_reference(model, pk, referring)]:
                self.recorder.watch(model, free)
                self.recorder.watch_referencing(model, free)
                _number, counts = model._base_manager.filter(pk_in(free)).delete()
                for label, number in counts.items():
                    if label in by_label:
                        self.summary.removed[by_label[label]] += number
                for pk in free:
                    del waiting[pk]
            for pk, key in waiting.items():
                reason = f"is no longer in the package; kept, because {referring[pk]} refers to it"
                self.summary.kept.append(KeptValue(reference(*key), reason=reason))

    def _has_reference(self, model: type[Record], pk: int, referring: dict[int, str]) -> bool:
        for owner_model, owners in records_referencing(model, [pk]).items():
            if (model, owner_model) == (Report, Delegate):
                # In the package, speakers belong to the passage, so their rows have not changed.
                citing = Evidence.objects.for_records(Delegate).filter(passage__report=pk)
                owners = set(citing.values_list("object_id", flat=True))
            if owners:
                slug = owner_model._base_manager.filter(pk=min(owners)).values_list("slug", flat=True).get()
                referring[pk] = reference(owner_model.collection, slug)
                return True
        return False

    def _remove_referenced(self, table: Table, rows: list[Row]) -> None:
        """Removes figures or passages, unless evidence added by curators refers to them."""
        stored, free = StoredKeys(), {}
        pks = stored_pks(table, rows, stored)
        column = "passage" if table is PASSAGES else "figure"
        cited = set(rows_among(Evidence.objects.values_list(column, flat=True), column, pks))
        for row, pk in zip(rows, pks, strict=True):
            if pk in cited:
                reason = "is no longer in the package; kept, because evidence refers to it"
                self.summary.kept.append(KeptValue.of(table, row, reason=reason))
            else:
                free[pk] = table.subject_key(row.values)
        if table is PASSAGES:
            self.recorder.watch_referencing(Passage, free.keys())
        for model, keys in stored.by_model(free.values()).items():
            self.recorder.watch(model, keys)
        table.model.objects.filter(pk_in(free)).delete()
        self.summary.removed[table.name] += len(free)

    def _unsourced(self, package: Package) -> dict[RecordKey, str]:
        """Maps published records that lost the evidence of a value to the reason why they are skipped."""
        keys, stored = subject_keys(package), StoredKeys()
        stored.load(keys)
        unsourced = evidence_coverage.unsourced_published(stored.by_model(keys))
        return {
            (record.collection, record.slug): "No published report would support "
            + evidence_coverage.field_sentence(record, fields)
            for record, fields in unsourced.items()
        }
