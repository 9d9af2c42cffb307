"""The page that everybody gets with MAINTENANCE=1, while an operator restores or moves the database."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from sco_cities.site.error_pages import MAINTENANCE, error_page


class MaintenanceMiddleware:
    """Answers each request with status 503. Health checks and static files come before it."""

    def __init__(self, get_response):
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return error_page(request, MAINTENANCE)
