"""The form of a record, or of a part of one, that tells which version of it was changed, and why."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.sources.base_models import PublicationState, Record

from .shared_inlines import page_version

VERSION, WHY = "version", "why"


class _Unlabelled(forms.BoundField):
    """A hidden field among shown ones: a label of nothing would name it all the same."""

    def label_tag(self, *args, **kwargs) -> str:
        return ""


class VersionedForm(forms.ModelForm):
    """A form that carries the version of its record, and asks why a record that readers see is changed."""

    version = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
        bound_field_class=_Unlabelled,
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
        """The record that the form changes, if it is stored."""
        return self.instance if self.instance.pk else None

    @property
    def is_seen_by_readers(self) -> bool:
        """Whether the record that the form changes is published, as it is stored."""
        return self.initial.get("state") == PublicationState.PUBLISHED

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in {VERSION, WHY}]

    def refuse_unexplained(self) -> None:
        """Adds an error where a record that readers see is changed without a reason; called last of all."""
        rows = getattr(self.instance, "sets_of_rows", ())
        is_changed = self.has_changed() or any(some.has_changed() for some in rows)
        if WHY in self.fields and is_changed and self.is_seen_by_readers and not self.cleaned_data.get(WHY):
            self.add_error(WHY, _("Readers see this record: enter a short reason for the change."))


def posted_version(text: str) -> int:
    """The version that a form has sent along; the oldest where it is none."""
    return int(text) if is_key(text) else 0


def posted_versions(text: str) -> dict[int, int]:
    """The versions by key that a list has sent along; what is neither a key nor a version is passed over."""
    pairs = (each.partition(":") for each in text.split())
    return {int(key): int(version) for key, _colon, version in pairs if is_key(key) and is_key(version)}
