"""URLs of the data quality report and its work queues, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("health/", views.data_quality, name="data_quality"),
    path("health/<slug:collection>/<slug:metric>/", views.queue, name="data_quality_queue"),
    path(
        "health/<slug:collection>/<slug:metric>/after/<int:key>/",
        views.next_in_queue,
        name="data_quality_next",
    ),
]
