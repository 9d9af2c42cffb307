"""The URL configuration for MAINTENANCE=1, with a single page while an operator restores or moves the database."""

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from sco_cities import urls
from sco_cities.site.error_pages import (
    MAINTENANCE,
    error_page,
    handler400,
    handler403,
    handler404,
    handler500,
)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@csrf_exempt
def maintenance(request: HttpRequest) -> HttpResponse:
    """Returns status 503 for each request. Middleware already responds to health checks and static files."""
    return error_page(request, MAINTENANCE)


# The site's URLs can be reversed, but never match.
urlpatterns = [re_path("", maintenance, name="maintenance"), *urls.urlpatterns]
