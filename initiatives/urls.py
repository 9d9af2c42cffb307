"""URLs of initiatives, and of the list of statements."""

from django.urls import path

from sco_cities.listings.views import list_paths

from . import views
from .columns import INITIATIVES, STATEMENTS

urlpatterns = [
    *list_paths(INITIATIVES),
    *list_paths(STATEMENTS),
    path("initiatives/<page_name:slug>/", views.initiative, name="initiatives-record"),
]
