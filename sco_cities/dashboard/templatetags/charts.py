"""Charts of initiatives, rendered on the server. Every mark links to its list and has its number as text.

A page of any app selects initiatives by the filters of their list and shows any of the charts:

    {% chart_scope theme=theme.slug as scope %}{% status_chart scope %}
"""

from dataclasses import replace
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.urls import reverse

from delegates.models import Event
from initiatives.columns import INITIATIVES
from initiatives.related_stats import LinkedCount
from initiatives.since import EVENT, FIRST
from sco_cities.dashboard.charts import bars_html
from sco_cities.dashboard.charts.breakdowns import by_pillar, by_status
from sco_cities.dashboard.charts.drawings import DRAWING_LABELS, Drawing, drawing
from sco_cities.dashboard.charts.scope import COLLECTION, ChartMark, ChartScope
from sco_cities.dashboard.charts.since import since
from sco_cities.dashboard.charts.status_table import StatusTable
from sco_cities.dashboard.home import TableLink
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.empty_state import SEARCH
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.sources.base_models import Record

register = template.Library()
register.filter(bars_html.as_percent)


@register.simple_tag
def chart_scope(**filters: str) -> ChartScope:
    """The initiatives that the list shows for these filters. All initiatives without filters."""
    params = QueryDict(mutable=True)
    params.update(filters)
    with facet_index(COLLECTION) as state:
        return ChartScope.from_params(state, params)


@register.inclusion_tag("dashboard/charts/status.html")
def status_chart(scope: ChartScope) -> dict:
    """Initiatives by status as one stacked bar, and a table of the statuses with their discs."""
    return {"marks": [mark for mark in by_status(scope) if mark.count], "scope": scope}


@register.inclusion_tag("dashboard/charts/since.html")
def reports_since(scope: ChartScope, event: Event | None = None) -> dict:
    """Later reports on initiatives since this event, or else since their first report."""
    return {"since": since(scope, EVENT, event.runs_until) if event else since(scope, FIRST)}


@register.inclusion_tag("dashboard/charts/since.html")
def reports_since_start(list_query: ListQuery) -> dict:
    """The same for the list of a year, since the first report."""
    is_of_year = list_query.values_of("started") and not list_query.values_of("since_first")
    return reports_since(ChartScope.from_list(list_query)) if is_of_year else {}


@register.inclusion_tag("dashboard/charts/themes.html")
def themes_chart(scope: ChartScope, *, with_none: bool = True) -> dict:
    """Initiatives by pillar and theme, each theme with a bar. `with_none` includes themes without initiatives."""
    pillars = by_pillar(scope)
    if not with_none:
        pillars = [
            replace(each, themes=[mark for mark in each.themes if mark.count])
            for each in pillars
            if each.pillar.count
        ]
    return {"pillars": pillars, "scope": scope}


class _InitiativesBelow(ListPage):
    """The list of initiatives below a list of other records. Removing a filter leaves their search and order."""

    def __init__(self, listing: Listing, state: IndexState, params: QueryDict, page_params: QueryDict):
        super().__init__(listing, state, params)
        self.page_params = page_params

    def _without_value(self, name: str, value: str) -> str:
        return self._with_page_parameters(super()._without_value(name, value))

    @property
    def clear_query(self) -> str:
        """The query string of the page without filters of initiatives."""
        return self._with_page_parameters("")

    def _with_page_parameters(self, query: str) -> str:
        for parameter in (SEARCH, SORT):
            for given in querystring.values(self.page_params, parameter):
                query = querystring.extended(query, urlencode({parameter: given}))
        return query


@register.simple_tag
def trends_query(list_query: ListQuery) -> ListPage:
    """The list of initiatives for the filters in the URL of a list of other records.

    The search words of the URL apply to the other records.
    """
    params = list_query.params.copy()
    for name in (*PAGE_PARAMETERS, SORT, SEARCH):
        params.pop(name, None)
    return _InitiativesBelow(INITIATIVES, list_query.state, params, list_query.params)


@register.simple_tag
def chart_drawings(list_query: ListQuery) -> list[tuple[str, str, Drawing]]:
    """The name, the label and the drawing of each chart that is drawn."""
    scope = ChartScope.from_list(list_query)
    return [(name, label, drawing(scope, name)) for name, label in DRAWING_LABELS.items()]


@register.simple_tag
def status_bar(marks: list[ChartMark], name: str = "") -> str:
    """Initiatives by status as one stacked bar. `name` names the owner of the initiatives."""
    return bars_html.status_bar(marks, name)


@register.simple_tag
def all_initiatives(list_query: ListQuery) -> ChartScope:
    """All published initiatives, as of the state that a list of other records shows."""
    return ChartScope.everything(list_query.state)


@register.simple_tag
def most_initiatives(list_query: ListQuery) -> int:
    """The largest number of initiatives of a record in a list, regardless of the page with the record."""
    keys_by_count = list_query.state.facet(list_query.listing.collection, "initiative_count")
    listed = list_query.result_set.keys
    return max((count for count, keys in keys_by_count.items() if keys.intersect(listed)), default=0)


@register.simple_tag
def status_cell(scope: ChartScope, filter_name: str, record: Record, most: int) -> str:
    """The initiatives of a record, selected by this filter, and a bar by status as wide as its part of `most`."""
    return bars_html.status_cell(scope, filter_name, record, most)


@register.inclusion_tag("dashboard/charts/status_table.html")
def status_table(table: StatusTable, order_links: dict[str, TableLink] | None = None) -> dict:
    """Themes, countries or lead cities by status, with a bar each. `order_links` are the links in the headings."""
    return {"table": table, "rows": bars_html.status_rows(table), "order_links": order_links}


@register.simple_tag
def count_link(number: LinkedCount) -> str:
    """A number, linked to its list unless it is 0 or has no list."""
    return bars_html.count_link(number)


@register.simple_tag
def chart_csv(scope: ChartScope, name: str) -> str:
    """The URL of the CSV of a chart."""
    return reverse("chart-csv", args=[name]) + scope.query


@register.inclusion_tag("dashboard/charts/links.html")
def chart_links(list_query: ListQuery, name: str, label: str) -> dict:
    """The links to the files of a chart, to its citation and to its code for other sites."""
    query = list_query.filter_query.removesuffix("?")
    links = [(form.upper(), reverse(f"chart-{form}", args=[name]) + query) for form in ("csv", "svg", "png")]
    pages = {
        page: reverse(f"{route}-{name}") + query
        for page, route in (("cite", "cite"), ("embed", "embed-code"))
    }
    return {"links": links, **pages, "label": label}
