"""Root URL configuration."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from sco_cities.api import views as api_views
from sco_cities.embeds.oembed_response import oembed
from sco_cities.releases.urls import file_urlpatterns
from sco_cities.site import views
from sco_cities.site.error_pages import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("admin/", admin.site.urls),
    # Browsers request this URL for pages without an icon link, such as pages of the admin.
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots),
    path(".well-known/security.txt", views.security),
    path("oembed", oembed, name="oembed"),
    path("", include("sco_cities.discovery.urls")),
    path("data/context.jsonld", api_views.context, name="jsonld-context"),
    path("data/", include(file_urlpatterns)),
    # English pages have no prefix. The other languages have the prefixes /ru/ and /zh-hans/.
    *i18n_patterns(
        path("", include("sco_cities.dashboard.urls")),
        path("about/", views.about, name="about"),
        path("", include("initiatives.urls")),
        path("", include("sco_cities.cities.urls")),
        path("", include("delegates.urls")),
        path("", include("sco_cities.themes.urls")),
        path("", include("sco_cities.sources.urls")),
        path("", include("sco_cities.search.urls")),
        path("", include("sco_cities.correction_requests.urls")),
        path("", include("sco_cities.embeds.urls")),
        # Placed before the API, whose record URLs would match "NAME.feed.json".
        path("", include("sco_cities.feeds.urls")),
        path("", include("sco_cities.subscriptions.urls")),
        path("", include("sco_cities.api.urls")),
        path("", include("sco_cities.mementos.urls")),
        path("", include("sco_cities.reconciliation.urls")),
        path("", include("sco_cities.releases.urls")),
        prefix_default_language=False,
    ),
]
