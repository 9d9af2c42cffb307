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
            f"embed-code/{form}/",
            views.list_code,
            {**_OF_INITIATIVES, "form": form},
            name=f"embed-code-{form}",
        )
        for form in (MAP, STATUS, *DRAWINGS)
    ),
    *(
        path(f"charts/<slug:name>.{each}", views.chart_file, {"extension": each}, name=f"chart-{each}")
        for each in ("svg", "png")
    ),
    path("embed/map/", views.initiatives_map, name="embed-map"),
    path("embed/status/", views.statuses, name="embed-status"),
    path("embed/<page_name:collection>/", views.list_rows, name="embed-list"),
    path("embed/<str:collection>/<page_name:slug>/", views.record, name="embed-record"),
    path("embed-code/<page_name:collection>/", views.list_code, name="embed-code-list"),
    path("embed-code/<str:collection>/<page_name:slug>/", views.record_code, name="embed-code-record"),
    path("share/<str:collection>.png", views.list_picture, name="share-list"),
    path("share/<str:collection>/<str:slug>.png", views.record_picture, name="share-record"),
]
