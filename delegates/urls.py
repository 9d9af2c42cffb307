"""Addresses of organisations, events and delegates."""

from django.urls import path

from . import views

urlpatterns = [
    path("delegates/", views.delegate_list, name="delegates-list"),
    path("delegates.csv", views.delegate_csv, name="delegates-csv"),
    path("delegates/<str:slug>/", views.delegate, name="delegates-record"),
    path("organisations/", views.organisation_list, name="organisations-list"),
    path("organisations.csv", views.organisation_csv, name="organisations-csv"),
    path("organisations/<str:slug>/", views.organisation, name="organisations-record"),
    path("events/", views.event_list, name="events-list"),
    path("events.csv", views.event_csv, name="events-csv"),
    path("events/<str:slug>/", views.event, name="events-record"),
]
