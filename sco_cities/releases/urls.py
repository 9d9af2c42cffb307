"""URLs of the pages about releases, with a language prefix."""

from django.urls import path

from . import views

urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/latest/", views.latest),
    path("data/<page_name:date>/", views.release_page, name="release"),
]
