"""The rows on a record's page (cities, figures, passages …): usable and quick with 500 of them."""

from collections.abc import Iterable
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .autocomplete import AutocompleteMixin, PrefetchedChoiceField, is_key


def submitted_rows(model: type[Model], sets_of_rows: Iterable["RowFormSet"]) -> "RowFormSet | None":
    """Those rows on a page that are of `model`; None where the page has none."""
    return next((rows for rows in sets_of_rows if rows.model is model), None)


class RowForm(forms.ModelForm):
    """A row; `distinct` names the columns that no two rows of a record may share."""

    distinct: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored_key = self.key() if self.is_stored else None

    @property
    def is_stored(self) -> bool:
        return not self.instance._state.adding

    def key(self) -> tuple:
        return tuple(getattr(self.instance, column) for column in self.distinct)


class RowFormSet:
    """Rows of which only the changed ones are validated, and whose choices are read at once."""

    duplicate = gettext_lazy("This row already exists.")

    def total_form_count(self):
        """How many rows there are: as many as a form has sent, whatever number it gives."""
        total = super().total_form_count()
        return min(total, self._sent) if self.is_bound else total

    @cached_property
    def _sent(self) -> int:
        beginning = f"{self.prefix}-"
        rows = (
            name.removeprefix(beginning).partition("-")[0] for name in self.data if name.startswith(beginning)
        )
        return 1 + max((int(row) for row in rows if is_key(row)), default=-1)

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        # A stored row that nobody touched is skipped as an empty one is: it was valid when it was stored, and
        # validating it again costs several queries.
        form.empty_permitted = True
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, loaded in self._loaded.items():
            form.fields[name].loaded = loaded
        for field in form.fields.values():
            if not field.widget.is_hidden:
                self._name_for_screen_readers(field, index)

    def _name_for_screen_readers(self, field, index) -> None:
        # Cells of Django's tabular rows have no <label>, only a column heading.
        row = _("new row") if index is None else _("row %(number)s") % {"number": index + 1}
        widget = getattr(field.widget, "widget", field.widget)
        name = f"{field.label}, {row}"
        title = {"title": name} if "title" in widget.attrs else {}
        widget.attrs = widget.attrs | {"aria-label": name} | title

    @cached_property
    def _loaded(self) -> dict[str, dict]:
        """By autocomplete, the records that the rows choose, by key."""
        fields = {
            name: field
            for name, field in self.form.base_fields.items()
            if isinstance(field, PrefetchedChoiceField)
        }
        return {name: self._choices_of(name, field) for name, field in fields.items()}

    def _choices_of(self, name: str, field: PrefetchedChoiceField) -> dict:
        column = self.model._meta.get_field(name).attname
        if self.is_bound:
            rows = range(self.total_form_count())
            posted = (self.data.get(f"{self.add_prefix(i)}-{name}", "") for i in rows)
            keys = {key for key in posted if is_key(key)}
        else:
            keys = {str(getattr(row, column)) for row in self.get_queryset()} - {"None"}
        chosen = field.queryset.filter(pk__in=keys) if keys else ()
        return {str(record.pk): record for record in chosen}

    def surviving(self) -> list[RowForm]:
        """The rows that will be there once everything is saved."""
        return [
            form for form in self.forms if (form.is_stored or form.has_changed()) and not self._is_going(form)
        ]

    def unseen(self) -> list:
        """The stored rows that the page did not show, such as those that another curator added since."""
        if self.instance is None or self.instance.pk is None:
            return []
        shown = {form.instance.pk for form in self.forms if form.is_stored}
        return [row for row in self.get_queryset() if row.pk not in shown]

    def _is_going(self, form: RowForm) -> bool:
        return self.can_delete and self._should_delete_form(form)

    def clean(self):
        super().clean()
        for form in self.forms:
            if self._is_going(form):
                # Django's inlines make it refuse, here and nowhere else, what other records need.
                form.is_valid()
        # Django shows errors of rows beside their fields, and the key of a row is a hidden field.
        if any(self._pk_field.name in form.errors for form in self.initial_forms):
            raise forms.ValidationError(
                _("Another curator has removed one of these rows. Open the page again to continue.")
            )

    def validate_unique(self):
        """Refuses rows that repeat one another or a stored row.

        Django's own check passes over constraints with a condition and over those of generic relations, and
        the database's answer to a repetition would be an error page.
        """
        rows = self.surviving()
        seen = {form.stored_key for form in rows if form.is_stored}
        seen |= {tuple(getattr(row, column) for column in self.form.distinct) for row in self.unseen()}
        for form in rows:
            if form.distinct and form.has_changed() and form.is_valid():
                key = form.key()
                if key != form.stored_key and key in seen:
                    form.add_error(None, self.duplicate)
                seen.add(key)


class OwnRowFormSet(RowFormSet, BaseInlineFormSet):
    """Rows that point to their record by a foreign key."""


class GenericRowFormSet(RowFormSet, BaseGenericInlineFormSet):
    """Rows that belong to a record of any kind."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.instance is not None and not form.is_stored:
            # Django tells a row its record when it saves it; its validation asks for it before.
            form.instance.content_type = ContentType.objects.get_for_model(self.instance)
            form.instance.object_id = self.instance.pk


class _RowInlineMixin(AutocompleteMixin):
    """What all inlines of rows share: one blank row, so that adding a row needs no script; notes above them."""

    template = "admin/curation/evidence/_rows.html"
    extra = 1
    form = RowForm


class RowInline(_RowInlineMixin, admin.TabularInline):
    """An inline of rows that point to their record by a foreign key."""

    formset = OwnRowFormSet


class GenericRowInline(_RowInlineMixin, GenericTabularInline):
    """An inline of rows that belong to a record of any kind."""

    formset = GenericRowFormSet
