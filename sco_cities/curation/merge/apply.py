"""Carrying out a merge: one transaction and one change set, which the history can take back."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import KeysByModel, lock_with_references
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.history.serialization import document_schema
from sco_cities.history.versions import versions
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import FormerSlug, Report

from . import evidence, passages
from .foreign_keys import foreign_key_locations
from .plan import MergePlan, plan


class MergeRefused(Exception):
    """Two records cannot be made one; `reasons` are sentences."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class MergeResult:
    """What was made of two records: the one that stays, and sentences on what was dropped of the other."""

    record: Record
    told: list[str] = field(default_factory=list)
    change_set: ChangeSet | None = None


def merge(
    model: type[Record],
    stays: int,
    goes: int,
    *,
    user=None,
    reason: str = "",
    taken: Collection[str] | None = None,
    seen: tuple[int, int] | None = None,
) -> MergeResult:
    """Makes one of two records; Refused, with nothing changed, where that cannot be done.

    `taken` are the fields and figures whose value is that of the record that goes: without it, those that are
    empty in the other one. `seen` are the versions of both that the curator has looked at.
    """
    if stays == goes:
        raise MergeRefused([_("A record cannot be merged with itself.")])
    with record_changes(ChangeSource.MERGE, user=user, reason=reason) as recorder:
        touched = lock_with_references(model, (stays, goes), {model: {stays, goes}})
        records = {record.pk: record for record in _with_references(model).filter(pk__in=(stays, goes))}
        if len(records) < 2:
            raise MergeRefused([_("One of the two records no longer exists: it has been merged or deleted.")])
        _check_version(model, stays, goes, seen)
        for kind, keys in touched.items():
            recorder.watch(kind, keys)
        lacking = _lacking(touched)
        planned = plan(records[stays], records[goes])
        _join(planned, _taken(planned) if taken is None else set(taken))
        _note_time(touched)
        _refuse_unsourced(records[stays], touched, lacking)
    return MergeResult(records[stays], planned.told, recorder.change_set)


def _with_references(model: type[Record]):
    names = [name for name, column in document_schema(model).columns.items() if column.field.is_relation]
    return model._base_manager.select_related(*names) if names else model._base_manager.all()


def _check_version(model: type[Record], stays: int, goes: int, seen: tuple[int, int] | None) -> None:
    now = versions(model, (stays, goes))
    if seen is not None and seen != (now[stays], now[goes]):
        raise MergeRefused(
            [_("One of the two records has changed since you opened this page. Check both again.")]
        )


def _taken(planned: MergePlan) -> set[str]:
    return {line.name for line in planned.lines if line.takes_other}


def _join(planned: MergePlan, taken: set[str]) -> None:
    stays, goes = planned.stays, planned.goes
    key = goes.pk
    if isinstance(stays, Report):
        passages.merge_passages(stays, goes)
    evidence.merge_evidence(stays, goes, planned.lines, taken)
    for place in foreign_key_locations(type(stays)):
        place.move(key, stays.pk)
    _part(stays, key)
    goes.delete()
    kind = ContentType.objects.get_for_model(stays)
    FormerSlug.objects.update_or_create(content_type=kind, slug=goes.slug, defaults={"object_id": stays.pk})
    _take_values(planned, taken)


def _part(stays: Record, goes: int) -> None:
    """Lets the record that stays name the other one no more, as an event may name one that it is part of."""
    for column in document_schema(type(stays)).columns.values():
        if column.field.related_model is type(stays) and getattr(stays, column.field.attname) == goes:
            setattr(stays, column.field.attname, None)
            type(stays)._base_manager.filter(pk=stays.pk).update(**{column.field.attname: None})


def _take_values(planned: MergePlan, taken: set[str]) -> None:
    """Gives the record that stays the values that are wanted of the other one, which must be gone by now."""
    stays, goes = planned.stays, planned.goes
    changed = [
        line for line in planned.lines if line.differs and line.name in document_schema(type(stays)).columns
    ]
    names = []
    for line in changed:
        source = goes if line.name in taken else stays
        column = type(stays)._meta.get_field(line.name)
        value = getattr(source, column.attname) if (line.goes if source is goes else line.stays) else None
        if value is None and not column.null:
            value = ""
        if getattr(stays, column.attname) != value:
            setattr(stays, column.attname, value)
            names.append(line.name)
    try:
        stays.full_clean(exclude=[name for name in document_schema(type(stays)).columns if name not in names])
    except ValidationError as error:
        raise MergeRefused(error.messages) from None
    stays.save()


def _note_time(touched: KeysByModel) -> None:
    """Readers see when a record was changed, and it says something else now."""
    for kind, keys in touched.items():
        kind._base_manager.filter(pk_in(keys)).update(updated_at=timezone.now())


def _lacking(touched: KeysByModel) -> dict[Record, set[str]]:
    """The published records of these, each with the fields that lack evidence."""
    found = {}
    for kind, keys in touched.items():
        records = list(kind._base_manager.filter(Q(state=PublicationState.PUBLISHED) & pk_in(keys)))
        fields = evidence_coverage.unsourced_fields(records)
        found |= {record: set(fields[record.pk]) for record in records}
    return found


def _refuse_unsourced(stays: Record, touched: KeysByModel, before: dict[Record, set[str]]) -> None:
    said = _("No published report would support: %s")
    reasons = []
    for record, lacking in _lacking(touched).items():
        newly = lacking if record == stays else lacking - before.get(record, set())
        if newly:
            names = [name for name in (*type(record).evidence_fields, *lacking) if name in newly]
            reasons.append(said % evidence_coverage.field_sentence(record, dict.fromkeys(names)))
    if reasons:
        raise MergeRefused(reasons)
