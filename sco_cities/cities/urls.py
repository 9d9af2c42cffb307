"""Addresses of cities and countries."""

from django.urls import path

from . import views

urlpatterns = [
    path("cities/", views.city_list, name="cities-list"),
    path("cities.csv", views.city_csv, name="cities-csv"),
    path("cities/<str:slug>/", views.city, name="cities-record"),
    path("countries/", views.country_list, name="countries-list"),
    path("countries.csv", views.country_csv, name="countries-csv"),
    path("countries/<str:slug>/", views.country, name="countries-record"),
]
