"""The page on which evidence is added to a record."""

from django.urls import path

from . import views

urlpatterns = [
    path("evidence/<str:collection>/<int:key>/add/", views.add_evidence, name="add_evidence"),
]
