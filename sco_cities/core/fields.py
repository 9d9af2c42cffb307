"""Columns of their own kind: EDTF dates, languages, and columns computed from others whenever a record is saved.

A computed column is written by `save()` and `bulk_create()`. `bulk_update()` and `update()` do not call
`pre_save`, so code that uses them calls `refresh_computed()` first.
"""

from django.db import models

from . import edtf, language_codes


class EDTFField(models.CharField):
    """A date as the report gives it, in EDTF; "" where it is not known."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", edtf.MAX_LENGTH)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("help_text", edtf.HELP)
        super().__init__(*args, **kwargs)
        self.validators.append(edtf.validate)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("help_text", None)
        return name, path, args, kwargs


class LanguageField(models.CharField):
    """The two letters of a language; to the database they are a text like any other."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.validators.append(language_codes.validate)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class ComputedFieldMixin:
    """Makes a column hold what the method `by` of its record returns, computed anew at each save."""

    def __init__(self, *args, by: str, **kwargs):
        self.by = by
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"by": self.by}

    def pre_save(self, instance, add):
        value = getattr(instance, self.by)()
        setattr(instance, self.attname, value)
        return value


class ComputedTextField(ComputedFieldMixin, models.TextField):
    """A text column computed from others."""


class ComputedDateField(ComputedFieldMixin, models.DateField):
    """A date column computed from others; null where nothing is known."""

    def __init__(self, *args, by: str, **kwargs):
        kwargs.setdefault("null", True)
        super().__init__(*args, by=by, **kwargs)


def computed_fields(model: type[models.Model]) -> list[models.Field]:
    """The computed columns of `model`."""
    return [field for field in model._meta.concrete_fields if isinstance(field, ComputedFieldMixin)]


def refresh_computed(record: models.Model) -> None:
    """Sets every computed column of `record` from its other columns, without saving."""
    for field in computed_fields(type(record)):
        field.pre_save(record, add=False)
