"""The status label: a disc that is fuller the further the initiative is, always with the word next to it."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from initiatives.models import Status

register = template.Library()


@register.simple_tag
def status_label(status: str) -> str:
    """The disc and the word of a status. `site/_sprite.html` draws the disc once per page."""
    return _status_html(Status(status), get_language())


@cache
def _status_html(status: Status, language: str | None) -> str:
    # Cached: there are eight per language, and a list page shows fifty.
    return render_to_string("initiatives/_status.html", {"status": status.value, "word": status.label})
