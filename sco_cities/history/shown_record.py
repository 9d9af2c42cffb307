"""A record as shown on pages and in files, current or as of a day, with its values, footnotes and history."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes

from .as_of import AsOf
from .record_history import PublicHistory, public_history
from .unrecorded_changes import SENTENCE, has_unrecorded_changes


@dataclass(frozen=True)
class ShownRecord:
    """A record with its footnotes and history. If `as_of` is set, everything is shown as published at the end of that
    day.

    `now` is the current record, which may have another URL or be withdrawn. For a merged record it is the record that
    it was merged into. If there are unrecorded changes, an earlier day may show current values.
    """

    record: Record
    footnotes: Footnotes
    history: PublicHistory
    as_of: AsOf | None = None
    now: Record | None = None
    has_unrecorded_changes: bool = False

    @property
    def path(self) -> str:
        """The path of the page in the language of the request."""
        return f"{self.day_path}{self.as_of.query}" if self.as_of else self.record.get_absolute_url()

    @property
    def day_path(self) -> str:
        """The path that the day parameter is appended to."""
        return reverse(f"{self.record.collection}-record", args=[self.slug])

    @property
    def slug(self) -> str:
        """The slug in the URLs. It is the current slug, unless the record was merged or is not published now."""
        return self.now.slug if self.is_still_published else self.record.slug

    @property
    def changed_at(self) -> datetime.datetime | None:
        """The time of the last change, or the time of the first publication if there is none."""
        return self.history.changed_at or self.history.published_at

    @property
    def citation_details(self) -> list[str]:
        """The dates for citing the record, which are the date of the last change and the shown day."""
        details = [self.changed_at.date().isoformat()] if self.changed_at else []
        if self.as_of:
            details.append(_("as of %(date)s") % {"date": self.as_of.day.isoformat()})
        return details

    @property
    def is_still_published(self) -> bool:
        """True if readers can see the record today as a separate record."""
        return not self.was_merged and (self.now or self.record).is_published

    @property
    def was_merged(self) -> bool:
        """True if the record was later merged into another record."""
        return self.now is not None and self.now.pk != self.record.pk

    @property
    def merged_into(self) -> Record | None:
        """The record that it was merged into, if that record is published."""
        return self.now if self.was_merged and self.now.is_published else None

    @property
    def is_past(self) -> bool:
        """True if an earlier day is shown. For today, the current record is shown, because the day is not over."""
        return self.as_of is not None and not self.as_of.is_today


def shown_now(record: Record, as_of: AsOf | None = None) -> ShownRecord:
    """Returns the current record. `as_of` is today if the request selects that day."""
    is_incomplete = as_of is not None and has_unrecorded_changes(record)
    return ShownRecord(record, Footnotes(record), public_history(record), as_of, record, is_incomplete)


def as_of_sentences(shown: ShownRecord) -> Iterator[str]:
    """Sentences about the shown day, about parts that show current values, and about gaps in the record's history."""
    yield from _sentences(shown)
    if shown.has_unrecorded_changes:
        yield str(SENTENCE)


def _sentences(shown: ShownRecord) -> Iterator[str]:
    day = date_format(shown.as_of.day, "DATE_FORMAT")
    if not shown.is_past:
        yield _("The record as published today, %(date)s.") % {"date": day}
        yield _("It may still change before the end of the day (UTC).")
        return
    yield _("The record as published at the end of %(date)s (UTC).") % {"date": day}
    if shown.merged_into:
        yield _("It has since been merged into “%(record)s”.") % {"record": shown.merged_into}
    elif shown.was_merged:
        yield _("It has since been merged into another record, which is not published.")
    elif not shown.is_still_published:
        yield _("It is no longer published.")
    yield _("Other records appear with their current names. Lists of other records are not shown.")
