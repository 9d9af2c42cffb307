"""The URLs of the site, and one URL that fails."""

from django.urls import path

from sco_cities import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


def fail(request):
    raise RuntimeError("a lamp fell")


urlpatterns = [path("fail/", fail, name="fail"), *urls.urlpatterns]
