"""Dates in the English of these pages: 8 July 2025."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
# Our own (see `sources/edtf.py`): a date without a day, by itself and after a word such as "until".
YEAR_FORMAT = "Y"
YEAR_MONTH_FORMAT = "F Y"
GOVERNED_YEAR_MONTH_FORMAT = "F Y"
# Of two dates that have the month or the year in common: the first and the second.
DAYS_OF_MONTH = "j", "j F Y"
DAYS_OF_YEAR = "j F", "j F Y"
MONTHS_OF_YEAR = "F", "F Y"
HAS_LOWER_CASE_MONTHS = False
