"""Optimistic locking for a form that contains the version of its record and the reason for the change."""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.history.serialization import Document, RowSchema, document_schema, natural_key
from sco_cities.history.versions import document_at, version_of, versions
from sco_cities.sources.base_models import PublicationState, Record

# Changes of a row that belongs to two records are in its owner's history. Therefore the version of a page with shared
# rows is the newest version of its record and of all owners of these rows.

# Submitted values by form field name.
PostData = Mapping[str, str]
NO_DATA: PostData = MappingProxyType({})


def row_owners(record: Record, data: PostData = NO_DATA) -> dict[type[Record], set[int]]:
    """Maps each model to the keys of the records that own stored or submitted shared rows of `record`."""
    owners = defaultdict(set)
    for rows in document_schema(type(record)).shared_rows.values():
        owner = rows.shared_owner
        stored = rows.stored_rows(type(record), [record.pk]).values_list(owner.attname, flat=True)
        posted = (
            data[name]
            for name in data
            if name.startswith(f"{rows.name}-") and name.endswith(f"-{owner.name}")
        )
        owners[owner.related_model] |= {*stored, *(int(value) for value in posted if is_key(value))}
    return owners


def page_version(record: Record, data: PostData = NO_DATA) -> int:
    """Returns the version of a record's page. It is the newest of the record and the owners of its shared rows."""
    of_owners = (versions(model, keys) for model, keys in row_owners(record, data).items())
    return max(version_of(record), *(version for each in of_owners for version in each.values()), 0)


def rows_at(record: Record, rows: RowSchema, version: int, original: Document, data: PostData) -> list[dict]:
    """Returns the shared rows on a record's page at an earlier version, when its document was `original`."""
    owner, model = rows.shared_owner, rows.shared_owner.related_model
    newest = versions(model, row_owners(record, data)[model])
    changed = {key for key, number in newest.items() if number > version}
    unchanged = rows.stored_rows(type(record), [record.pk]).exclude(**{f"{owner.name}__in": changed})
    keys = set(unchanged.values_list("pk", flat=True))
    result = [row for _key, pk, row in rows.read(type(record), [record.pk]) if pk in keys]
    current = model._base_manager.in_bulk(changed)
    names = {natural_key(record), original.get("slug")}
    own_rows = next(each for each in document_schema(model).rows.values() if each.owner is owner)
    for key in changed:
        earlier = document_at(current.get(key) or model(pk=key), version) or {}
        # The current slug is used, so that a row does not count as changed if only its owner's slug has changed.
        name = natural_key(current[key]) if key in current else earlier.get("slug")
        result += [
            rows.without_empty({column.name: row.get(column.name) for column in rows.columns})
            | {owner.name: name}
            for row in earlier.get(own_rows.name, ())
            if row[rows.owner.name] in names
        ]
    return result


VERSION, REASON = "version", "why"


class UnlabelledBoundField(forms.BoundField):
    """A hidden field that renders no empty label among visible fields."""

    def label_tag(self, *args, **kwargs) -> str:
        return ""


class VersionedForm(forms.ModelForm):
    """A form that contains the version of its record. It requires a reason for changing a published record."""

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
        help_text=gettext_lazy("A reason is required to change a published record. Readers can see it."),
    )

    # Values that were entered but not saved, with the record version for which they were entered. The form shows them
    # without validation.
    kept_values: QueryDict | None = None

    def __init__(self, data=None, *args, **kwargs):
        shows_kept_values = data is None and self.kept_values is not None
        super().__init__(self.kept_values if shows_kept_values else data, *args, **kwargs)
        if shows_kept_values:
            self._errors = ErrorDict()
        if VERSION in self.fields and not self.is_bound and self.record is not None:
            self.initial[VERSION] = page_version(self.record)

    @property
    def record(self) -> Record | None:
        """The stored record that the form changes. None when adding."""
        return self.instance if self.instance.pk else None

    @property
    def is_published(self) -> bool:
        """True if the stored record is published."""
        return self.initial.get("state") == PublicationState.PUBLISHED

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in {VERSION, REASON}]

    def check_reason(self) -> None:
        """Adds an error if a published record is changed without a reason. Call it last in `clean`."""
        formsets = getattr(self.instance, "row_formsets", ())
        is_changed = self.has_changed() or any(formset.has_changed() for formset in formsets)
        if REASON in self.fields and is_changed and self.is_published and not self.cleaned_data.get(REASON):
            self.add_error(
                REASON, _("This record is published. Enter a short reason for the change for its readers.")
            )


def posted_version(text: str) -> int:
    """Returns the version submitted by a form. If it is invalid, returns 0, which is older than any version."""
    return int(text) if is_key(text) else 0


def posted_versions(text: str) -> dict[int, int]:
    """Returns the versions submitted by a list, by primary key. Invalid pairs are ignored."""
    pairs = (each.partition(":") for each in text.split())
    return {int(key): int(version) for key, _colon, version in pairs if is_key(key) and is_key(version)}
