"""URLs of themes. The security themes are /themes/?pillar=security."""

from django.urls import path

from sco_cities.listings.views import list_paths

from . import views
from .columns import THEMES

urlpatterns = [
    *list_paths(THEMES),
    path("themes/<page_name:slug>/", views.theme, name="themes-record"),
]
