"""The URLs of the site, and of the programs that it is compared with."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from sco_cities import urls

from .browser import START
from .plain_admin import plain_admin
from .plain_django import plain_list


def hello(request: HttpRequest) -> HttpResponse:
    """A minimal view."""
    return HttpResponse("Hello, world\n", content_type="text/plain; charset=utf-8")


@cache
def _list_page() -> bytes:
    return Client(SERVER_NAME="localhost").get(START).content


def static_page(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML of a list page, stored at the first request."""
    return HttpResponse(_list_page())


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    path("bench/hello/", hello),
    path("bench/plain/", plain_list),
    path("bench/static/<int:number>", static_page),
    path("admin/bench/", plain_admin.urls),
    *urls.urlpatterns,
]
