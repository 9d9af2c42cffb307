"""URLs of reports."""

from django.urls import path

from sco_cities.listings.views import list_paths

from . import views
from .columns import REPORTS

urlpatterns = [
    *list_paths(REPORTS),
    path("reports/<page_name:slug>/", views.report, name="reports-record"),
]
