"""The language selection of pages whose URL has no language."""

from django import template
from django.utils.translation import get_language

from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES, html_language

register = template.Library()
register.filter(html_language)


@register.simple_tag
def language_choices() -> list[dict[str, str | bool]]:
    """All languages of the site that the user can select."""
    return [
        {
            "code": code,
            "short": short,
            "name": name,
            "html": html_language(code),
            "is_current": code == get_language(),
        }
        for code, (short, name) in SITE_LANGUAGE_NAMES.items()
    ]
