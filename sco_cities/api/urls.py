"""URLs of the API."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sco_cities.search.searchable_lists import COLLECTIONS

from . import docs_page, metadata, views
from .mcp.views import mcp


class CollectionConverter(StringConverter):
    """Matches only names of lists, so that other paths are not treated as lists or records."""

    regex = "|".join(COLLECTIONS)


register_converter(CollectionConverter, "collection")

urlpatterns = [
    path("api/", views.index, name="api"),
    path("api/openapi.json", views.openapi, name="api-openapi"),
    path("api/docs/", docs_page.docs, name="api-docs"),
    path("api/changes/", views.changes_view, name="api-changes"),
    path("api/search/", views.search, name="api-search"),
    path("api/ties/", views.ties, name="api-ties"),
    path("api/<slug:collection>/", views.list_view, name="api-list"),
    path("api/<slug:collection>/<page_name:slug>/", views.record_view, name="api-record"),
    path("api/<slug:collection>/<str:slug>/history/", views.history_view, name="api-history"),
    path("<collection:collection>/<str:slug>.json", views.record_view, name="record-json"),
    path("<collection:collection>/<str:slug>.jsonld", views.jsonld, name="record-jsonld"),
    path("<collection:collection>/<str:slug>.md", views.markdown, name="record-markdown"),
    path("<collection:collection>.metadata.json", metadata.list_metadata, name="list-metadata"),
    path("mcp", mcp, name="mcp"),
]
