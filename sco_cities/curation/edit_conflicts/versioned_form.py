"""Optimistic locking for forms and changelists, which contain the versions of their records.

A form also contains the reason for the change. Changelist actions skip rows that have changed since the list was shown.
"""

from collections import defaultdict
from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.db import models, router, transaction
from django.forms.utils import ErrorDict
from django.http import HttpResponseRedirect, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.changes.admin_mixin import HistoryMixin
from sco_cities.changes.locking import lock_all
from sco_cities.curation.admin.messages import add_record_message, name_list
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.serialization import Document, RowSchema, document_schema, natural_key
from sco_cities.history.versions import changed_after, documents_at, version_of, versions, versions_and_newest
from sco_cities.sources.base_models import PublicationState, Record

# A changelist submits the newest version of all records under this primary key. No row has this key.
NEWEST_KEY = 0
# Maximum number of rows listed in a message. Further rows are only counted.
MAX_NAMED = 50

# Changes to a row that belongs to two records are recorded in the owner's history. The version of a page with shared
# rows is therefore the newest version among its record and the rows' owners.

# Submitted values by form field name.
PostData = Mapping[str, str] | tuple[()]


def row_owners(record: Record, data: PostData = ()) -> dict[type[Record], set[int]]:
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


def page_version(record: Record, data: PostData = ()) -> int:
    """Returns the newest version among a record and the owners of its shared rows."""
    of_owners = (versions(model, keys) for model, keys in row_owners(record, data).items())
    return max(version_of(record), *(version for each in of_owners for version in each.values()), 0)


def rows_at(record: Record, rows: RowSchema, version: int, original: Document, data: PostData) -> list[dict]:
    """Returns a record's shared rows at an earlier `version`, when the record's document was `original`."""
    owner, model = rows.shared_owner, rows.shared_owner.related_model
    keys, names = row_owners(record, data)[model], {natural_key(record), original.get("slug")}
    own_rows = next(each for each in document_schema(model).rows.values() if each.owner is owner)
    current, result = model._base_manager.in_bulk(keys), []
    for key, document in documents_at(model, dict.fromkeys(keys, version)).items():
        # The current slug is used, so a row is not reported as changed if only its owner's slug has changed.
        name = natural_key(current[key]) if key in current else document["slug"]
        result += [
            rows.without_empty({column.name: row.get(column.name) for column in rows.columns})
            | {owner.name: name}
            for row in document.get(own_rows.name, ())
            if row[rows.owner.name] in names
        ]
    return result


VERSION, REASON = "version", "why"


class UnlabelledBoundField(forms.BoundField):
    """A hidden field rendered without the empty label that Django shows among visible fields."""

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

    # Unsaved values, with the record version for which they were entered. The form shows them without validation.
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
        """The stored record that the form changes, or None for a new record."""
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
                REASON,
                _("This record is published. Enter a short reason for the change. Readers can see it."),
            )


def posted_version(text: str) -> int:
    """Returns the version submitted by a form. If it is invalid, returns 0, which is older than any version."""
    return int(text) if is_key(text) else 0


def posted_versions(text: str) -> dict[int, int]:
    """Returns the versions submitted by a changelist, by primary key. Invalid pairs are ignored."""
    pairs = (each.partition(":") for each in text.split())
    return {int(key): int(version) for key, _colon, version in pairs if is_key(key) and is_key(version)}


class VersionedActionForm(ActionForm):
    """The action form of a changelist, with the versions of the listed rows by primary key, such as "17:301 18:0"."""

    versions = forms.CharField(required=False, widget=forms.HiddenInput, label="")


class StaleChangelistMixin(HistoryMixin):
    """A ModelAdmin that applies actions only to rows that have not changed since the list was shown."""

    action_form = VersionedActionForm

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if context.get("action_form") and "cl" in context:
            listed = self._row_versions(context["cl"].result_list)
            versions = " ".join(f"{key}:{version}" for key, version in listed.items())
            context["action_form"].fields["versions"].initial = versions
        return response

    def response_action(self, request, queryset, **options):
        """Runs an action on the selected rows, except rows that have changed since the list was shown.

        "Select across" includes rows on other pages, but not rows added since the list was shown.
        """
        listed = posted_versions(request.POST.get("versions", ""))
        select_across = request.POST.get("select_across") == "1"
        posted = {int(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_key(key)}
        selected = posted & listed.keys()
        if not (NEWEST_KEY in listed if select_across else selected):
            return super().response_action(request, queryset, **options)
        with transaction.atomic(using=router.db_for_write(self.model)):
            if select_across:
                lock_all(self.records_of(list(queryset.values_list("pk", flat=True))))
                changed = self._changed_after(queryset, listed[NEWEST_KEY])
            else:
                lock_all(self.records_of(selected))
                current = self._row_versions(list(self.model._base_manager.filter(pk_in(selected))))
                changed = {key for key in selected & current.keys() if current[key] != listed[key]}
            if changed:
                self._report_changed(request, queryset.filter(pk_in(changed)), len(changed))
                if changed == posted and not select_across:
                    return HttpResponseRedirect(request.get_full_path())
                queryset = queryset.exclude(pk_in(changed))
            return super().response_action(request, queryset, **options)

    def _changed_after(self, queryset: models.QuerySet, version: int) -> set[int]:
        """Returns the primary keys of rows whose records were changed or added after `version`."""
        [model] = self.records_of(())
        changed = pk_in(changed_after(model, version), self.parent_field or "pk")
        return set(queryset.order_by().filter(changed).values_list("pk", flat=True))

    def _row_versions(self, objects: list) -> dict[int, int]:
        """Maps each row's key to the version of its record, and NEWEST_KEY to the newest version of any record."""
        records = {obj.pk: self.versioned_record(obj) for obj in objects}
        if not records:
            return {}
        model = type(next(iter(records.values())))
        known, newest = versions_and_newest(model, {record.pk for record in records.values()})
        return {NEWEST_KEY: newest} | {key: known[record.pk] for key, record in records.items()}

    def _report_changed(self, request, changed: models.QuerySet, number: int) -> None:
        heading = _(
            "These records were not changed, because they were edited after you opened the list. Review them and "
            "select them again:"
        )
        names = name_list(map(str, changed[:MAX_NAMED]), number - MAX_NAMED)
        add_record_message(request, messages.ERROR, heading, number, names)
