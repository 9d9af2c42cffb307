"""Charts of initiatives, rendered on the server. Each mark links to a list and shows its number as text.

Templates of any app can select initiatives with the filters of their list, and show one or more charts:

    {% chart_scope theme=theme.slug as scope %}{% status_chart scope %}
"""

from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.urls import reverse

from delegates.models import Event
from initiatives.columns import INITIATIVES
from initiatives.since import EVENT, FIRST
from sco_cities.dashboard.charts.drawings import DRAWINGS, Drawing, drawing
from sco_cities.dashboard.charts.scope import COLLECTION, ChartScope, by_pillar, by_status
from sco_cities.dashboard.charts.status_changes import since
from sco_cities.dashboard.charts.status_table import (
    StatusTable,
    as_percent,
    count_link,
    status_bar,
    status_cell,
    status_rows,
)
from sco_cities.dashboard.home import TableLink
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.empty_state import SEARCH
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery
from sco_cities.listings.listing import Listing

register = template.Library()
register.filter(as_percent)
for element in (status_bar, status_cell, count_link):
    register.simple_tag(element)


@register.simple_tag
def chart_scope(**filters: str) -> ChartScope:
    """Returns the initiatives that match these filters of their list. All initiatives if there are no filters."""
    params = QueryDict(mutable=True)
    params.update(filters)
    with facet_index(COLLECTION) as state:
        return ChartScope.from_params(state, params)


@register.inclusion_tag("dashboard/charts/status.html")
def status_chart(scope: ChartScope) -> dict:
    """Returns a stacked bar of initiatives by status, and a table of the statuses, each with a disc."""
    return {"marks": [mark for mark in by_status(scope) if mark.count], "scope": scope}


@register.inclusion_tag("dashboard/charts/since.html")
def reports_since(scope: ChartScope, event: Event | None = None) -> dict:
    """Compares the statuses at `event`, or in the first reports, with the current statuses."""
    return {"since": since(scope, EVENT, event.runs_until) if event else since(scope, FIRST)}


@register.inclusion_tag("dashboard/charts/since.html")
def reports_since_start(list_query: ListQuery) -> dict:
    """Compares the statuses in the first reports with the current statuses, if the list is filtered by start year."""
    is_of_year = list_query.values_of("started") and not list_query.values_of("since_first")
    return reports_since(ChartScope.from_list(list_query)) if is_of_year else {}


@register.inclusion_tag("dashboard/charts/themes.html")
def themes_chart(scope: ChartScope, *, with_none: bool = True) -> dict:
    """Shows initiatives by pillar and theme, with a bar per theme. `with_none` includes themes without initiatives."""
    pillars = by_pillar(scope)
    if not with_none:
        pillars = [
            (pillar, [mark for mark in themes if mark.count]) for pillar, themes in pillars if pillar.count
        ]
    return {"pillars": pillars, "scope": scope}


class _InitiativesBelow(ListPage):
    """A list of initiatives below another list. Links that remove filters keep the other list's search and order."""

    def __init__(self, listing: Listing, state: IndexState, params: QueryDict, page_params: QueryDict):
        super().__init__(listing, state, params)
        self.page_params = page_params

    def _without_value(self, name: str, value: str) -> str:
        return self._with_page_parameters(super()._without_value(name, value))

    @property
    def clear_query(self) -> str:
        """The query string of the page without the filters for initiatives."""
        return self._with_page_parameters("")

    def _with_page_parameters(self, query: str) -> str:
        for parameter in (SEARCH, SORT):
            for given in querystring.values(self.page_params, parameter):
                query = querystring.extended(query, urlencode({parameter: given}))
        return query


@register.simple_tag
def trends_query(list_query: ListQuery) -> ListPage:
    """Returns the list of initiatives with the filters of another list.

    The search text is not used, because it applies only to the other list.
    """
    params = list_query.params.copy()
    for name in (*PAGE_PARAMETERS, SORT, SEARCH):
        params.pop(name, None)
    return _InitiativesBelow(INITIATIVES, list_query.state, params, list_query.params)


@register.simple_tag
def chart_drawings(list_query: ListQuery) -> list[tuple[str, str, Drawing]]:
    """Returns the name, label and drawing of each chart in DRAWINGS."""
    scope = ChartScope.from_list(list_query)
    return [(name, label, drawing(scope, name)) for name, (label, _draw) in DRAWINGS.items()]


@register.simple_tag
def all_initiatives(list_query: ListQuery) -> ChartScope:
    """Returns the scope of all published initiatives, in the index state of `list_query`."""
    return ChartScope.everything(list_query.state)


@register.simple_tag
def most_initiatives(list_query: ListQuery) -> int:
    """Returns the largest number of initiatives of a record in a list, including the records on its other pages."""
    keys_by_count = list_query.state.facet(list_query.listing.collection, "initiative_count")
    listed = list_query.result_set.keys
    return max((count for count, keys in keys_by_count.items() if keys.intersect(listed)), default=0)


@register.inclusion_tag("dashboard/charts/status_table.html")
def status_table(table: StatusTable, order_links: dict[str, TableLink] | None = None) -> dict:
    """Returns a table of themes, countries or lead cities with bars by status. The headings contain `order_links`."""
    return {"table": table, "rows": status_rows(table), "order_links": order_links}


@register.simple_tag
def chart_csv(scope: ChartScope, name: str) -> str:
    """Returns the URL of a chart as CSV."""
    return reverse("chart-csv", args=[name]) + scope.query


@register.inclusion_tag("dashboard/charts/links.html")
def chart_links(list_query: ListQuery, name: str, label: str) -> dict:
    """Links to the files of a chart, its citation, and its HTML code for other sites."""
    query = list_query.filter_query.removesuffix("?")
    links = [(form.upper(), reverse(f"chart-{form}", args=[name]) + query) for form in ("csv", "svg", "png")]
    pages = {
        page: reverse(f"{route}-{name}") + query
        for page, route in (("cite", "cite"), ("embed", "embed-code"))
    }
    return {"links": links, **pages, "label": label}
