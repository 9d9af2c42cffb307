"""The countries that CLDR names in its languages."""

from babel import Locale

# Territories with codes of two letters that are no countries.
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"}


def cldr_country_names(locale: str) -> dict[str, str]:
    """The names of all countries in the language of a CLDR locale, by code in capitals."""
    return {
        code: name
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
