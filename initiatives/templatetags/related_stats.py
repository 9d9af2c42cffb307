"""Initiative statistics for the pages of other records (cities, countries, themes, events and organisations)."""

from django import template

from delegates.models import Statement
from initiatives.related_stats import COLLECTION, LinkedCount, RelatedStats, statement_count
from sco_cities.core.html import fill_template
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.base_models import Record

register = template.Library()


@register.simple_tag(takes_context=True)
def related_initiatives(context, record: Record) -> RelatedStats:
    """Statistics of the initiatives of a place, theme, event or organisation, computed only once per page.

    All numbers come from the state of the facet index that the view has opened.
    """
    shared, key = context.render_context, ("related_initiatives", record.collection, record.pk)
    if key not in shared:
        with facet_index(COLLECTION) as state:
            shared[key] = RelatedStats(state, record)
    return shared[key]


@register.simple_block_tag(end_name="endcounts")
def counts(content: str) -> str:
    """Wraps the counts between the tags in a list. Returns "" if all counts are zero."""
    return fill_template('<ul class="record-counts">{}</ul>', content) if content.strip() else ""


@register.simple_tag
def related_statements(record: Record) -> LinkedCount:
    """The number of statements by speakers of a city or country."""
    with facet_index(Statement.collection) as state:
        return statement_count(state, record)
