"""The figures and footnotes of two records that become one.

A footnote goes on saying what it said: where the value that it supports is not the one that is kept, it becomes
one that differs and reports that value, so that readers see the disagreement.
"""

from collections.abc import Collection, Iterable

from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure, Stance

from .comparison import FIGURE_COLUMNS, ComparisonLine

# What a merge changes in a footnote.
_CHANGED = ("object_id", "figure", "stance", "reported_value")


def merge_evidence(
    stays: Record, goes: Record, lines: Iterable[ComparisonLine], taken: Collection[str]
) -> None:
    """Gives the figures and footnotes of the record that goes to the one that stays.

    `taken` are the fields, and the figures as "figure:LABEL", whose value is that of the record that goes.
    """
    same_label = _joined_figures(stays, goes, taken)
    dropped = _dropped(stays, goes, lines, taken)
    kept: dict[int, list[Evidence]] = {stays.pk: [], goes.pk: []}
    seen, repeated = set(), []
    for record in (stays, goes):
        for item in record.evidence.select_related("figure").order_by("pk"):
            _tell_difference(item, dropped[record.pk])
            item.object_id, item.figure = stays.pk, same_label.get(item.figure_id, item.figure)
            key = (item.field, item.figure_id, item.passage_id, item.stance, item.reported_value)
            repeated.append(item.pk) if key in seen else kept[record.pk].append(item)
            seen.add(key)
    Evidence.objects.filter(pk__in=repeated).delete()
    # First the one, then the other: a footnote may become what another one was until now.
    for items in kept.values():
        Evidence.objects.bulk_update(items, _CHANGED)
    Figure.objects.filter(pk__in=list(same_label)).delete()
    goes.figures.update(object_id=stays.pk)


def _joined_figures(stays: Record, goes: Record, taken: Collection[str]) -> dict[int, Figure]:
    """By key of a figure that goes, the figure of that label that stays, with the value that is kept."""
    staying = {figure.label: figure for figure in stays.figures.all()}
    joined = {}
    for figure in goes.figures.all():
        if own := staying.get(figure.label):
            joined[figure.pk] = own
            if figure_key(figure.label) in taken:
                for name in FIGURE_COLUMNS:
                    setattr(own, name, getattr(figure, name))
    Figure.objects.bulk_update(joined.values(), FIGURE_COLUMNS)
    return joined


def _dropped(
    stays: Record, goes: Record, lines: Iterable[ComparisonLine], taken: Collection[str]
) -> dict[int, dict[str, str]]:
    """By key of a record, the values of it that are not kept, by field, as footnotes report them."""
    found: dict[int, dict[str, str]] = {stays.pk: {}, goes.pk: {}}
    for line in lines:
        key = stays.pk if line.name in taken else goes.pk
        if line.differs and (reported := line.reported.get(key)):
            found[key][line.name] = reported
    return found


def _tell_difference(item: Evidence, dropped: dict[str, str]) -> None:
    if item.stance == Stance.SUPPORTS and (reported := dropped.get(item.field_key)):
        item.stance = Stance.DIFFERS
        item.reported_value = item.reported_value or reported
