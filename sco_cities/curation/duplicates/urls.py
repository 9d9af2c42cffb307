"""URLs of the duplicates pages, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("duplicates/", views.duplicates, name="duplicates"),
    path("duplicates/two/", views.not_duplicates, name="not_duplicates"),
    path(
        "duplicates/<slug:collection>/<slug:one>/<slug:other>/two/",
        views.mark_not_duplicates,
        name="mark_not_duplicates",
    ),
    path(
        "duplicates/<slug:collection>/<slug:one>/<slug:other>/again/",
        views.unmark_not_duplicates,
        name="unmark_not_duplicates",
    ),
]
