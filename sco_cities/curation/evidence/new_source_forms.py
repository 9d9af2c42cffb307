"""A report and a passage that are written down while adding evidence."""

from django import forms
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.auto_slug import unused_slug
from sco_cities.curation.duplicates.normalization import normalized_url
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Passage, Report


class NewReportForm(forms.ModelForm):
    """A report that is written down while adding evidence."""

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

    def __init__(self, *args, may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["is_published"]

    def _post_clean(self):
        # Such as "the-gazette-2025-01-01".
        named = (self.cleaned_data.get("publisher"), self.cleaned_data.get("published_on"))
        self.instance.slug = unused_slug(Report, named) or unused_slug(Report, ("report",))
        self.instance.state = (
            PublicationState.PUBLISHED if self.cleaned_data.get("is_published") else PublicationState.DRAFT
        )
        super()._post_clean()


class NewPassageForm(forms.ModelForm):
    """A passage that is written down while adding evidence."""

    use_required_attribute = False
    number = forms.IntegerField(
        label=gettext_lazy("number"),
        min_value=1,
        max_value=32_767,
        required=False,
        help_text=gettext_lazy(
            "The paragraph number in the report. If left empty, the next free number is used."
        ),
    )

    class Meta:
        model = Passage
        fields = ("number", "summary")
        widgets = {"summary": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def __init__(self, *args, report: Report | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_number(self) -> int:
        numbers = self.report.passages if self.report else Passage.objects.none()
        number = self.cleaned_data["number"]
        if number is None:
            return (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
        if numbers.filter(number=number).exists():
            raise forms.ValidationError(_("This report already has a passage with this number."))
        return number


def with_address(address: str) -> Report | None:
    """The report whose address leads to the same page as `address`."""
    page = normalized_url(address)
    if not page or "\x00" in page:
        return None
    host = page.partition("/")[0].partition("?")[0].partition(":")[0]
    stored = Report.objects.filter(address__icontains=host).order_by("pk")
    return next((report for report in stored if normalized_url(report.address) == page), None)
