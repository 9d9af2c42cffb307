"""Which results of `check_addresses` count: those for the address that a report has now."""

from django.db.models import F, Q


def has_current_check(report: str = "") -> Q:
    """That the address of a report has been checked; `report` is the path to the report, such as `passage__report__`.

    A check without an address, by the previous release, counts for any.
    """
    checked = f"{report}address_check__address"
    return Q(**{checked: F(f"{report}address")}) | Q(**{checked: ""})


def has_dead_link(report: str = "") -> Q:
    """That the address of a report was dead at the last check; `report` as above."""
    return Q(**{f"{report}address_check__is_dead": True}) & has_current_check(report)
