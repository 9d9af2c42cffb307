"""The cities of an initiative in one cell of a table."""

from django import template

from initiatives.models import CityRole, Initiative

register = template.Library()

# A cell names so many cities and counts the others.
NAMED = 6


@register.inclusion_tag("initiatives/_cities.html")
def city_parts(initiative: Initiative) -> dict:
    """The leading cities, then the partners, then those that others learn from."""
    lead, partner, reference = (initiative.cities_as(role) for role in CityRole)
    others = partner + reference
    room = max(NAMED - len(lead), 1)
    # One more is named rather than counted: "and 1 more" takes no less space.
    named = others if len(others) <= room + 1 else others[:room]
    return {"lead": lead, "others": named, "more": len(others) - len(named)}
