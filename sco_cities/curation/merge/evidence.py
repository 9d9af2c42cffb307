"""Merges the figures and footnotes of two records.

A footnote keeps its meaning: if the value that it supports is not kept, its stance becomes "differs" and it reports
that value, so that readers see the disagreement.
"""

from collections.abc import Collection, Iterable

from sco_cities.core.fields import refresh_computed
from sco_cities.core.translations import TRANSLATED_FROM, translated_fields
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure, Stance

from .comparison import FIGURE_COLUMNS, ComparisonLine

_COPIED_COLUMNS = (*FIGURE_COLUMNS, *translated_fields(Figure)["unit"].translations.values())
# The fields of a footnote that a merge changes.
_UPDATED_FIELDS = ("object_id", "figure", "stance", "reported_value")


def merge_evidence(
    target: Record, duplicate: Record, lines: Iterable[ComparisonLine], from_duplicate: Collection[str]
) -> None:
    """Moves the figures and footnotes of the duplicate to the target.

    `from_duplicate` names the fields, and the figures as "figure:LABEL", whose value comes from the duplicate.
    """
    replacements = _merged_figures(target, duplicate, from_duplicate)
    discarded = _discarded_values(target, duplicate, lines, from_duplicate)
    items_by_record: dict[int, list[Evidence]] = {target.pk: [], duplicate.pk: []}
    seen, repeated = set(), []
    for record in (target, duplicate):
        for item in record.evidence.select_related("figure").order_by("pk"):
            _mark_difference(item, discarded[record.pk])
            item.object_id, item.figure = target.pk, replacements.get(item.figure_id, item.figure)
            key = (item.field, item.figure_id, item.passage_id, item.stance, item.reported_value)
            repeated.append(item.pk) if key in seen else items_by_record[record.pk].append(item)
            seen.add(key)
    Evidence.objects.filter(pk__in=repeated).delete()
    # One record after the other: a footnote may become equal to what another one was before the update.
    for items in items_by_record.values():
        Evidence.objects.bulk_update(items, _UPDATED_FIELDS)
    Figure.objects.filter(pk__in=list(replacements)).delete()
    duplicate.figures.update(object_id=target.pk)


def _merged_figures(target: Record, duplicate: Record, from_duplicate: Collection[str]) -> dict[int, Figure]:
    """By key of a figure of the duplicate, the figure of the target with the same label, with the kept value."""
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
    """By key of a record, its values that are not kept: by field, as footnotes report them."""
    values: dict[int, dict[str, str]] = {target.pk: {}, duplicate.pk: {}}
    for line in lines:
        key = target.pk if line.name in from_duplicate else duplicate.pk
        if line.differs and (reported := line.reported.get(key)):
            values[key][line.name] = reported
    return values


def _mark_difference(item: Evidence, discarded: dict[str, str]) -> None:
    if item.stance == Stance.SUPPORTS and (reported := discarded.get(item.field_key)):
        item.stance = Stance.DIFFERS
        item.reported_value = item.reported_value or reported
