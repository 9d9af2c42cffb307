"""Optimistic locking: a form with the version of its record and the reason of the change."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.sources.base_models import PublicationState, Record

from .shared_inlines import page_version

VERSION, REASON = "version", "why"


class UnlabelledBoundField(forms.BoundField):
    """A hidden field among visible ones; without this it would get an empty label."""

    def label_tag(self, *args, **kwargs) -> str:
        return ""


class VersionedForm(forms.ModelForm):
    """A form with the version of its record; changes of a published record require a reason."""

    version = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
        bound_field_class=UnlabelledBoundField,
    )
    why = forms.CharField(
        label=gettext_lazy("Reason (for the history)"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Required when a published record is changed; shown to readers."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if VERSION in self.fields and not self.is_bound and self.record is not None:
            self.initial[VERSION] = page_version(self.record)

    @property
    def record(self) -> Record | None:
        """The stored record that the form changes; None while adding."""
        return self.instance if self.instance.pk else None

    @property
    def is_published(self) -> bool:
        """Whether the stored record is published."""
        return self.initial.get("state") == PublicationState.PUBLISHED

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in {VERSION, REASON}]

    def check_reason(self) -> None:
        """Adds an error if a published record is changed without a reason; call it last in `clean`."""
        formsets = getattr(self.instance, "row_formsets", ())
        is_changed = self.has_changed() or any(formset.has_changed() for formset in formsets)
        if REASON in self.fields and is_changed and self.is_published and not self.cleaned_data.get(REASON):
            self.add_error(REASON, _("Readers see this record: enter a short reason for the change."))


def posted_version(text: str) -> int:
    """The version posted by a form; 0, older than any version, if it is not valid."""
    return int(text) if is_key(text) else 0


def posted_versions(text: str) -> dict[int, int]:
    """The versions posted by a list, by primary key; invalid pairs are ignored."""
    pairs = (each.partition(":") for each in text.split())
    return {int(key): int(version) for key, _colon, version in pairs if is_key(key) and is_key(version)}
