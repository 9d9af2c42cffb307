"""The URLs of the site and two more: an empty page, and the list in plain Django."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sco_cities import urls

from .plain_django import plain_list


def hello(request: HttpRequest) -> HttpResponse:
    """A minimal view."""
    return HttpResponse("Hello, world\n", content_type="text/plain; charset=utf-8")


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("bench/hello/", hello), path("bench/plain/", plain_list), *urls.urlpatterns]
