"""Model fields and constraints for EDTF dates, language codes and computed columns.

`save()` and `bulk_create()` set computed columns from other columns. `bulk_update()` and `update()` do not call
`pre_save`, so code must call `refresh_computed()` first.
"""

from django import forms
from django.db import models
from django.db.models import CheckConstraint, F, Q, TextChoices

from . import edtf, language_codes
from .notation import read_written_date


class EDTFFormField(forms.CharField):
    """A date in EDTF. Written dates such as “12 June 2017” are converted."""

    default_validators = (edtf.validate,)

    def to_python(self, value):
        text = super().to_python(value)
        return read_written_date(text) or text


class EDTFField(models.CharField):
    """A date in EDTF, with the precision of the report, or "" if unknown."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", edtf.MAX_LENGTH)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("help_text", edtf.HELP_TEXT)
        super().__init__(*args, **kwargs)
        self.validators.append(edtf.validate)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": EDTFFormField, **kwargs})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("help_text", None)
        return name, path, args, kwargs


class LanguageField(models.CharField):
    """A two-letter language code. Migrations contain it as a CharField."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.validators.append(language_codes.validate)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class ComputedFieldMixin:
    """A column that stores the result of calling the record's method `by` at each save."""

    # True if the value also depends on the record before the change. The value cannot be computed again, so histories
    # and packages must store it.
    depends_on_history = False

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
    """A text column computed from other columns."""


class ComputedDateField(ComputedFieldMixin, models.DateField):
    """A date column computed from other columns. It is null if the date is unknown."""

    def __init__(self, *args, by: str, **kwargs):
        kwargs.setdefault("null", True)
        super().__init__(*args, by=by, **kwargs)


def computed_fields(model: type[models.Model]) -> list[models.Field]:
    """Returns the computed columns of `model`."""
    return [field for field in model._meta.concrete_fields if isinstance(field, ComputedFieldMixin)]


def refresh_computed(record: models.Model) -> None:
    """Sets all computed columns of `record` without saving it."""
    for field in computed_fields(type(record)):
        field.pre_save(record, add=False)


def one_of(field: str, choices: type[TextChoices]) -> CheckConstraint:
    """Returns a constraint that `field` contains one of `choices`."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_is_known",
        violation_error_message=f"{field} must be one of {', '.join(choices.values)}.",
    )


def in_range(field: str, low: int, high: int) -> CheckConstraint:
    """Returns a constraint that `field` is null or between `low` and `high`, inclusive."""
    return CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"%(app_label)s_%(class)s_{field}_in_range",
        violation_error_message=f"{field} must lie between {low} and {high}.",
    )


def not_empty(field: str) -> CheckConstraint:
    """Returns a constraint that `field` is not an empty string."""
    return CheckConstraint(
        condition=~Q(**{field: ""}),
        name=f"%(app_label)s_%(class)s_{field}_is_filled",
        violation_error_message=f"{field} must not be empty.",
    )


def ends_after_start() -> CheckConstraint:
    """Returns a constraint that the last possible day of `ends_on` is not before the first of `starts_on`."""
    return CheckConstraint(
        condition=Q(starts_first__isnull=True)
        | Q(ends_last__isnull=True)
        | Q(ends_last__gte=F("starts_first")),
        name="%(app_label)s_%(class)s_ends_after_start",
        violation_error_message="The end date is before the start date. Correct one of them.",
    )
