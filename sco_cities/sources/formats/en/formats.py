"""Dates in the English of these pages: 8 July 2025."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
# Our own (see `sources/edtf.py`): a date without a day, by itself and after a word such as "until".
YEAR_FORMAT = "Y"
YEAR_MONTH_FORMAT = "F Y"
GOVERNED_YEAR_MONTH_FORMAT = "F Y"
HAS_LOWER_CASE_MONTHS = False
