"""URLs of the API."""

from django.urls import path

from . import docs_page, views

urlpatterns = [
    path("api/", views.index, name="api"),
    path("api/openapi.json", views.openapi, name="api-openapi"),
    path("api/docs/", docs_page.docs, name="api-docs"),
    path("api/changes/", views.changes_view, name="api-changes"),
    path("api/<slug:collection>/", views.list_view, name="api-list"),
    path("api/<slug:collection>/<str:slug>/", views.record_view, name="api-record"),
    path("api/<slug:collection>/<str:slug>/history/", views.history_view, name="api-history"),
]
