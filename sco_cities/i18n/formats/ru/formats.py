"""Russian date formats of the site that differ from Django's, such as май 2025 г. and до мая 2025 г.

Non-breaking spaces prevent line breaks before «г.» and between a day and its month.
"""

DATE_FORMAT = "j\xa0E Y\xa0г."
YEAR_FORMAT = "Y\xa0г."
YEAR_MONTH_FORMAT = "F Y\xa0г."
GOVERNED_YEAR_MONTH_FORMAT = "E Y\xa0г."
DAYS_OF_MONTH = "j", DATE_FORMAT
DAYS_OF_YEAR = "j\xa0E", DATE_FORMAT
MONTHS_OF_YEAR = "F", YEAR_MONTH_FORMAT
# CLDR patterns: 8 мая 2025, 16 сент. 2025, июль 2025
SHORT_DAY_FORMAT = "d\xa0MMM y"
SHORT_MONTH_FORMAT = "LLL y"
SHORT_DAYS_OF_MONTH = "d", SHORT_DAY_FORMAT
SHORT_DAYS_OF_YEAR = "d\xa0MMM", SHORT_DAY_FORMAT
SHORT_MONTHS_OF_YEAR = "LLL", SHORT_MONTH_FORMAT
# Django's standalone month names are capitalised, as in a calendar heading.
HAS_LOWER_CASE_MONTHS = True
