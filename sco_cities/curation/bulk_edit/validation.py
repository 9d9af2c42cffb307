"""What an edit comes to for each record: what would change, or why it cannot be done.

Records are examined in batches, each with a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sco_cities.core.fields import computed_fields
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.curation.review.publish_checks import invalid_fields
from sco_cities.curation.review.transitions import can_transition
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.serialization import NameLookup, document_schema
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record, fields_without_evidence

from .constraints import constraint_violations
from .editable_fields import BulkEdit


@dataclass
class RowValidation:
    """What comes of the edit for a record, whose columns hold the new values already.

    `columns` holds old and new values by name, `coming` and `going` the keys of records by name of a list.
    `computed` are the computed columns that come out differently. `refusal` says why nothing is done; a verdict
    without changes and without refusal is of a record that says it all already.
    """

    record: Record
    columns: dict[str, tuple] = field(default_factory=dict)
    coming: dict[str, set[int]] = field(default_factory=dict)
    going: dict[str, set[int]] = field(default_factory=dict)
    emptied: set[str] = field(default_factory=set)
    computed: list[str] = field(default_factory=list)
    refusal: str = ""

    @property
    def has_changes(self) -> bool:
        return bool(self.columns or any(self.coming.values()) or any(self.going.values()))

    @property
    def is_done(self) -> bool:
        """Whether the record will be changed."""
        return self.has_changes and not self.refusal

    @property
    def was_published(self) -> bool:
        return self.record.stored_state == PublicationState.PUBLISHED


class BulkEditValidator:
    """Examines what an edit comes to for records of one kind, as the curator who sent `request` may make it."""

    def __init__(self, model_admin, request, edit: BulkEdit):
        self.model_admin, self.model, self.edit = model_admin, model_admin.model, edit
        self.rights = object_permissions(request)
        self.names: dict[str, NameLookup] = {
            name: document_schema(self.model).names[name] for name in edit.lists
        }

    def records(self, keys: list[int]) -> list[Record]:
        """The records with these keys, with those that they name where the edit names others."""
        named = [name for name in self.edit.columns if self.model._meta.get_field(name).many_to_one]
        records = self.model._base_manager.filter(pk_in(keys)).order_by("slug")
        return list(records.select_related(*named) if named else records)

    def verdicts(self, records: list[Record]) -> list[RowValidation]:
        """What the edit comes to for each of the records."""
        if not self.rights.reviews:
            self.rights.look_up(records)
        lists = {name: _stored_names(names, records) for name, names in self.names.items()}
        verdicts = [self._verdict(record, lists) for record in records]
        self._refuse_unpublishable(_open(verdicts))
        self._refuse_moves(_open(verdicts))
        return verdicts

    def _verdict(self, record: Record, lists: dict[str, dict[int, set[int]]]) -> RowValidation:
        record.stored_state = record.state
        verdict = RowValidation(record)
        for name, stored in lists.items():
            now = stored[record.pk]
            verdict.coming[name] = {each.pk for each in self.edit.added.get(name, ())} - now
            verdict.going[name] = {each.pk for each in self.edit.removed.get(name, ())} & now
            if verdict.going[name] == now and not verdict.coming[name]:
                verdict.emptied.add(name)
        verdict.refusal = self._refusal(verdict)
        if not verdict.refusal:
            self._set_columns(verdict)
        return verdict

    def _refusal(self, verdict: RowValidation) -> str:
        record, move = verdict.record, self.edit.move
        if not self.rights.may_edit(record):
            return _("you do not have permission to edit it")
        if move is not None and record.state != move.to and not can_transition(self.rights, move, record):
            state = record.get_state_display()
            return _("not allowed from “%(state)s”") % {"state": state}
        return ""

    def _set_columns(self, verdict: RowValidation) -> None:
        record = verdict.record
        before = {column.attname: getattr(record, column.attname) for column in computed_fields(self.model)}
        wanted = self.edit.columns | ({"state": self.edit.move.to.value} if self.edit.move else {})
        for name, new in wanted.items():
            old = getattr(record, name)
            if old != new:
                verdict.columns[name] = old, new
                setattr(record, name, new)
        if not verdict.columns:
            return
        # It computes the columns that hang on others, too.
        wrong = invalid_fields(record) | constraint_violations(record, verdict.columns)
        if wrong:
            told = semicolon_list(f"{label} ({' '.join(said)})" for label, said in wrong.items())
            verdict.refusal = _("not valid: %(fields)s") % {"fields": told}
        verdict.computed = [name for name, old in before.items() if getattr(record, name) != old]

    def _refuse_unpublishable(self, verdicts: list[RowValidation]) -> None:
        """Refuses what would leave readers with a value that nothing supports."""
        published = [each for each in verdicts if each.record.state == PublicationState.PUBLISHED]
        records = [each.record for each in published]
        filled, supported = (
            evidence_coverage.filled_fields(records),
            evidence_coverage.supported_fields(records),
        )
        for verdict in published:
            key = verdict.record.pk
            names = _will_be_filled(self.model, filled[key], verdict)
            if lacking := fields_without_evidence(self.model, names, supported[key]):
                text = _("no published report supports %(fields)s")
            elif lacking := self._changed_without_evidence(verdict):
                text = _("no evidence is added for the new value of %(fields)s")
            else:
                continue
            verdict.refusal = text % {"fields": evidence_coverage.field_list(self.model, lacking)}

    def _changed_without_evidence(self, verdict: RowValidation) -> list[str]:
        """The values that need evidence of their own and would be others than those it was given for."""
        if not verdict.was_published or self.edit.evidence_stands:
            return []
        set_anew = [
            name for name, (_old, new) in verdict.columns.items() if evidence_coverage.holds_a_value(new)
        ]
        changed = {*set_anew, *(name for name in self.names if verdict.coming[name])}
        return [name for name in self.model.own_evidence if name in changed]

    def _refuse_moves(self, verdicts: list[RowValidation]) -> None:
        """Refuses what speaks against leaving the readers, such as records that rest on a report."""
        move = self.edit.move
        leaving = [each for each in verdicts if "state" in each.columns]
        if move is None or move.to == PublicationState.PUBLISHED or not leaving:
            return
        reasons = self.model_admin.reasons_against([each.record for each in leaving], move.to)
        for verdict in leaving:
            verdict.refusal = reasons.get(verdict.record.pk, "")


def _open(verdicts: Iterable[RowValidation]) -> list[RowValidation]:
    return [verdict for verdict in verdicts if verdict.is_done]


def _stored_names(names: NameLookup, records: list[Record]) -> dict[int, set[int]]:
    """By key of a record, the keys of the records in its list."""
    found = defaultdict(set)
    rows = names.through._base_manager.filter(pk_in([record.pk for record in records], names.own)).order_by()
    for key, other in rows.values_list(names.own, names.other.attname):
        found[key].add(other)
    return found


def _will_be_filled(model: type[Record], filled: list[str], verdict: RowValidation) -> list[str]:
    """The fields that hold a value after the edit: `filled` knows of its columns, but not of its lists."""
    names = [name for name in filled if name not in verdict.emptied]
    coming = [name for name, keys in verdict.coming.items() if keys and name in model.evidence_fields]
    return [*names, *(name for name in coming if name not in names)]
