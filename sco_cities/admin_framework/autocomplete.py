"""Autocomplete fields for all relations. In inlines, they do not run a query per row."""

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.db.models.fields import BLANK_CHOICE_DASH

from .admin_urls import is_key
from .site import choice_label


class _PkOnlyMixin:
    """Makes a widget ignore values that are not primary keys. Django's widget raises an exception for such values."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(key)], attr)


class AutocompletePkSelectMultiple(_PkOnlyMixin, AutocompleteSelectMultiple):
    """An autocomplete widget for choosing several records."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        # Hides Select2's "clear all" button, which would be invalid inside the list of choices. Each choice has a
        # separate button.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


class PrefetchedSelect(_PkOnlyMixin, AutocompleteSelect):
    """An autocomplete widget that looks up records in the field's `prefetched` before it queries the database."""

    def optgroups(self, name, value, attr=None):
        field = self.choices.field
        prefetched = [key for key in value if key in field.prefetched]
        if prefetched:
            options = [
                self.create_option(name, key, field.label_from_instance(field.prefetched[key]), True, index)
                for index, key in enumerate(prefetched)
            ]
        else:
            [(_name, options, _index)] = super().optgroups(name, value, attr)
            options = [option for option in options if option["value"]]
        # Adds a labelled empty choice, unless the field is required and already has a value.
        if not (options and self.is_required):
            options.insert(0, self.create_option(name, "", BLANK_CHOICE_DASH[0][1], not options, 0))
        return [(None, options, 0)]


class _ChoiceLabelMixin:
    """Makes a field label records like the autocomplete results."""

    def __init__(self, *args, model_admin, **kwargs):
        self.model_admin = model_admin
        super().__init__(*args, **kwargs)

    def label_from_instance(self, record) -> str:
        return choice_label(self.model_admin, record)


class PrefetchedChoiceField(_ChoiceLabelMixin, forms.ModelChoiceField):
    """A field for choosing one record. `prefetched` maps primary keys (as text) to records that need no query."""

    prefetched: ClassVar[dict] = {}

    def to_python(self, value):
        return self.prefetched.get(str(value)) or super().to_python(value)


class LabelledMultipleChoiceField(_ChoiceLabelMixin, forms.ModelMultipleChoiceField):
    """A field for choosing several records, labelled like the autocomplete results."""


class AutocompleteMixin(admin.options.BaseModelAdmin):
    """Makes a ModelAdmin or inline use autocompletes for relations. A select element would list all records."""

    def get_autocomplete_fields(self, request):
        return [field.name for field in related_fields(self.model) if self._is_searchable(field)]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Hides the button that deletes the related record, and shows only one icon that opens the record.
            field.widget.can_delete_related = False
            field.widget.can_view_related &= not field.widget.can_change_related
        return field

    def _is_searchable(self, field) -> bool:
        model = field.related_model
        return self.admin_site.is_registered(model) and bool(
            self.admin_site.get_model_admin(model).search_fields
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return self._autocomplete_field(
            db_field, request, PrefetchedChoiceField, PrefetchedSelect, kwargs
        ) or (super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return self._autocomplete_field(
            db_field, request, LabelledMultipleChoiceField, AutocompletePkSelectMultiple, kwargs
        ) or super().formfield_for_manytomany(db_field, request, **kwargs)

    def _autocomplete_field(self, db_field, request, form_class, widget, kwargs):
        if db_field.name not in self.get_autocomplete_fields(request):
            return None
        related = self.admin_site.get_model_admin(db_field.related_model)
        # Select2 labels its box with the title of the select element.
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
    """Returns the foreign keys and the many-to-many fields of `model` that a form can edit."""
    fields = [field for field in model._meta.fields if field.is_relation]
    return fields + [
        field for field in model._meta.many_to_many if field.remote_field.through._meta.auto_created
    ]
