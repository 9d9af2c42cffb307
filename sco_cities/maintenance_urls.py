"""The URLs with MAINTENANCE=1, which show one page while an operator restores or moves the database."""

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
    """Status 503 for each request. Health checks and static files are answered before by middleware."""
    return error_page(request, MAINTENANCE)


# URLs of the site can still be built, but never match.
urlpatterns = [re_path("", maintenance, name="maintenance"), *urls.urlpatterns]
