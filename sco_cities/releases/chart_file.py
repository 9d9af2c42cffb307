"""The file of a release with the charts of all initiatives, in each language."""

from typing import NamedTuple

import orjson
from django.conf import settings
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from sco_cities.core.html import without_links
from sco_cities.dashboard.charts.drawings import DRAWINGS, Drawing, drawing
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.as_of import AsOf, InvalidDay, as_of_in
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.past_lists import AS_OF

from .stored_releases import Release, newest_release

NAME = "charts.json"


class ReleasedChart(NamedTuple):
    """A chart of a release, with the heading of the initiatives that it shows."""

    release: Release
    heading: str
    drawing: Drawing

    @property
    def query(self) -> str:
        return AsOf(self.release.day).query


def chart_document() -> bytes:
    """All charts as JSON, by language."""
    document = {}
    with facet_index(INITIATIVES.collection) as state:
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                list_query = ListQuery(INITIATIVES, state, QueryDict())
                scope = ChartScope.from_list(list_query)
                charts = {name: drawing(scope, name) for name in DRAWINGS}
                document[language] = {"heading": list_query.heading, "charts": charts}
    return orjson.dumps(document)


def newest_release_with_chart(list_query: ListQuery, name: str) -> Release | None:
    """The newest release, if it has this chart. A list with filters is in no release."""
    release = newest_release() if name in DRAWINGS and not list_query.export_query else None
    return release if release and (file := release.file(NAME)) and file.path.is_file() else None


def requested_chart(params: QueryDict, name: str) -> ReleasedChart | None:
    """The chart in the newest release up to the day in the query. None without a day or a chart, or with filters."""
    try:
        as_of = as_of_in(params) if name in DRAWINGS else None
    except InvalidDay:
        return None
    release = as_of and newest_release(as_of.day)
    file = release and release.file(NAME)
    # For today, the current chart is used, unless today's release already exists.
    if (
        not file
        or not file.path.is_file()
        or set(params) != {AS_OF}
        or (as_of.is_today and release.day != as_of.day)
    ):
        return None
    document = orjson.loads(file.path.read_bytes()).get(translation.get_language())
    values = document and document["charts"].get(name)
    # A release contains only the charts and languages that the site had at that time.
    if not values:
        return None
    # The links are removed, because they would open the current lists.
    values["marks"] = without_links(values["marks"])
    return ReleasedChart(release, document["heading"], Drawing(**values))
