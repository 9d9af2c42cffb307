"""Trilingual texts in admin forms, and inlines (such as figures and passages) that remain fast with 500 rows."""

from collections.abc import Iterable
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from sco_cities.admin_framework.autocomplete import AutocompleteMixin, PrefetchedChoiceField, is_key
from sco_cities.core.translations import TranslatedTexts, translated_fields

Names = tuple[str | tuple[str, ...], ...]


def side_by_side(model: type[Model], names: Iterable[str]) -> Names:
    """Arranges `names` for a fieldset, and puts each text's English, Russian and Chinese fields on one line."""
    lines = {text.english: tuple(text.columns.values()) for text in translated_fields(model).values()}
    others = {name for line in lines.values() for name in line[1:]}
    return tuple(lines.get(name, name) for name in names if name not in others)


class TranslationMarksMixin(forms.ModelForm):
    """A form that marks outdated translations."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not isinstance(self.instance, TranslatedTexts):
            return
        for name in self.instance.outdated_translations:
            if field := self.fields.get(name):
                mark = _("This translation must be checked, because the English text has changed.")
                field.help_text = mark
                field.widget.attrs |= {"title": mark, "data-outdated": ""}


def find_formset(model: type[Model], row_formsets: Iterable["RowFormSet"]) -> "RowFormSet | None":
    """Returns the page's formset for `model`, or None."""
    return next((formset for formset in row_formsets if formset.model is model), None)


class RowForm(TranslationMarksMixin):
    """An inline row's form. `RowInline` sets `unique_columns`."""

    unique_columns: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored_key = self.key() if self.is_stored else None

    @property
    def is_stored(self) -> bool:
        return not self.instance._state.adding

    def _get_validation_exclusions(self) -> set[str]:
        """Excludes constraints that involve the parent record. The formset checks them without a query per row."""
        to_record = {name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)}
        return super()._get_validation_exclusions() | to_record

    def key(self) -> tuple:
        return tuple(getattr(self.instance, column) for column in self.unique_columns)


