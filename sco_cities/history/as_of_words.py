"""What pages and files say about a record as of a day."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .shown_record import ShownRecord
from .unrecorded_changes import SENTENCE


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
