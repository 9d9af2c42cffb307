"""URLs of embeds, of the pages with their code, and of share pictures."""

from django.urls import path

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.charts.drawings import DRAWINGS

from . import views
from .frame import MAP, STATUS

_OF_INITIATIVES = {"collection": INITIATIVES.collection}

urlpatterns = [
    *(path(f"embed/{name}/", views.chart, {"name": name}, name=f"embed-{name}") for name in DRAWINGS),
    *(
        path(
            f"embed-code/{name}/",
            views.list_code,
            {**_OF_INITIATIVES, "form": name},
            name=f"embed-code-{name}",
        )
        for name in DRAWINGS
    ),
    path("charts/<slug:name>.svg", views.chart_svg, name="chart-svg"),
    path("charts/<slug:name>.png", views.chart_png, name="chart-png"),
    path("embed/map/", views.initiatives_map, name="embed-map"),
    path("embed/status/", views.statuses, name="embed-status"),
    path("embed/<page_name:collection>/", views.list_rows, name="embed-list"),
    path("embed/<str:collection>/<page_name:slug>/", views.record, name="embed-record"),
    path("embed-code/map/", views.list_code, {**_OF_INITIATIVES, "form": MAP}, name="embed-code-map"),
    path(
        "embed-code/status/", views.list_code, {**_OF_INITIATIVES, "form": STATUS}, name="embed-code-status"
    ),
    path("embed-code/<page_name:collection>/", views.list_code, name="embed-code-list"),
    path("embed-code/<str:collection>/<page_name:slug>/", views.record_code, name="embed-code-record"),
    path("share/<str:collection>.png", views.list_picture, name="share-list"),
    path("share/<str:collection>/<str:slug>.png", views.record_picture, name="share-record"),
]
