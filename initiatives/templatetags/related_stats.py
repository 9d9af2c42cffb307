"""What the initiatives of another record come to, for the pages of rooms that stand below initiatives."""

from collections.abc import Iterable

from django import template

from initiatives.models import Initiative
from initiatives.related_stats import COLLECTION, RelatedStats
from sco_cities.core.templatetags.dates import span
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings.filter_html import fill_template, join_html, lang_attribute
from sco_cities.sources.base_models import Record
from sco_cities.sources.html import dispute_sign

from .status import status_label

register = template.Library()

MENTION = """
  <li>{}<span><a href="{}"{}>{}</a>{}{}</span></li>"""


@register.simple_tag
def related_initiatives(record: Record) -> RelatedStats:
    """The initiatives of a place, theme, event or organisation, counted.

    The view has begun to read at one moment, which everything that is asked of the profile belongs to.
    """
    with require_facet_index(COLLECTION) as state:
        return RelatedStats(state, record)


@register.simple_tag
def initiative_items(initiatives: Iterable[Initiative], *, with_firmness: bool = True) -> str:
    """Initiatives as items of a list: how firm, what, in which years, whether disputed. A page has thirty, and more."""
    return join_html(
        "",
        [
            fill_template(
                MENTION,
                fill_template("{} ", status_label(each.status)) if with_firmness else "",
                each.get_absolute_url(),
                lang_attribute(each.title),
                each.title,
                fill_template(' <span class="second">{}</span>', when)
                if (when := span(each.starts_on, each.ends_on))
                else "",
                fill_template(" {}", dispute_sign()) if each.is_disputed else "",
            )
            for each in initiatives
        ],
    )
