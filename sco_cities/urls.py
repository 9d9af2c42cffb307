"""The site map."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from sco_cities.dashboard.views import favicon

from .site import error_pages

handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.page_not_found
handler500 = error_pages.server_error

urlpatterns = [
    path("admin/", admin.site.urls),
    # Where browsers look for it on pages that name none, such as the admin's.
    path("favicon.ico", favicon),
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
