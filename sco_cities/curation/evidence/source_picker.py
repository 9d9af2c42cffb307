"""Choosing the passage that evidence comes from: found by one search, or written down with its report on the spot."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.history.permissions import REVIEW_RECORDS
from sco_cities.history.recorder import Recorder
from sco_cities.sources.models import Passage, Report

from .new_source_forms import NewPassageForm, NewReportForm, with_address

MAX_PASSAGES = 40
MAX_REPORTS = 10
PASSAGE, REPORT, NEW = "passage", "report", "new"


@dataclass
class PassageSearch:
    """A report among the results, with those of its passages that were found."""

    report: Report
    passages: list[Passage] = field(default_factory=list)
    may_grow: bool = False

    @property
    def new_passage(self) -> str:
        """What is sent where a new passage of the report is chosen."""
        return f"{REPORT}:{self.report.pk}"


class SourcePicker:
    """What a curator has searched for, chosen or typed as the source, and the passage that comes of it."""

    def __init__(self, request, data=None, *, is_asked: bool = False):
        self.user, self.request = request.user, request
        self.term = (data if data is not None else request.GET).get("q", "").replace("\x00", "").strip()
        self.chosen = (data or {}).get("source", "")
        self.errors: list[str] = []
        # Whether there is more to find than is shown.
        self.is_cut = False
        self.twin: Report | None = None
        self.may_write_passages = self.user.has_perm("sources.add_passage")
        self.may_write_reports = self.may_write_passages and self.user.has_perm("sources.add_report")
        may_publish = self.user.has_perm(REVIEW_RECORDS)
        given = data if is_asked else None
        self.report_form = NewReportForm(
            given if self.kind == NEW else None, prefix="report", may_publish=may_publish,
            initial=_typed(data, "report", NewReportForm),
        )  # fmt: skip
        self.passage_form = NewPassageForm(
            given if self.kind in {NEW, REPORT} else None, prefix="passage", report=self.report,
            initial=_typed(data, "passage", NewPassageForm),
        )  # fmt: skip

    @property
    def kind(self) -> str:
        return self.chosen.partition(":")[0]

    @cached_property
    def passage(self) -> Passage | None:
        """The stored passage that is chosen."""
        return self._named(PASSAGE, Passage.objects.select_related("report"))

    @cached_property
    def report(self) -> Report | None:
        """The stored report that gets a new passage."""
        return self._named(REPORT, Report.objects)

    def _named(self, kind: str, among):
        name, _colon, key = self.chosen.partition(":")
        return among.filter(pk=key).first() if name == kind and is_key(key) else None

    @property
    def forms_have_errors(self) -> bool:
        return bool(self.report_form.errors or self.passage_form.errors)

    def is_valid(self) -> bool:
        """Whether a passage comes of the choice; if not, `errors` and the forms say why."""
        if self.kind == NEW and self.may_write_reports:
            valid = self.report_form.is_valid()
            self._look_for_twin()
            return self.passage_form.is_valid() and valid and self.twin is None
        if self.report is not None and self._may_grow(self.report):
            return self.passage_form.is_valid()
        if self.passage is None:
            self.errors.append(_("Choose a passage: search for an existing one or enter a new one."))
        return self.passage is not None

    def _look_for_twin(self) -> None:
        """A report whose address is known is offered, and not written down a second time."""
        self.twin = with_address(self.report_form.data.get("report-address", ""))
        if self.twin is None:
            return
        self.report_form.errors.pop("address", None)
        self.chosen = f"{REPORT}:{self.twin.pk}" if self._may_grow(self.twin) else ""
        said = _("A report with this address already exists: “%(report)s”. Choose one of its passages.")
        if self.chosen:
            said = _(
                "A report with this address already exists: “%(report)s”. Choose one of its passages, or "
                "add the new passage to it (currently selected)."
            )
        self.errors.append(said % {"report": self.twin})

    def save(self, recorder: Recorder) -> Passage:
        """The passage, stored together with its report where they are new."""
        if self.kind == PASSAGE:
            return self.passage
        passage = self.passage_form.save(commit=False)
        if self.kind == NEW:
            passage.report = self.report_form.save()
        else:
            passage.report = self.report
            recorder.watch(Report, [self.report.pk])
        passage.save()
        if self.kind == NEW:
            recorder.note_created([passage.report])
        return passage

    @cached_property
    def found(self) -> list[PassageSearch]:
        """The results of the search, and what is chosen already, by report."""
        results: dict[int, PassageSearch] = {}
        for passage in self._passages():
            self._result(results, passage.report).passages.append(passage)
        for report in self._reports():
            self._result(results, report)
        return list(results.values())

    def _result(self, results: dict[int, PassageSearch], report: Report) -> PassageSearch:
        return results.setdefault(report.pk, PassageSearch(report, may_grow=self._may_grow(report)))

    def _passages(self) -> Iterable[Passage]:
        chosen = [self.passage] if self.passage else []
        passages = Passage.objects.select_related("report").order_by("report__slug", "number")
        if self.twin is not None:
            return passages.filter(report=self.twin)
        if not self.term:
            return chosen
        found, _more = admin.site.get_model_admin(Passage).get_search_results(
            self.request, passages, self.term
        )
        return [*chosen, *(item for item in self._first(found, MAX_PASSAGES) if item not in chosen)]

    def _reports(self) -> Iterable[Report]:
        if self.twin is not None:
            return [self.twin]
        chosen = [self.report] if self.report else []
        if not self.term:
            return chosen
        found, _more = admin.site.get_model_admin(Report).get_search_results(
            self.request, Report.objects.order_by("slug"), self.term
        )
        return [*chosen, *self._first(found, MAX_REPORTS)]

    def _first(self, found: QuerySet, most: int) -> list:
        some = list(found[: most + 1])
        self.is_cut |= len(some) > most
        return some[:most]

    def _may_grow(self, report: Report) -> bool:
        """Whether this curator may add a passage to `report`."""
        return self.may_write_passages and admin.site.get_model_admin(Report).has_change_permission(
            self.request, report
        )


def _typed(data, prefix: str, form: type[forms.ModelForm]) -> dict:
    """What has been typed into a form that is not asked to be right yet."""
    names = form.base_fields
    return {name: data[f"{prefix}-{name}"] for name in names if data and f"{prefix}-{name}" in data}
