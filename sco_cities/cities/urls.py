"""URLs of cities and countries."""

from django.urls import path

from sco_cities.listings.urls import list_paths

from . import views
from .columns import CITIES, COUNTRIES

urlpatterns = [
    *list_paths(CITIES),
    path("cities/<str:slug>/", views.city, name="cities-record"),
    *list_paths(COUNTRIES),
    path("countries/<str:slug>/", views.country, name="countries-record"),
]
