"""The addresses of the board and its queues, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("health/", views.data_quality, name="health"),
    path("health/<slug:collection>/<slug:measure>/", views.queue, name="health_queue"),
    path("health/<slug:collection>/<slug:measure>/after/<int:key>/", views.next_in_queue, name="health_next"),
]
