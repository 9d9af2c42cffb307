"""English date formats of the site, such as 8 July 2025."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
# Custom formats (see `core/edtf.py`) for a month, alone and after a preposition such as "until".
YEAR_FORMAT = "Y"
YEAR_MONTH_FORMAT = "F Y"
GOVERNED_YEAR_MONTH_FORMAT = "F Y"
# Formats for the first and second date of a range within one month or one year.
DAYS_OF_MONTH = "j", "j F Y"
DAYS_OF_YEAR = "j F", "j F Y"
MONTHS_OF_YEAR = "F", "F Y"
# CLDR patterns for the rows of a list
SHORT_DAY_FORMAT = "d MMM y"
SHORT_MONTH_FORMAT = "MMM y"
SHORT_DAYS_OF_MONTH = "d", SHORT_DAY_FORMAT
SHORT_DAYS_OF_YEAR = "d MMM", SHORT_DAY_FORMAT
SHORT_MONTHS_OF_YEAR = "MMM", SHORT_MONTH_FORMAT
HAS_LOWER_CASE_MONTHS = False
