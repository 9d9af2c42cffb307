"""Forms for a new report and a new passage, on the pages that add evidence."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.auto_slug import unused_slug
from sco_cities.curation.admin.passage_numbers import PassageNumberField, next_number
from sco_cities.curation.duplicates.normalization import normalized_url
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Passage, Report


class NewReportForm(forms.ModelForm):
    """A new report, with a generated slug."""

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
        # For example "the-gazette-2025-01-01".
        slug_parts = (self.cleaned_data.get("publisher"), self.cleaned_data.get("published_on"))
        self.instance.slug = unused_slug(Report, slug_parts) or unused_slug(Report, ("report",))
        self.instance.state = (
            PublicationState.PUBLISHED if self.cleaned_data.get("is_published") else PublicationState.DRAFT
        )
        super()._post_clean()


class NewPassageForm(forms.ModelForm):
    """A new passage of a stored report, or of a new one if `report` is None."""

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
    """The stored report with the same page as `address`, if there is one."""
    url = normalized_url(address)
    if not url or "\x00" in url:
        return None
    host = url.partition("/")[0].partition("?")[0].partition(":")[0]
    reports = Report.objects.filter(address__icontains=host).order_by("pk")
    return next((report for report in reports if normalized_url(report.address) == url), None)
