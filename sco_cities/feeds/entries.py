"""Feed entries, each with a change as text and, for a new status, the passage that supports the status."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Max, Model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sco_cities.core.edtf import format_date
from sco_cities.core.localized_names import localized
from sco_cities.history.delta import ADDED
from sco_cities.history.diff_display import REMOVED as REMOVED_PART
from sco_cities.history.diff_display import SAME, DiffLine, field_label, revision_lines
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import ChangeKind, PublicChange
from sco_cities.i18n.punctuation import comma_list, semicolon_list, with_label, with_remark
from sco_cities.sources import evidence_coverage
from sco_cities.sources.models import Evidence, Stance

STATUS = "status"
# Maximum number of fields named in an entry's title.
MAX_NAMED = 3


@dataclass(frozen=True)
class FeedEntry:
    """A change in the reader's language. `path` is the path of the record or, if it is unpublished, of the list."""

    number: int
    made_at: datetime.datetime
    title: str
    lines: list[str]
    path: str


def feed_entries(changes: Sequence[PublicChange], using: str) -> list[FeedEntry]:
    """Converts changes of one kind of record to entries, with a fixed number of queries."""
    if not changes:
        return []
    model = changes[0].model
    records = model.objects.using(using).published().in_bulk({change.key for change in changes})
    footnotes = _status_footnotes(model, _newest_moves(changes, using), using)
    deltas = [(model, change.revision.changes if change.fields else {}) for change in changes]
    entries = []
    for change, lines in zip(changes, revision_lines(deltas, for_readers=True), strict=True):
        record = records.get(change.key)
        texts = _lines(change, record, lines, footnotes.get(change.number, ""))
        path = record.get_absolute_url() if record else reverse(f"{model.collection}-list")
        entries.append(FeedEntry(change.number, change.made_at, _title(change, record), texts, path))
    return entries


def _title(change: PublicChange, record: Model | None) -> str:
    # The title of an unpublished record is its slug.
    name = str(record) if record else change.slug
    match change.kind:
        case ChangeKind.ADDED:
            return _("New: %(name)s") % {"name": name}
        case ChangeKind.WITHDRAWN:
            return _("Withdrawn: %(name)s") % {"name": name}
        case ChangeKind.DELETED:
            return _("Deleted: %(name)s") % {"name": name}
        case ChangeKind.MERGED:
            return _("Merged: %(name)s is now %(into)s") % {"name": name, "into": change.into}
    if STATUS in change.fields:
        field = change.model._meta.get_field(STATUS)
        labels = dict(field.flatchoices)
        old, new = (str(labels.get(value, value)) for value in change.fields[STATUS])
        return _("%(name)s: %(old)s → %(new)s") % {"name": name, "old": old, "new": new}
    if disputed := _disputed_fields(change):
        return _("%(name)s: reports differ (%(fields)s)") % {"name": name, "fields": comma_list(disputed)}
    return _("%(name)s: corrected") % {"name": name}


def _disputed_fields(change: PublicChange) -> list[str]:
    """Returns the labels of the fields that reports have disputed since this change."""
    rows = change.fields.get("evidence", {ADDED: []})[ADDED]
    keys = dict.fromkeys(
        evidence_coverage.figure_key(row["figure"]) if row.get("figure") else row["field"]
        for row in rows
        if row.get("stance") == Stance.DIFFERS
    )
    return [field_label(change.model, key) for key in keys][:MAX_NAMED]


def _lines(change: PublicChange, record: Model | None, lines: list[DiffLine], footnote: str) -> list[str]:
    texts = [_line(line) for line in lines]
    if footnote:
        texts.append(footnote)
    if change.kind == ChangeKind.ADDED and record is not None:
        if hasattr(record, STATUS):
            label = capfirst(str(record._meta.get_field(STATUS).verbose_name))
            texts.append(with_label(label, record.get_status_display()))
        stems = (stem for stem in ("summary", "description") if stem in getattr(record, "translated", ()))
        texts += filter(None, (str(localized(record, stem)) for stem in stems))
    if change.reason:
        texts.append(with_label(_("Reason"), change.reason))
    return texts or [capfirst(str(change.model._meta.verbose_name))]


def _line(line: DiffLine) -> str:
    """Returns a changed field as text, such as "Status: agreed → operating" or "Themes: − Rail; + Trams"."""
    if line.parts:
        old, new = (
            "".join(part.text for part in line.parts if part.kind in (SAME, side))
            for side in (REMOVED_PART, ADDED)
        )
        text = f"{old or pgettext('value', 'none')} → {new or pgettext('value', 'none')}"
    else:
        removed, added = [f"− {each}" for each in line.removed], [f"+ {each}" for each in line.added]
        text = semicolon_list([*removed, *added, *(each for each, _differences in line.changed)])
    return with_label(capfirst(line.label), text)


def _newest_moves(changes: Sequence[PublicChange], using: str) -> dict[int, int]:
    """Maps record keys to the change that set the current status, if that change is among `changes`."""
    moved = {change.number: change.key for change in changes if STATUS in change.fields}
    if not moved:
        return {}
    revisions = Revision.objects.using(using).of_model(changes[0].model).order_by()
    of_records = revisions.filter(object_id__in=set(moved.values()), changes__has_key=STATUS)
    newest = of_records.values_list("object_id").annotate(Max("pk"))
    return {key: number for key, number in newest if number in moved}


def _status_footnotes(model: type[Model], moves: dict[int, int], using: str) -> dict[int, str]:
    """Maps change numbers to the newest passage that supports the current status, with its report."""
    if not moves:
        return {}
    evidence = (
        Evidence.objects.using(using)
        .filter(content_type=ContentType.objects.get_for_model(model), object_id__in=moves, field=STATUS)
        .supporting()
        .from_published_reports()
        .select_related("passage__report")
        .order_by(F("passage__report__published_first").asc(nulls_first=True), "pk")
    )
    return {moves[item.object_id]: _footnote(item) for item in evidence}


def _footnote(item: Evidence) -> str:
    report = item.passage.report
    date = format_date(report.published_on)
    source = f"{report.publisher}{', ' + date if date else ''}"
    return with_remark(localized(item.passage, "summary"), source)
