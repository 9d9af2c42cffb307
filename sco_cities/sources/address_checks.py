"""Query conditions on the latest results of `check_addresses`. A result applies only to the present URL of a report."""

from django.db.models import F, Q

from .models import AddressCheck, Report


def has_current_check(report: str = "") -> Q:
    """Returns a condition that the URL of a report has been checked. `report` is a path such as `passage__report__`.

    A check without a URL was made by the previous release and counts for any URL.
    """
    checked = f"{report}address_check__address"
    return Q(**{checked: F(f"{report}address")}) | Q(**{checked: ""})


def has_dead_link(report: str = "") -> Q:
    """Returns a condition that the URL of a report was dead at the last check. `report` is a path as above."""
    return Q(**{f"{report}address_check__is_dead": True}) & has_current_check(report)


def copy_of_dead_page(report: Report) -> AddressCheck | None:
    """The check of a dead page with an archived copy, or None. The query must have loaded the checks of the reports."""
    check = Report._meta.get_field("address_check").get_cached_value(report, None)
    is_current = check is not None and check.address == report.address
    return check if is_current and check.is_dead and check.archive_address else None
