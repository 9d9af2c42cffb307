"""The language selection of pages whose URL has no language."""

from dataclasses import dataclass

from django import template
from django.utils.translation import get_language

from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES, html_language

register = template.Library()
register.filter(html_language)


@dataclass(frozen=True)
class LanguageChoice:
    """A language that the user can select."""

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
        for code, (short, name) in SITE_LANGUAGE_NAMES.items()
    ]
