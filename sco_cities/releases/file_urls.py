"""URLs of the files of releases, which are the same in every language."""

from django.urls import path

from . import views

urlpatterns = [
    path("releases.json", views.releases_document, name="releases-json"),
    path("latest/<str:name>", views.latest_file, name="latest-file"),
    path("<str:date>/<str:name>", views.release_file, name="release-file"),
]
