"""URL of the page that adds evidence to a record, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("evidence/<str:collection>/<int:key>/add/", views.add_evidence, name="add_evidence"),
]
