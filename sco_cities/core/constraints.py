"""Check constraints, which the database enforces for all writers."""

from django.db.models import CheckConstraint, F, Q, TextChoices


def one_of(field: str, choices: type[TextChoices]) -> CheckConstraint:
    """Requires that `field` contains one of `choices`."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_is_known",
        violation_error_message=f"{field} must be one of {', '.join(choices.values)}.",
    )


def in_range(field: str, low: int, high: int) -> CheckConstraint:
    """Requires that `field` is null or between `low` and `high`, inclusive."""
    return CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"%(app_label)s_%(class)s_{field}_in_range",
        violation_error_message=f"{field} must lie between {low} and {high}.",
    )


def not_empty(field: str) -> CheckConstraint:
    """Requires that `field` is not an empty string."""
    return CheckConstraint(
        condition=~Q(**{field: ""}),
        name=f"%(app_label)s_%(class)s_{field}_is_filled",
        violation_error_message=f"{field} must not be empty.",
    )


def ends_after_start() -> CheckConstraint:
    """Requires that the last possible day of `ends_on` is not before the first possible day of `starts_on`."""
    return CheckConstraint(
        condition=Q(starts_first__isnull=True)
        | Q(ends_last__isnull=True)
        | Q(ends_last__gte=F("starts_first")),
        name="%(app_label)s_%(class)s_ends_after_start",
        violation_error_message="The end date is before the start date. Correct one of them.",
    )
