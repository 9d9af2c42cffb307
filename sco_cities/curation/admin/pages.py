"""The desks of the admin: pages of work that goes across kinds of record, such as the review queue.

A room registers its desk once (`register`); the admin's index, and the sidebar of its pages, list those that the
curator may use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise

ADMIN_PAGES: list["AdminPage"] = []


@dataclass(frozen=True)
class AdminPage:
    """A page of work: its address by name, what it is called, what is done there, and who may use it.

    `urls` is the module with the addresses of its pages, which lie below /admin/ and in its namespace:
    `url_name` is "admin:review", say. `waiting` counts what waits there; it is asked each time the index is
    shown, so it has to be quick.
    """

    url_name: str
    urls: str
    title: str | Promise
    description: str | Promise
    permission: str
    waiting: Callable[[HttpRequest], int] | None = None


def register(desk: AdminPage) -> AdminPage:
    """Puts a desk on the admin's index, after those that are there."""
    ADMIN_PAGES.append(desk)
    return desk


def _permitted_pages(request: HttpRequest) -> list[AdminPage]:
    """The desks that the curator may use."""
    return [desk for desk in ADMIN_PAGES if request.user.has_perm(desk.permission)]


def index_pages(request: HttpRequest) -> list[dict]:
    """The desks that the curator may use, for the index."""
    return [
        {"desk": desk, "waiting": desk.waiting(request) if desk.waiting else None}
        for desk in _permitted_pages(request)
    ]


def admin_page_links(request: HttpRequest) -> list[dict]:
    """The same desks for the list beside each page, with `current` as ARIA says it; it costs no query.

    The permissions are those that the list of models has asked for on the same page.
    """
    ways = []
    for desk in _permitted_pages(request):
        address = reverse(desk.url_name)
        is_within = request.path.startswith(address)
        current = "page" if request.path == address else "true" if is_within else ""
        ways.append({"desk": desk, "address": address, "current": current})
    return ways


def admin_page_view(permission: str) -> Callable:
    """Makes a view a page of the admin, for those who have `permission`; others are told so (403)."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def allowed(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return admin.site.admin_view(allowed)

    return decorate


def render_admin_page(request: HttpRequest, template: str, title: str, **context) -> TemplateResponse:
    """A page of the admin: `template` extends "admin/base_site.html"."""
    return TemplateResponse(
        request, template, {**admin.site.each_context(request), "title": title, **context}
    )
