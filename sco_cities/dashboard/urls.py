"""URLs of the home page, the recent updates, charts, map and matrix."""

from django.urls import path

from . import gaps, matrix, ties, views
from .charts import views as charts
from .dossier import views as dossier
from .map import views as maps

urlpatterns = [
    path("", views.index, name="home"),
    path("recent/", views.recent_changes, name="recent"),
    path("trends/", charts.trends, name="trends"),
    path("together/", dossier.choice, name="together-choice"),
    path("together/<path:places>/", dossier.together, name="together"),
    path("cities/<str:slug>/gaps/", gaps.page, name="city-gaps"),
    path("charts/<slug:name>.csv", charts.csv, name="chart-csv"),
    path("map/", maps.page, name="map"),
    path("map.csv", maps.csv, name="map-csv"),
    path("map/<slug:name>.csv", maps.csv_of_list, name="map-csv-of-list"),
    path("ties.csv", ties.csv, name="ties-csv"),
    path("ties.json", ties.json, name="ties-json"),
    path("matrix/", matrix.page, name="matrix"),
    path("matrix.csv", matrix.csv, name="matrix-csv"),
]
