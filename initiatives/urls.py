"""URLs of initiatives."""

from django.urls import path

from sco_cities.listings.urls import list_paths

from . import views
from .columns import INITIATIVES

urlpatterns = [
    *list_paths(INITIATIVES),
    path("initiatives/<str:slug>/", views.initiative, name="initiatives-record"),
]
