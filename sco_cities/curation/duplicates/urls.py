"""The addresses of the desk of duplicates, below /admin/."""

from django.urls import path

from sco_cities.curation.merge.views import merge_records

from . import views

urlpatterns = [
    path("duplicates/", views.duplicates, name="duplicates"),
    path("duplicates/two/", views.not_duplicates, name="told_apart"),
    path(
        "duplicates/<slug:collection>/<slug:one>/<slug:other>/two/",
        views.mark_not_duplicates,
        name="tell_apart",
    ),
    path(
        "duplicates/<slug:collection>/<slug:one>/<slug:other>/again/",
        views.unmark_not_duplicates,
        name="look_again",
    ),
    # The first record stays, the second goes.
    path("duplicates/<slug:collection>/<slug:stays>/<slug:goes>/", merge_records, name="merge"),
]
