"""Choosing a record by typing: autocompletes everywhere, and in rows without a query per row."""

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.db.models.fields import BLANK_CHOICE_DASH

from .site import choice_label

# Longer digits are no key of any table, and some databases refuse to compare them.
_KEY_DIGITS = 18


def is_key(text: str) -> bool:
    """Whether `text` can be the key of a record. What is sent may be anything."""
    return text.isascii() and text.isdecimal() and len(text) <= _KEY_DIGITS


class _PkOnlyMixin:
    """An autocomplete that shows again what was sent, where it is a choice at all; Django's own stumbles."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(key)], attr)


class AutocompletePkSelectMultiple(_PkOnlyMixin, AutocompleteSelectMultiple):
    """An autocomplete for several records."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        # Select2 puts its cross for all choices at once into their list, as what is no item of a list. Each
        # choice has a cross of its own.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


class PrefetchedSelect(_PkOnlyMixin, AutocompleteSelect):
    """An autocomplete that shows its choice from what the field has `loaded` before it asks the database."""

    def optgroups(self, name, value, attr=None):
        field = self.choices.field
        chosen = [key for key in value if key in field.loaded]
        if chosen:
            options = [
                self.create_option(name, key, field.label_from_instance(field.loaded[key]), True, place)
                for place, key in enumerate(chosen)
            ]
        else:
            [(_name, options, _place)] = super().optgroups(name, value, attr)
            options = [option for option in options if option["value"]]
        # What stands for no choice has words, and is there too where a choice has still to be made.
        if not (options and self.is_required):
            options.insert(0, self.create_option(name, "", BLANK_CHOICE_DASH[0][1], not options, 0))
        return [(None, options, 0)]


class _ChoiceLabelMixin:
    """Calls records what the autocomplete's results call them."""

    def __init__(self, *args, model_admin, **kwargs):
        self.model_admin = model_admin
        super().__init__(*args, **kwargs)

    def label_from_instance(self, record) -> str:
        return choice_label(self.model_admin, record)


class PrefetchedChoiceField(_ChoiceLabelMixin, forms.ModelChoiceField):
    """A choice of one record; those in `loaded`, by key, need no query."""

    loaded: ClassVar[dict] = {}

    def to_python(self, value):
        return self.loaded.get(str(value)) or super().to_python(value)


class LabelledMultipleChoiceField(_ChoiceLabelMixin, forms.ModelMultipleChoiceField):
    """A choice of several records."""


class AutocompleteMixin(admin.options.BaseModelAdmin):
    """Makes every relation of a model an autocomplete, so that no select ever lists a whole table."""

    def get_autocomplete_fields(self, request):
        return [field.name for field in related_fields(self.model) if self._is_searchable(field)]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # A record that others refer to is not deleted in passing, and one icon leads to it, not two.
            field.widget.can_delete_related = False
            field.widget.can_view_related &= not field.widget.can_change_related
        return field

    def _is_searchable(self, field) -> bool:
        model = field.related_model
        return self.admin_site.is_registered(model) and bool(
            self.admin_site.get_model_admin(model).search_fields
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return self._typed(db_field, request, PrefetchedChoiceField, PrefetchedSelect, kwargs) or (
            super().formfield_for_foreignkey(db_field, request, **kwargs)
        )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return self._typed(
            db_field, request, LabelledMultipleChoiceField, AutocompletePkSelectMultiple, kwargs
        ) or super().formfield_for_manytomany(db_field, request, **kwargs)

    def _typed(self, db_field, request, form_class, widget, kwargs):
        if db_field.name not in self.get_autocomplete_fields(request):
            return None
        related = self.admin_site.get_model_admin(db_field.related_model)
        # Select2 names the box that it puts in the place of the select by the select's title.
        title = {"title": str(db_field.verbose_name)}
        return db_field.formfield(
            **kwargs
            | {
                "form_class": form_class,
                "model_admin": related,
                "queryset": related.get_queryset(request),
                "widget": widget(db_field, self.admin_site, attrs=title, using=kwargs.get("using")),
            }
        )


def related_fields(model) -> list:
    """The columns and plain many-to-many relations of `model` that a form can edit."""
    fields = [field for field in model._meta.fields if field.is_relation]
    return fields + [
        field for field in model._meta.many_to_many if field.remote_field.through._meta.auto_created
    ]
