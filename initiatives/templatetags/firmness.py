"""Firmness as pages show it: a disc that fills as an initiative firms up, and always the word beside it."""

from django import template

from initiatives.models import Status

register = template.Library()


@register.inclusion_tag("initiatives/_firmness.html")
def firmness(status: str) -> dict:
    """The disc and the word of a status. The disc is drawn in `browse/_sprite.html`, once for the whole page."""
    return {"status": status, "word": Status(status).label}
