"""The addresses of the board and its queues, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("health/<slug:collection>/<slug:measure>/", views.queue, name="health_queue"),
    path("health/<slug:collection>/<slug:measure>/after/<int:key>/", views.following, name="health_next"),
]
