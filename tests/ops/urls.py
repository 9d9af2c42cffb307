"""A small site with a URL for each kind of response and failure."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_protect

from sco_cities.core.responses import stream
from sco_cities.site.error_pages import handler400, handler403, handler404, handler500  # noqa: F401 - Django looks them up here

# The SQL statements executed by `/statements/`.
statements: list[str] = []
# The generated blocks of `/lamps.csv`.
generated_blocks: list[int] = []


def page(request):
    return HttpResponse("<!doctype html><title>A page</title>" + "<p>Lamps</p>" * 100)


def groups(request):
    return HttpResponse("<br>".join(Group.objects.order_by("name").values_list("name", flat=True)))


def groups_csv(request):
    def blocks():
        for name in Group.objects.order_by("name").values_list("name", flat=True).iterator():
            yield f"{name}\r\n".encode()

    return stream(request, blocks(), "text/csv; charset=utf-8")


def lamps_csv(request):
    def blocks():
        for number in range(100):
            generated_blocks.append(number)
            yield f"{number},lamp\r\n" * 1000

    return stream(request, blocks(), "text/csv")


def workbook(request):
    return stream(request, [b"PK" * 1000], "application/zip")


def moved(request):
    return HttpResponsePermanentRedirect("/page/")


def bad(request):
    raise BadRequest


def forbidden(request):
    raise PermissionDenied


def broken(request):
    raise ZeroDivisionError


def broken_template(request):
    return render(request, "no_such_template.html")


def execute(request):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return HttpResponse("done")


@csrf_protect
def query(request):
    return HttpResponse(f"{len(request.GET)} {sorted(request.COOKIES)}")


def session(request):
    return HttpResponse(str(request.session.get("lamps")))


def visit(request):
    request.session["lamps"] = request.session.get("lamps", 0) + 1
    if "deleted" in request.GET:
        # The user logs out in another window.
        Session.objects.all().delete()
    return HttpResponse("seen")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("page/", page),
    path("groups/", groups),
    path("groups.csv", groups_csv),
    path("lamps.csv", lamps_csv),
    path("workbook.xlsx", workbook),
    path("moved/", moved),
    path("bad/", bad),
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("broken-template/", broken_template),
    path("statements/", execute),
    path("query/", query),
    path("session/", session),
    path("visit/", visit),
    *i18n_patterns(
        path("", page, name="home"),
        path("search/", page, name="search"),
        prefix_default_language=False,
    ),
]
