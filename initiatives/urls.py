"""Addresses of initiatives."""

from django.urls import path

from . import views

urlpatterns = [
    path("initiatives/", views.initiative_list, name="initiatives-list"),
    path("initiatives.csv", views.initiative_csv, name="initiatives-csv"),
    path("initiatives/<str:slug>/", views.initiative, name="initiatives-record"),
]
