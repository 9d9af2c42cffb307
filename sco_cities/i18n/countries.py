"""Country names from CLDR, in the languages that CLDR supports."""

from functools import cache

from babel import Locale
from babel.core import get_global

# Two-letter codes of territories that are not countries.
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"}
# Withdrawn three-letter codes, which CLDR keeps as aliases of current countries.
_WITHDRAWN = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}

# The CLDR locales of the site's languages.
SITE_LOCALES = ("en", "ru", "zh_Hans")


@cache
def usual_country_names(code: str) -> tuple[str, ...]:
    """Returns the usual names of a country by language, such as Киргизия for KG. Official names may differ."""
    return tuple(filter(None, (cldr_country_names(locale).get(code.upper()) for locale in SITE_LOCALES)))


def cldr_country_names(locale: str) -> dict[str, str]:
    """Returns the names of all countries in the language of a CLDR locale, by upper-case code."""
    return {
        code: name
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }


def alpha_3_codes() -> dict[str, str]:
    """Maps three-letter country codes to two-letter codes, in upper case, such as CHN to CN."""
    return {
        alias: codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1
    }


@cache
def alpha_3_code(code: str) -> str:
    """Returns the three-letter code of a country, such as CHN for CN, or "" if `code` is not the code of a country."""
    codes = {two: three for three, two in alpha_3_codes().items() if three not in _WITHDRAWN}
    return codes.get(code, "") if code in cldr_country_names("en") else ""


def country_code(text: str) -> str:
    """Returns the upper-case code of the country with this code or name (English, Russian or Chinese), or ""."""
    return _codes().get(text.casefold().strip(), "")


@cache
def _codes() -> dict[str, str]:
    names = [cldr_country_names(locale) for locale in SITE_LOCALES]
    codes = {name.casefold(): code for by_code in names for code, name in by_code.items()}
    codes |= {code.casefold(): code for code in names[0]}
    return codes | {alias.casefold(): code for alias, code in alpha_3_codes().items() if code in names[0]}
