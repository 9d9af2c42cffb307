"""Charts of initiatives, drawn on the server: every mark leads to its list and has its number as text.

A page of any room says which initiatives it means, by the filters of their list, and draws what it likes of them:

    {% chart_scope theme=theme.slug as work %}{% status_chart work %}{% years_chart work %}
"""

from dataclasses import replace

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.dashboard.charts import bars_html
from sco_cities.dashboard.charts.breakdowns import by_evidence, by_pillar, by_status
from sco_cities.dashboard.charts.scope import COLLECTION, ChartScope
from sco_cities.dashboard.charts.years import by_start
from sco_cities.facet_index.refresh import require_facet_index

register = template.Library()


@register.simple_tag
def chart_scope(**asked: str) -> ChartScope:
    """The initiatives that the list shows for these filters; all without any."""
    params = QueryDict(mutable=True)
    params.update(asked)
    with require_facet_index(COLLECTION) as state:
        return ChartScope.asked(state, params)


@register.inclusion_tag("dashboard/charts/status.html")
def status_chart(charted: ChartScope) -> dict:
    """How firm they are: one bar, and a table of the phases with their discs."""
    return {"marks": [mark for mark in by_status(charted) if mark.count], "charted": charted}


@register.inclusion_tag("dashboard/charts/themes.html")
def themes_chart(charted: ChartScope, *, with_none: bool = True) -> dict:
    """What they are about: the themes under their pillars, each with a bar; of a few without those that have none."""
    pillars = by_pillar(charted)
    if not with_none:
        pillars = [
            replace(each, themes=[mark for mark in each.themes if mark.count])
            for each in pillars
            if each.pillar.count
        ]
    return {"pillars": pillars, "charted": charted}


@register.inclusion_tag("dashboard/charts/years.html")
def years_chart(charted: ChartScope) -> dict:
    """When they have begun: a column for each year, stacked by firmness, and a table of it."""
    starts = by_start(charted)
    return {
        "starts": starts,
        "columns": bars_html.columns(starts),
        "rows": bars_html.rows(starts),
        "charted": charted,
    }


@register.inclusion_tag("dashboard/charts/evidence.html")
def evidence_chart(charted: ChartScope) -> dict:
    """How well they are borne out: how many one report or several support, and on how many reports disagree."""
    return {"marks": [mark for mark in by_evidence(charted) if mark.count], "charted": charted}


@register.simple_tag
def chart_csv(charted: ChartScope, name: str) -> str:
    """The address of a chart's numbers as CSV."""
    return reverse("chart-csv", args=[name]) + charted.query


@register.filter
def as_percent(share: float) -> str:
    """A share of 1 as people write it: "37%"; only nothing is 0%, and only all 100%."""
    number = share * 100
    if 0 < number < 1:
        return _("< 1%")
    if 99 < number < 100:
        return _("> 99%")
    return _("%(number)s%%") % {"number": round(number)}