class RowFormSet:
    """A formset that validates only changed rows and loads the choices of all rows with one query per field."""

    duplicate_message: str | Promise = ""

    def total_form_count(self):
        """Returns the number of submitted rows, even if the submitted TOTAL_FORMS is larger."""
        total = super().total_form_count()
        return min(total, self._submitted_count) if self.is_bound else total

    @cached_property
    def _submitted_count(self) -> int:
        start = f"{self.prefix}-"
        rows = (name.removeprefix(start).partition("-")[0] for name in self.data if name.startswith(start))
        return 1 + max((int(row) for row in rows if is_key(row)), default=-1)

    @cached_property
    def empty_form(self):
        """The blank row's form, cached because Django would create it up to five times per page."""
        return super().empty_form

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        # Unchanged stored rows were valid when saved. Validating them again would take several queries per row.
        form.empty_permitted = True
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, records in self._prefetched.items():
            form.fields[name].prefetched = records
        for field in form.fields.values():
            # A checkbox group already has a legend, and its checkboxes have labels.
            if not (field.widget.is_hidden or field.widget.use_fieldset):
                self._add_accessible_name(field, index)

    def _add_accessible_name(self, field, index) -> None:
        # In Django's tabular inlines, fields have only a column heading and no <label>.
        row = _("new row") if index is None else _("row %(number)s") % {"number": index + 1}
        widget = getattr(field.widget, "widget", field.widget)
        name = f"{field.label}, {row}"
        title = {"title": name} if "title" in widget.attrs else {}
        widget.attrs = widget.attrs | {"aria-label": name} | title

    @cached_property
    def _prefetched(self) -> dict[str, dict]:
        """Maps each autocomplete field to its referenced records, by primary key as text."""
        fields = {
            name: field
            for name, field in self.form.base_fields.items()
            if isinstance(field, PrefetchedChoiceField)
        }
        return {name: self._prefetched_choices(name, field) for name, field in fields.items()}

    def _prefetched_choices(self, name: str, field: PrefetchedChoiceField) -> dict:
        column = self.model._meta.get_field(name).attname
        if self.is_bound:
            rows = range(self.total_form_count())
            posted = (self.data.get(f"{self.add_prefix(i)}-{name}", "") for i in rows)
            keys = {key for key in posted if is_key(key)}
        else:
            keys = {str(getattr(row, column)) for row in self.get_queryset()} - {"None"}
        records = field.queryset.filter(pk__in=keys) if keys else ()
        return {str(record.pk): record for record in records}

    def remaining_forms(self) -> list[RowForm]:
        """Returns the forms whose rows will exist after saving."""
        return [
            form
            for form in self.forms
            if (form.is_stored or form.has_changed()) and not self._is_deleted(form)
        ]

    def unlisted_rows(self) -> list:
        """Returns stored rows missing from the submitted page, for example rows added by another curator."""
        if self.instance is None or self.instance.pk is None:
            return []
        listed = {form.instance.pk for form in self.forms if form.is_stored}
        return [row for row in self.get_queryset() if row.pk not in listed]

    def _is_deleted(self, form: RowForm) -> bool:
        return self.can_delete and self._should_delete_form(form)

    def clean(self):
        super().clean()
        for form in self.forms:
            if self._is_deleted(form):
                # Validation prevents the deletion of rows that other records reference.
                form.is_valid()
        # Django shows a row's errors next to its fields, but the primary key is a hidden field.
        if any(self._pk_field.name in form.errors for form in self.initial_forms):
            raise forms.ValidationError(
                _("Another curator has removed one of these rows. Open the page again to continue.")
            )

    def validate_unique(self):
        """Rejects rows that duplicate each other or a stored row.

        Django's check skips conditional constraints and constraints on generic relations. A duplicate that is not
        rejected here would cause an IntegrityError and an error page.
        """
        rows = self.remaining_forms()
        seen = {form.stored_key for form in rows if form.is_stored}
        seen |= {
            tuple(getattr(row, column) for column in self.form.unique_columns) for row in self.unlisted_rows()
        }
        for form in rows:
            if form.unique_columns and form.has_changed() and form.is_valid():
                key = form.key()
                if key != form.stored_key and key in seen:
                    form.add_error(None, self.duplicate_message)
                seen.add(key)


class OwnRowFormSet(RowFormSet, BaseInlineFormSet):
    """A formset of rows with a foreign key to their record."""


class GenericRowFormSet(RowFormSet, BaseGenericInlineFormSet):
    """A formset of rows with a generic foreign key to their record."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.instance is not None and not form.is_stored:
            # Django sets a row's record only on saving, but validation needs the record earlier.
            form.instance.content_type = ContentType.objects.get_for_model(self.instance)
            form.instance.object_id = self.instance.pk


class _RowInlineMixin(AutocompleteMixin):
    """Common settings of row inlines. Users can add a row without JavaScript. Notes are placed above the rows.

    The combination of values in `unique_columns` must be unique among the rows of a record. A duplicate row gets the
    error `duplicate_message`.
    """

    template = "admin/curation/evidence/_rows.html"
    extra = 1
    form = RowForm
    unique_columns: tuple[str, ...] = ()
    duplicate_message: str | Promise = ""

    def get_formset(self, request, obj=None, **kwargs):
        # Django creates new formset and form classes on each call, so changes to them do not affect other pages.
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.unique_columns, formset.duplicate_message = self.unique_columns, self.duplicate_message
        return formset

    def get_fields(self, request, obj=None):
        # Each English text is followed by its translations.
        return flatten(side_by_side(self.model, super().get_fields(request, obj)))


class RowInline(_RowInlineMixin, admin.TabularInline):
    """An inline of rows with a foreign key to their record."""

    formset = OwnRowFormSet


class GenericRowInline(_RowInlineMixin, GenericTabularInline):
    """An inline of rows with a generic foreign key to their record."""

    formset = GenericRowFormSet
