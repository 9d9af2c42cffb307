"""What the initiatives of another record come to, for the pages of rooms that stand below initiatives."""

from django import template

from initiatives.profile import KIND, Profile
from sco_cities.browse.index.current import reading_surely
from sco_cities.sources.records import Record

register = template.Library()


@register.simple_tag
def initiatives_of(record: Record) -> Profile:
    """The initiatives of a place, theme, event or organisation, counted.

    The view has begun to read at one moment, which everything that is asked of the profile belongs to.
    """
    with reading_surely(KIND) as state:
        return Profile(state, record)
