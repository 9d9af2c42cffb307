"""URLs of release pages (with a language prefix) and of release files (without a prefix)."""

from django.urls import path

from . import views

urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/latest/", views.latest),
    path("data/<page_name:date>/", views.release_page, name="release"),
]
file_urlpatterns = [
    path("releases.json", views.releases_document, name="releases-json"),
    path("latest/<str:name>", views.latest_file, name="latest-file"),
    path("<str:date>/<str:name>", views.release_file, name="release-file"),
]
