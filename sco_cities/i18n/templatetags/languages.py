"""The choice of a language where the address has none."""

from dataclasses import dataclass

from django import template
from django.utils.translation import get_language

from sco_cities.i18n.languages import LANGUAGE_NAMES, html_language

register = template.Library()


@dataclass(frozen=True)
class LanguageChoice:
    """A language that can be chosen."""

    code: str
    short: str
    name: str
    html: str
    is_current: bool


@register.simple_tag
def language_choices() -> list[LanguageChoice]:
    """All languages of the site."""
    return [
        LanguageChoice(code, short, name, html_language(code), code == get_language())
        for code, (short, name) in LANGUAGE_NAMES.items()
    ]
