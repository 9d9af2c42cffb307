"""Charts of initiatives, drawn on the server: every mark leads to its list and has its number as text.

A page of any room says which initiatives it means, by the filters of their list, and draws what it likes of them:

    {% initiatives_where theme=theme.slug as work %}{% firmness_chart work %}{% years_chart work %}
"""

from dataclasses import replace

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.dashboard.charts import bars_html
from sco_cities.dashboard.charts.breakdowns import by_evidence, by_firmness, by_pillar
from sco_cities.dashboard.charts.scope import KIND, Charted
from sco_cities.dashboard.charts.years import by_start
from sco_cities.facet_index.refresh import reading_surely

register = template.Library()


@register.simple_tag
def initiatives_where(**asked: str) -> Charted:
    """The initiatives that the list shows for these filters; all without any."""
    params = QueryDict(mutable=True)
    params.update(asked)
    with reading_surely(KIND) as state:
        return Charted.asked(state, params)


@register.inclusion_tag("dashboard/charts/status.html")
def firmness_chart(charted: Charted) -> dict:
    """How firm they are: one bar, and a table of the phases with their discs."""
    return {"marks": [mark for mark in by_firmness(charted) if mark.count], "charted": charted}


@register.inclusion_tag("dashboard/charts/themes.html")
def themes_chart(charted: Charted, *, with_none: bool = True) -> dict:
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
def years_chart(charted: Charted) -> dict:
    """When they have begun: a column for each year, stacked by firmness, and a table of it."""
    starts = by_start(charted)
    return {
        "starts": starts,
        "columns": bars_html.columns(starts),
        "rows": bars_html.rows(starts),
        "charted": charted,
    }


@register.inclusion_tag("dashboard/charts/evidence.html")
def evidence_chart(charted: Charted) -> dict:
    """How well they are borne out: how many one report or several support, and on how many reports disagree."""
    return {"marks": [mark for mark in by_evidence(charted) if mark.count], "charted": charted}


@register.simple_tag
def chart_csv(charted: Charted, name: str) -> str:
    """The address of a chart's numbers as CSV."""
    return reverse("chart-csv", args=[name]) + charted.query


@register.filter
def in_percent(share: float) -> str:
    """A share of 1 as people write it: "37%"; only nothing is 0%, and only all 100%."""
    number = share * 100
    if 0 < number < 1:
        return _("< 1%")
    if 99 < number < 100:
        return _("> 99%")
    return _("%(number)s%%") % {"number": round(number)}
