"""The label of a status, a disc that fills with progress, always with the word next to it."""

from functools import cache

from django import template
from django.utils.translation import get_language

from initiatives.models import Status
from sco_cities.core.html import fill_template

register = template.Library()

# Without whitespace after it: a comma may follow.
_LABEL = (
    '<span class="status-label"><svg class="disc" aria-hidden="true"><use href="#disc-{}"/></svg>{}</span>'
)


@register.simple_tag
def status_label(status: str) -> str:
    """The disc and the word of a status. `site/_sprite.html` draws the disc once per page."""
    return status_html(status, get_language())


@cache
def status_html(status: str, language: str | None) -> str:
    """The same for the active `language`. There are eight per language, and a list page shows fifty."""
    return fill_template(_LABEL, status, str(Status(status).label))
