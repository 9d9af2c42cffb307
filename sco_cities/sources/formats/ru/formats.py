"""Dates in the Russian of these pages, where they differ from Django's: май 2025 г., до мая 2025 г."""

YEAR_FORMAT = "Y г."
YEAR_MONTH_FORMAT = "F Y г."
GOVERNED_YEAR_MONTH_FORMAT = "E Y г."
# Django has them as for the heading of a calendar.
HAS_LOWER_CASE_MONTHS = True
