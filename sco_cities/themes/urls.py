"""URLs of themes. For example, /themes/?pillar=security lists the security themes."""

from django.urls import path

from sco_cities.listings.views import list_paths

from . import views
from .columns import THEMES

urlpatterns = [
    *list_paths(THEMES),
    path("themes/<page_name:slug>/", views.theme, name="themes-record"),
]
