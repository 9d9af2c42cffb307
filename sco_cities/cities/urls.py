"""URLs of cities and countries."""

from django.urls import path

from sco_cities.listings.views import list_paths

from . import views
from .columns import CITIES, COUNTRIES

urlpatterns = [
    *list_paths(CITIES),
    path("cities/<page_name:slug>/", views.city, name="cities-record"),
    *list_paths(COUNTRIES),
    path("countries/<page_name:slug>/", views.country, name="countries-record"),
]
