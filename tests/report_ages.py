"""The order and the age of reports, computed from their rows by independent code."""

from datetime import date


def recency(report: dict) -> tuple[date, int]:
    """A sort key.

    A report with a later first day is newer. If the first days are equal, the report with the shorter period is newer.
    """
    return report["published_first"], -(report["published_last"] or date.max).toordinal()


def age(report: dict | None) -> str:
    """The code of the age of a report, counted from the last possible day of its publication."""
    if report is None:
        return "unknown"
    last, today = report["published_last"] or date.max, date.today()
    is_anniversary = (today.month, today.day) == (last.month, last.day)
    years = today.year - last.year - ((today.month, today.day) < (last.month, last.day)) - is_anniversary
    codes = (("under_1", 1), ("1_to_2", 2), ("2_to_5", 5))
    return next((code for code, limit in codes if years < limit), "over_5")
