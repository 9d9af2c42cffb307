"""What the initiatives of another record come to, for the pages of rooms that stand below initiatives."""

from collections.abc import Iterable

from django import template

from initiatives.models import Initiative
from initiatives.related_stats import KIND, Profile
from sco_cities.core.templatetags.dates import span
from sco_cities.facet_index.refresh import reading_surely
from sco_cities.listings.filter_html import filled, joined, lang_attribute
from sco_cities.sources.base_models import Record
from sco_cities.sources.html import sign_of_dispute

from .status import firmness

register = template.Library()

MENTION = """
  <li>{}<span><a href="{}"{}>{}</a>{}{}</span></li>"""


@register.simple_tag
def initiatives_of(record: Record) -> Profile:
    """The initiatives of a place, theme, event or organisation, counted.

    The view has begun to read at one moment, which everything that is asked of the profile belongs to.
    """
    with reading_surely(KIND) as state:
        return Profile(state, record)


@register.simple_tag
def mentions(initiatives: Iterable[Initiative], *, with_firmness: bool = True) -> str:
    """Initiatives as items of a list: how firm, what, in which years, whether disputed. A page has thirty, and more."""
    return joined(
        "",
        [
            filled(
                MENTION,
                filled("{} ", firmness(each.status)) if with_firmness else "",
                each.get_absolute_url(),
                lang_attribute(each.title),
                each.title,
                filled(' <span class="second">{}</span>', when)
                if (when := span(each.starts_on, each.ends_on))
                else "",
                filled(" {}", sign_of_dispute()) if each.is_disputed else "",
            )
            for each in initiatives
        ],
    )
