"""Initiative statistics for the pages of other records: cities, countries, themes, events and organisations."""

from collections.abc import Iterable

from django import template

from delegates.models import Statement
from initiatives.models import Initiative
from initiatives.related_stats import COLLECTION, RelatedStats, StatementCounts, statement_counts
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.templatetags.dates import date_range
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.base_models import Record
from sco_cities.sources.html import dispute_sign

from .status import status_label

register = template.Library()

_ITEM = """
  <li>{}<span><a href="{}"{}>{}</a>{}{}</span></li>"""


@register.simple_tag(takes_context=True)
def related_initiatives(context, record: Record) -> RelatedStats:
    """Statistics of the initiatives of a place, theme, event or organisation, computed once for each on a page.

    All numbers come from the state of the facet index that the view has opened.
    """
    shared, key = context.render_context, ("related_initiatives", record.collection, record.pk)
    if key not in shared:
        with facet_index(COLLECTION) as state:
            shared[key] = RelatedStats(state, record)
    return shared[key]


@register.simple_tag
def related_statements(record: Record) -> StatementCounts:
    """The numbers of statements by the speakers of a city or country."""
    with facet_index(Statement.collection) as state:
        return statement_counts(state, record)


@register.simple_tag
def initiative_items(initiatives: Iterable[Initiative], *, with_status: bool = True) -> str:
    """Initiatives as <li> items with status, title, years and dispute sign. A page has thirty or more."""
    return join_html(
        "",
        [
            fill_template(
                _ITEM,
                fill_template("{} ", status_label(each.status)) if with_status else "",
                each.get_absolute_url(),
                lang_attribute(each.title),
                each.title,
                fill_template(' <span class="secondary">{}</span>', when)
                if (when := date_range(each.starts_on, each.ends_on))
                else "",
                fill_template(" {}", dispute_sign()) if each.is_disputed else "",
            )
            for each in initiatives
        ],
    )
