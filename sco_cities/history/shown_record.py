"""A record as pages and files show it, now or as of a day: its values, its footnotes and its history."""

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
    """A record with its footnotes and history; with `as_of`, all as they were published at the end of that day.

    `now` is the record as it is today: it may have another address or be withdrawn. Of a record that was merged into
    another one it is that one. With unrecorded changes, an earlier day may show values of today.
    """

    record: Record
    footnotes: Footnotes
    history: PublicHistory
    as_of: AsOf | None = None
    now: Record | None = None
    has_unrecorded_changes: bool = False

    @property
    def path(self) -> str:
        """The path of the page that shows this, in the language of the request."""
        return f"{self.day_path}{self.as_of.query}" if self.as_of else self.record.get_absolute_url()

    @property
    def day_path(self) -> str:
        """The path to which the day is added."""
        return reverse(f"{self.record.collection}-record", args=[self.slug])

    @property
    def slug(self) -> str:
        """The slug of its addresses: that of today, unless it was merged or readers cannot see that."""
        return self.now.slug if self.is_still_published else self.record.slug

    @property
    def is_still_published(self) -> bool:
        """Whether readers see the record today, as a record of its own."""
        return not self.was_merged and (self.now or self.record).is_published

    @property
    def was_merged(self) -> bool:
        """Whether it was merged into another record later."""
        return self.now is not None and self.now.pk != self.record.pk

    @property
    def merged_into(self) -> Record | None:
        """The record that it was merged into, if readers can see that one."""
        return self.now if self.was_merged and self.now.is_published else None

    @property
    def is_past(self) -> bool:
        """Whether it shows an earlier day: today is not over, and shows the record as it is."""
        return self.as_of is not None and not self.as_of.is_today


def shown_now(record: Record, as_of: AsOf | None = None) -> ShownRecord:
    """A record as it is; `as_of` today, if a request asks for it."""
    is_incomplete = as_of is not None and has_unrecorded_changes(record)
    return ShownRecord(record, Footnotes(record), public_history(record), as_of, record, is_incomplete)


def as_of_sentences(shown: ShownRecord) -> Iterator[str]:
    """What is shown, what of it is of today, and whether the history of the record is complete."""
    yield from _sentences(shown)
    if shown.has_unrecorded_changes:
        yield str(SENTENCE)


def _sentences(shown: ShownRecord) -> Iterator[str]:
    day = date_format(shown.as_of.day, "DATE_FORMAT")
    if not shown.is_past:
        yield _("As it is published today, %(date)s.") % {"date": day}
        yield _("It may still change until the end of the day (UTC).")
        return
    yield _("As it was published at the end of %(date)s (UTC).") % {"date": day}
    if shown.merged_into:
        yield _("It has since been merged into “%(record)s”.") % {"record": shown.merged_into}
    elif shown.was_merged:
        yield _("It has since been merged into another record, which is not published.")
    elif not shown.is_still_published:
        yield _("It is no longer published.")
    yield _("Names of other records are those of today; lists of other records are not shown.")
