"""The passage picker, which searches existing passages and has forms for a new passage and a new report."""

from dataclasses import dataclass, field

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.changes.recorder import Recorder
from sco_cities.curation.admin.auto_slug import PassageNumberField, next_number, unused_slug
from sco_cities.curation.duplicates.similarity import normalized_url
from sco_cities.history.models import REVIEW_RECORDS
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Passage, Report


class NewReportForm(forms.ModelForm):
    """The form of a new report. Its slug is generated."""

    use_required_attribute = False
    address = forms.URLField(label=gettext_lazy("address"), max_length=500, assume_scheme="https")
    is_published = forms.BooleanField(
        label=gettext_lazy("Publish the report immediately"),
        required=False,
        help_text=gettext_lazy("Readers see footnotes from published reports only."),
    )

    class Meta:
        model = Report
        fields = ("title", "publisher", "published_on", "language", "address")

    def __init__(self, *args, can_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_publish:
            del self.fields["is_published"]

    def _post_clean(self):
        # Generates a slug such as "the-gazette-2025-01-01".
        slug_parts = (self.cleaned_data.get("publisher"), self.cleaned_data.get("published_on"))
        self.instance.slug = unused_slug(Report, slug_parts) or unused_slug(Report, ("report",))
        self.instance.state = (
            PublicationState.PUBLISHED if self.cleaned_data.get("is_published") else PublicationState.DRAFT
        )
        super()._post_clean()


class NewPassageForm(forms.ModelForm):
    """The form of a new passage in the stored `report`, or in a new report if `report` is None."""

    use_required_attribute = False
    number = PassageNumberField()
    archive_address = Passage._meta.get_field("archive_address").formfield(assume_scheme="https")

    class Meta:
        model = Passage
        fields = ("number", "summary", "quotation", "archive_address")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "quotation": forms.Textarea(attrs={"rows": 2, "cols": 80}),
        }

    def __init__(self, *args, report: Report | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if number is None:
            return next_number(self.report)
        if self.report and self.report.passages.filter(number=number).exists():
            raise forms.ValidationError(_("This report already has a passage with this number."))
        return number


def report_with_address(address: str) -> Report | None:
    """Returns the stored report with the same URL as `address` after normalisation, or None."""
    url = normalized_url(address)
    if not url or "\x00" in url:
        return None
    host = url.partition("/")[0].partition("?")[0].partition(":")[0]
    reports = Report.objects.filter(address__icontains=host).order_by("pk")
    return next((report for report in reports if normalized_url(report.address) == url), None)


MAX_PASSAGES = 40
MAX_REPORTS = 10
PASSAGE, REPORT, NEW = "passage", "report", "new"


@dataclass
class SearchResult:
    """A report in the search results, with its matching passages."""

    report: Report
    passages: list[Passage] = field(default_factory=list)
    can_add_passage: bool = False

    @property
    def new_passage_value(self) -> str:
        """The value of the radio button for adding a passage to this report."""
        return f"{REPORT}:{self.report.pk}"


class SourcePicker:
    """The state of the passage picker. The search, selection and forms determine the passage to cite."""

    def __init__(self, request, data=None, *, is_submitted: bool = False):
        self.user, self.request = request.user, request
        self.term = (data if data is not None else request.GET).get("q", "").replace("\x00", "").strip()
        self.selection = (data or {}).get("source", "")
        self.errors: list[str] = []
        # True if only some search results are shown.
        self.has_more = False
        # The stored report with the same URL as the new report.
        self.existing_report: Report | None = None
        self.can_add_passages = self.user.has_perm("sources.add_passage")
        self.can_add_reports = self.can_add_passages and self.user.has_perm("sources.add_report")
        can_publish = self.user.has_perm(REVIEW_RECORDS)
        submitted = data if is_submitted else None
        self.report_form = NewReportForm(
            submitted if self.kind == NEW else None, prefix="report", can_publish=can_publish,
            initial=_initial(data, "report", NewReportForm),
        )  # fmt: skip
        self.passage_form = NewPassageForm(
            submitted if self.kind in {NEW, REPORT} else None, prefix="passage", report=self.report,
            initial=_initial(data, "passage", NewPassageForm),
        )  # fmt: skip

    @property
    def kind(self) -> str:
        return self.selection.partition(":")[0]

    @cached_property
    def passage(self) -> Passage | None:
        """The selected stored passage, or None."""
        return self._selected(PASSAGE, Passage.objects.select_related("report"))

    @cached_property
    def report(self) -> Report | None:
        """The stored report that gets a new passage, or None."""
        return self._selected(REPORT, Report.objects)

    def _selected(self, kind: str, queryset):
        name, _colon, key = self.selection.partition(":")
        return queryset.filter(pk=key).first() if name == kind and is_key(key) else None

    @property
    def forms_have_errors(self) -> bool:
        return bool(self.report_form.errors or self.passage_form.errors)

    def is_valid(self) -> bool:
        """Returns True if the selection determines a passage. Otherwise, `errors` and the forms contain the reasons."""
        if self.kind == NEW and self.can_add_reports:
            valid = self.report_form.is_valid()
            self._check_existing_report()
            return self.passage_form.is_valid() and valid and self.existing_report is None
        if self.report is not None and self._can_add_passage(self.report):
            return self.passage_form.is_valid()
        if self.passage is None:
            self.errors.append(_("Choose a passage: search for an existing one or enter a new one."))
        return self.passage is not None

    def _check_existing_report(self) -> None:
        """Selects the stored report with the new report's URL, if one exists."""
        self.existing_report = report_with_address(self.report_form.data.get("report-address", ""))
        if self.existing_report is None:
            return
        self.report_form.errors.pop("address", None)
        self.selection = (
            f"{REPORT}:{self.existing_report.pk}" if self._can_add_passage(self.existing_report) else ""
        )
        message = _("A report with this address already exists: “%(report)s”. Choose one of its passages.")
        if self.selection:
            message = _(
                "A report with this address already exists: “%(report)s”. Choose one of its passages, or "
                "add the new passage to it (currently selected)."
            )
        self.errors.append(message % {"report": self.existing_report})

    def save(self, recorder: Recorder) -> Passage:
        """Returns the passage. Saves the passage and its report if they are new."""
        if self.kind == PASSAGE:
            return self.passage
        passage = self.passage_form.save(commit=False)
        if self.kind == NEW:
            passage.report = self.report_form.save()
        else:
            passage.report = self.report
        passage.save()
        if self.kind == NEW:
            recorder.note_created([passage.report])
        return passage

    @cached_property
    def results(self) -> list[SearchResult]:
        """The search results and the current selection, by report."""
        stored = Passage.objects.select_related("report")
        if self.existing_report is not None:
            order = admin.site.get_model_admin(Passage).choice_order(self.term)
            passages = stored.filter(report=self.existing_report).order_by(*order)
            reports = [self.existing_report]
        else:
            passages = self._found(stored, self.passage, MAX_PASSAGES)
            reports = self._found(Report.objects.all(), self.report, MAX_REPORTS)
        results: dict[int, SearchResult] = {}
        for report in (*(passage.report for passage in passages), *reports):
            if report.pk not in results:
                results[report.pk] = SearchResult(report, can_add_passage=self._can_add_passage(report))
        for passage in passages:
            results[passage.report_id].passages.append(passage)
        return list(results.values())

    def _found(self, stored: QuerySet, selected: Model | None, limit: int) -> list:
        """Returns the selected object, followed by the first `limit` objects that match the search."""
        found = [selected] if selected else []
        if self.term:
            model_admin = admin.site.get_model_admin(stored.model)
            stored = stored.order_by(*model_admin.choice_order(self.term))
            matches, _use_distinct = model_admin.get_search_results(self.request, stored, self.term)
            items = list(matches[: limit + 1])
            self.has_more |= len(items) > limit
            found += [item for item in items[:limit] if item not in found]
        return found

    def _can_add_passage(self, report: Report) -> bool:
        """Returns True if this curator may add a passage to `report`."""
        return self.can_add_passages and admin.site.get_model_admin(Report).has_change_permission(
            self.request, report
        )


def _initial(data, prefix: str, form: type[forms.ModelForm]) -> dict:
    """Returns the submitted values of a form as initial values, without validation."""
    names = form.base_fields
    return {name: data[f"{prefix}-{name}"] for name in names if data and f"{prefix}-{name}" in data}
