"""URLs of organisations, events and delegates, and the permanent URLs of statements."""

from django.urls import path

from sco_cities.listings.views import list_paths

from . import views
from .columns import DELEGATES, EVENTS, ORGANISATIONS

urlpatterns = [
    *list_paths(DELEGATES),
    path("delegates/<page_name:slug>/", views.delegate, name="delegates-record"),
    *list_paths(ORGANISATIONS),
    path("organisations/<page_name:slug>/", views.organisation, name="organisations-record"),
    *list_paths(EVENTS),
    path("events/<page_name:slug>/", views.event, name="events-record"),
    path("statements/<page_name:slug>/", views.statement, name="statements-record"),
]
