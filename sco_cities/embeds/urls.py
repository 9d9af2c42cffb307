"""URLs of embeds, embed code pages, citations and share pictures."""

import re

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.charts.drawings import DRAWINGS
from sco_cities.site.citation import CITATION_FORMATS

from . import citations, views
from .frame import MAP, STATUS

_OF_INITIATIVES = {"collection": INITIATIVES.collection}


class CitationExtension(StringConverter):
    """The extension of a citation file."""

    regex = "|".join(map(re.escape, CITATION_FORMATS))


register_converter(CitationExtension, "citation_extension")


def _citation_paths(name: str, route: str, view, **names: str) -> list[URLPattern]:
    """Returns the URL patterns of a citation page and its files, named like "cite-list" and "cite-list-file"."""
    return [
        path(f"cite/{route}/", view, names, name=f"cite-{name}"),
        path(f"cite/{route}.<citation_extension:extension>", view, names, name=f"cite-{name}-file"),
    ]


urlpatterns = [
    *(
        path(f"{name}/{form}/", view, {**_OF_INITIATIVES, "form": form}, name=f"{name}-{form}")
        for name, view in (("embed", views.embedded_list), ("embed-code", views.list_code))
        for form in (MAP, STATUS, *DRAWINGS)
    ),
    *(
        path(f"charts/<slug:name>.{each}", views.chart_file, {"extension": each}, name=f"chart-{each}")
        for each in ("svg", "png")
    ),
    path("embed/<page_name:collection>/", views.embedded_list, name="embed-list"),
    path("embed/<str:collection>/<page_name:slug>/", views.record, name="embed-record"),
    path("embed-code/<page_name:collection>/", views.list_code, name="embed-code-list"),
    path("embed-code/<str:collection>/<page_name:slug>/", views.record_code, name="embed-code-record"),
    *_citation_paths("together", "together/<path:places>", citations.together),
    *(
        each
        for form in (MAP, STATUS, *DRAWINGS)
        for each in _citation_paths(form, form, citations.list_or_chart, **_OF_INITIATIVES, form=form)
    ),
    *_citation_paths("list", "<page_name:collection>", citations.list_or_chart),
    *_citation_paths("record", "<str:collection>/<page_name:slug>", citations.record),
    path("share/<str:collection>.png", views.list_picture, name="share-list"),
    path("share/<str:collection>/<str:slug>.png", views.record_picture, name="share-record"),
]
