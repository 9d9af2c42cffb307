"""The site map."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    # English pages have no prefix; /ru/ and /zh-hans/ lead to the same pages in the other languages.
    *i18n_patterns(
        path("", include("sco_cities.dashboard.urls")),
        path("", include("initiatives.urls")),
        path("", include("sco_cities.cities.urls")),
        path("", include("delegates.urls")),
        path("", include("sco_cities.themes.urls")),
        path("", include("sco_cities.sources.urls")),
        path("", include("sco_cities.search.urls")),
        prefix_default_language=False,
    ),
]
