"""Addresses of themes; the security themes are /themes/?pillar=security."""

from django.urls import path

from . import views

urlpatterns = [
    path("themes/", views.theme_list, name="themes-list"),
    path("themes.csv", views.theme_csv, name="themes-csv"),
    path("themes/<str:slug>/", views.theme, name="themes-record"),
]
