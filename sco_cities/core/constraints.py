"""Check constraints, which the database enforces for all writers."""

from collections.abc import Callable
from copy import copy

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import CheckConstraint, F, Q, TextChoices


class FieldCheck(CheckConstraint):
    """A check of one text column. Forms validate it in Python; for migrations it is a CheckConstraint.

    Django evaluates the condition in the database: three queries for each constraint, a quarter of those of a save.
    """

    def __init__(self, field: str, allows: Callable[[str], bool], **options):
        super().__init__(**options)
        self.field, self.allows = field, allows

    def clone(self) -> "FieldCheck":
        return copy(self)

    def deconstruct(self):
        _path, arguments, options = super().deconstruct()
        return "django.db.models.CheckConstraint", arguments, options

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        if self.field in (exclude or ()):
            return
        value = getattr(instance, self.field)
        # In SQL, a comparison with NULL is not false.
        if value is not None and not self.allows(value):
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


def one_of(field: str, choices: type[TextChoices]) -> CheckConstraint:
    """`field` contains one of `choices`."""
    return FieldCheck(
        field,
        lambda value: value in choices.values,
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_is_known",
        violation_error_message=f"{field} must be one of {', '.join(choices.values)}.",
    )


def in_range(field: str, low: int, high: int) -> CheckConstraint:
    """`field` is null or between `low` and `high`, inclusive."""
    return CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"%(app_label)s_%(class)s_{field}_in_range",
        violation_error_message=f"{field} must lie between {low} and {high}.",
    )


def not_empty(field: str) -> CheckConstraint:
    """`field` is not an empty string."""
    return FieldCheck(
        field,
        lambda value: value != "",
        condition=~Q(**{field: ""}),
        name=f"%(app_label)s_%(class)s_{field}_is_filled",
        violation_error_message=f"{field} must not be empty.",
    )


def ends_after_start() -> CheckConstraint:
    """The last possible day of `ends_on` is not before the first possible day of `starts_on`."""
    return CheckConstraint(
        condition=Q(starts_first__isnull=True)
        | Q(ends_last__isnull=True)
        | Q(ends_last__gte=F("starts_first")),
        name="%(app_label)s_%(class)s_ends_after_start",
        violation_error_message="The end date is before the start date. Correct one of them.",
    )
