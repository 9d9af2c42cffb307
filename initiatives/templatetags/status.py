"""The label of a status. It consists of the name and a disc that is filled according to the progress."""

from functools import cache

from django import template
from django.utils.translation import get_language

from initiatives.models import Status
from sco_cities.core.html import fill_template

register = template.Library()

# There is no whitespace at the end, because a comma may follow.
_LABEL = (
    '<span class="status-label"><svg class="disc" aria-hidden="true"><use href="#disc-{}"/></svg>{}</span>'
)


@register.simple_tag
def status_label(status: str) -> str:
    """Returns the disc and the name of a status. `site/_sprite.html` adds the drawing of each disc once per page."""
    return status_html(status, get_language())


@cache
def status_html(status: str, language: str | None) -> str:
    """Returns the disc and name of a status in `language`, cached because lists repeat them."""
    return fill_template(_LABEL, status, str(Status(status).label))
