"""The site map with two addresses more: a page without content, and the list done the plain way."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sco_cities import urls

from .plain_django import plain_list


def hello(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse("Hello, world\n", content_type="text/plain; charset=utf-8")


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("bench/hello/", hello), path("bench/plain/", plain_list), *urls.urlpatterns]
