"""Applies a merge in one transaction, as one change set that can be reverted."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.changes.changed_values import CONFIRMATION_HINT
from sco_cities.changes.locking import KeysByModel
from sco_cities.changes.preview import fingerprint_of
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.core.fields import refresh_computed
from sco_cities.core.translations import (
    TRANSLATED_FROM,
    TranslatedTexts,
    joined,
    made_from,
    translated_fields,
)
from sco_cities.history.models import ChangeSource
from sco_cities.history.references import select_related_names
from sco_cities.history.serialization import document_schema
from sco_cities.history.versions import versions
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Report, Stance

from .moves import foreign_key_locations, merge_passages
from .plan import FIGURE_COLUMNS, ComparisonLine, MergePlan, plan

# If the merge discards a value that a footnote supports, the footnote's stance becomes "differs" and the discarded
# value becomes its reported value, so that readers see the disagreement.

_COPIED_COLUMNS = (*FIGURE_COLUMNS, *translated_fields(Figure)["unit"].translations.values())
# Footnote fields that a merge may change.
_UPDATED_FIELDS = ("object_id", "figure", "stance", "reported_value")


def merge_evidence(
    target: Record, duplicate: Record, lines: Iterable[ComparisonLine], from_duplicate: Collection[str]
) -> None:
    """Moves the figures and footnotes of the duplicate to the target.

    `from_duplicate` names the fields and figures ("figure:LABEL") whose values come from the duplicate.
    """
    replacements = _merged_figures(target, duplicate, from_duplicate)
    discarded = _discarded_values(target, duplicate, lines, from_duplicate)
    items_by_record: dict[int, list[Evidence]] = {target.pk: [], duplicate.pk: []}
    seen, repeated = set(), []
    for record in (target, duplicate):
        for item in record.evidence.select_related("figure").order_by("pk"):
            if item.stance == Stance.SUPPORTS and (reported := discarded[record.pk].get(item.field_key)):
                item.stance, item.reported_value = Stance.DIFFERS, item.reported_value or reported
            item.object_id, item.figure = target.pk, replacements.get(item.figure_id, item.figure)
            key = (item.field, item.figure_id, item.passage_id, item.stance, item.reported_value)
            repeated.append(item.pk) if key in seen else items_by_record[record.pk].append(item)
            seen.add(key)
    Evidence.objects.filter(pk__in=repeated).delete()
    # The target's footnotes are updated first, to free unique values that moved footnotes may get.
    for items in items_by_record.values():
        Evidence.objects.bulk_update(items, _UPDATED_FIELDS)
    Figure.objects.filter(pk__in=list(replacements)).delete()
    duplicate.figures.update(object_id=target.pk)


def _merged_figures(target: Record, duplicate: Record, from_duplicate: Collection[str]) -> dict[int, Figure]:
    """Maps keys of the duplicate's figures to the target's figures with the same label, after copying chosen values."""
    own_figures = {figure.label: figure for figure in target.figures.all()}
    merged = {}
    for figure in duplicate.figures.all():
        if own := own_figures.get(figure.label):
            merged[figure.pk] = own
            if figure_key(figure.label) in from_duplicate:
                for name in _COPIED_COLUMNS:
                    setattr(own, name, getattr(figure, name))
                refresh_computed(own)
    Figure.objects.bulk_update(merged.values(), (*_COPIED_COLUMNS, TRANSLATED_FROM))
    return merged


def _discarded_values(
    target: Record, duplicate: Record, lines: Iterable[ComparisonLine], from_duplicate: Collection[str]
) -> dict[int, dict[str, str]]:
    """Returns the discarded values in the format of reported values, by record key and field."""
    values: dict[int, dict[str, str]] = {target.pk: {}, duplicate.pk: {}}
    for line in lines:
        key = target.pk if line.name in from_duplicate else duplicate.pk
        if line.differs and (reported := line.reported.get(key)):
            values[key][line.name] = reported
    return values


def merge(
    model: type[Record],
    target: int,
    duplicate: int,
    *,
    user=None,
    reason: str = "",
    from_duplicate: Collection[str] | None = None,
    seen: str | None = None,
    evidence_stands: bool = False,
) -> MergePlan:
    """Merges `duplicate` into `target` (both are keys).

    Raises Refused and changes nothing if the merge is not possible. `from_duplicate` names the fields and figures whose
    values come from the duplicate (by default, fields that are empty in the target). `seen` is the fingerprint of the
    two versions shown to the curator. With `evidence_stands`, values without evidence are accepted.
    """
    if target == duplicate:
        raise Refused(_("A record cannot be merged with itself."))
    with record_changes(
        ChangeSource.MERGE, user=user, reason=reason, evidence_stands=evidence_stands, sets_dates=True
    ) as recorder:
        touched = recorder.lock_with_references(model, (target, duplicate))
        records = select_related_names(model._base_manager.all()).in_bulk((target, duplicate))
        if len(records) < 2:
            raise Refused(_("One of the two records no longer exists. It has been merged or deleted."))
        if seen not in (None, fingerprint_of(versions(model, (target, duplicate)))):
            raise Refused(
                _("One of the two records has changed since you opened this page. Check both again."),
                is_stale=True,
            )
        unsourced = evidence_coverage.unsourced_published(touched)
        merge_plan = plan(records[target], records[duplicate])
        _merge(merge_plan, merge_plan.default_choices if from_duplicate is None else set(from_duplicate))
        _check_evidence(records[target], touched, unsourced)
        recorder.write()
        recorder.require_evidence(str(CONFIRMATION_HINT))
    return replace(merge_plan, change_set=recorder.change_set)


def _merge(merge_plan: MergePlan, from_duplicate: set[str]) -> None:
    target, duplicate = merge_plan.target, merge_plan.duplicate
    key = duplicate.pk
    if isinstance(target, Report):
        merge_passages(target, duplicate)
    merge_evidence(target, duplicate, merge_plan.lines, from_duplicate)
    for location in foreign_key_locations(type(target)):
        location.move(key, target.pk)
    _clear_references(target, key)
    duplicate.comment_threads.update(object_id=target.pk)
    duplicate.delete()
    content_type = ContentType.objects.get_for_model(target)
    FormerSlug.objects.update_or_create(
        content_type=content_type, slug=duplicate.slug, defaults={"object_id": target.pk}
    )
    _copy_values(merge_plan, from_duplicate)


def _clear_references(target: Record, duplicate: int) -> None:
    """Clears references from the target to the duplicate. For example, an event may be part of its duplicate."""
    for column in document_schema(type(target)).columns.values():
        if column.field.related_model is type(target) and getattr(target, column.field.attname) == duplicate:
            setattr(target, column.field.attname, None)
            type(target)._base_manager.filter(pk=target.pk).update(**{column.field.attname: None})


def _copy_values(merge_plan: MergePlan, from_duplicate: set[str]) -> None:
    """Copies the chosen values of the duplicate to the target. The duplicate must already be deleted."""
    target, duplicate = merge_plan.target, merge_plan.duplicate
    columns, names = document_schema(type(target)).columns, []
    if isinstance(target, TranslatedTexts):
        _set_translated_from(target, duplicate, from_duplicate)
    for line in merge_plan.lines:
        if not line.differs or line.name not in columns:
            continue
        source = duplicate if line.name in from_duplicate else target
        column = type(target)._meta.get_field(line.name)
        text = line.duplicate if source is duplicate else line.target
        value = getattr(source, column.attname) if text else None
        if value is None and not column.null:
            value = ""
        if getattr(target, column.attname) != value:
            setattr(target, column.attname, value)
            names.append(line.name)
    try:
        target.full_clean(exclude=[name for name in columns if name not in names])
    except ValidationError as error:
        raise Refused(*error.messages) from None
    target.save()


def _set_translated_from(
    target: TranslatedTexts, duplicate: TranslatedTexts, from_duplicate: Collection[str]
) -> None:
    """Marks a kept translation as outdated if its English text is not kept."""
    kept = {name: made for name, made in made_from(target).items() if name not in from_duplicate}
    taken = {name: made for name, made in made_from(duplicate).items() if name in from_duplicate}
    target.translated_from = joined(kept | taken)
    target.take_translated_from_as_given()


def _check_evidence(target: Record, touched: KeysByModel, before: dict[Record, list[str]]) -> None:
    message = _("No published report would support: %s")
    reasons = []
    for record, unsourced in evidence_coverage.unsourced_published(touched).items():
        known = before.get(record, ()) if record != target else ()
        if new := [name for name in unsourced if name not in known]:
            reasons.append(message % evidence_coverage.field_sentence(record, new))
    if reasons:
        raise Refused(*reasons)
