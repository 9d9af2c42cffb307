"""Firmness as pages show it: a disc that fills as an initiative firms up, and always the word beside it."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from initiatives.models import Status

register = template.Library()


@register.simple_tag
def status_label(status: str) -> str:
    """The disc and the word of a status. The disc is drawn in `site/_sprite.html`, once for the whole page."""
    return _drawn(Status(status), get_language())


@cache
def _drawn(status: Status, language: str | None) -> str:
    # Eight of them in each language: a page of a list shows fifty.
    return render_to_string("initiatives/_status.html", {"status": status.value, "word": status.label})
