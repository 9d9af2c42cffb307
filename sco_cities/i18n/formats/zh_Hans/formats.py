"""Chinese date and number formats of the site that differ from Django's, such as 2025年5月 and 1,390."""

SHORT_DATE_FORMAT = "Y-m-d"
YEAR_FORMAT = "Y年"
YEAR_MONTH_FORMAT = "Y年n月"
GOVERNED_YEAR_MONTH_FORMAT = "Y年n月"
DAYS_OF_MONTH = "Y年n月j日", "j日"
DAYS_OF_YEAR = "Y年n月j日", "n月j日"
MONTHS_OF_YEAR = "Y年n月", "n月"
# CLDR patterns for the rows of a list
SHORT_DAY_FORMAT = "y-MM-dd"
SHORT_MONTH_FORMAT = "y-MM"
SHORT_DAYS_OF_MONTH = SHORT_DAY_FORMAT, "dd"
SHORT_DAYS_OF_YEAR = SHORT_DAY_FORMAT, "MM-dd"
SHORT_MONTHS_OF_YEAR = SHORT_MONTH_FORMAT, "MM"
HAS_LOWER_CASE_MONTHS = False

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
