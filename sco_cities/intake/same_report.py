"""Finds existing reports with the same URL, the same text or nearly the same text."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.evidence.source_picker import report_with_address
from sco_cities.sources.models import Report

from .models import Intake
from .text_overlap import similarity

# Minimum share of common word groups for two texts to count as the same report.
ENOUGH = 0.8
# Number of the newest texts that are compared. Reports are usually reprinted within weeks.
_MOST = 2_000


class Sameness(TextChoices):
    """The reason why two reports count as the same."""

    ADDRESS = "address", _("the same page")
    TEXT = "text", _("the same text")
    SIMILAR = "similar", _("nearly the same text")


@dataclass(frozen=True)
class SameReport:
    """A report that an intake repeats. `report` is None if the other intake has not been written yet.

    `is_independent` is False if another publisher has reprinted the text, so that it is not a second source.
    """

    sameness: Sameness
    report: Report | None = None
    intake: Intake | None = None
    is_independent: bool = True


def same_reports(intake: Intake) -> list[SameReport]:
    """The distinct reports that a text repeats, most certain first."""
    found: dict[tuple, SameReport] = {}
    for same in _found(intake):
        if same.report is None or same.report.pk != intake.report_id:
            key = ("report", same.report.pk) if same.report else ("intake", same.intake.pk)
            found.setdefault(key, same)
    return list(found.values())


def _found(intake: Intake) -> Iterator[SameReport]:
    if intake.address and (report := report_with_address(intake.address)):
        yield SameReport(Sameness.ADDRESS, report)
    others = Intake.objects.exclude(pk=intake.pk).select_related("report").defer("text")
    for other in others.filter(text_hash=intake.text_hash):
        yield _same(Sameness.TEXT, intake, other)
    alike = [
        key
        for key, sketch in others.order_by("-pk").values_list("pk", "sketch")[:_MOST]
        if similarity(intake.sketch, sketch) >= ENOUGH
    ]
    for other in others.filter(pk__in=alike):
        yield _same(Sameness.SIMILAR, intake, other)


def _same(sameness: Sameness, intake: Intake, other: Intake) -> SameReport:
    publisher = other.report.publisher if other.report else other.publisher
    return SameReport(sameness, other.report, other, publisher.casefold() == intake.publisher.casefold())
