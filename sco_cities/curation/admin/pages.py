"""Custom admin pages: pages outside the changelists and forms of Django's admin, such as the review queue.

An app registers its admin page once (`register`). The admin index and the sidebar list the pages that the user
has permission to use.
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
    """A custom admin page: URL, title, description for the index, and the permission it requires.

    `urls` is a URLconf module included below /admin/ in the admin namespace; several pages may share one, and the
    changelist of a model needs none.
    `url_name` is the page's entry point, for example "admin:review". `waiting_count` returns the number of
    waiting items; the index calls it on every request, so it must be fast.
    """

    url_name: str
    title: str | Promise
    description: str | Promise
    permission: str
    waiting_count: Callable[[HttpRequest], int] | None = None
    urls: str | None = None


def register(page: AdminPage) -> AdminPage:
    """Adds a page to the admin index, after the pages registered so far."""
    ADMIN_PAGES.append(page)
    return page


def _permitted_pages(request: HttpRequest) -> list[AdminPage]:
    return [page for page in ADMIN_PAGES if request.user.has_perm(page.permission)]


def index_pages(request: HttpRequest) -> list[dict]:
    """The permitted pages for the admin index, each with its number of waiting items."""
    return [
        {"page": page, "waiting": page.waiting_count(request) if page.waiting_count else None}
        for page in _permitted_pages(request)
    ]


def admin_page_links(request: HttpRequest) -> list[dict]:
    """The permitted pages for the sidebar, with `current` as the value of `aria-current`.

    It needs no query: the list of models on the same page has already loaded the user's permissions.
    """
    links = []
    for page in _permitted_pages(request):
        url = reverse(page.url_name)
        is_within = request.path.startswith(url)
        current = "page" if request.path == url else "true" if is_within else ""
        links.append({"page": page, "url": url, "current": current})
    return links


def admin_page_view(permission: str) -> Callable:
    """A decorator for the views of an admin page: answers 403 to users without `permission`."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def checked_view(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return admin.site.admin_view(checked_view)

    return decorate


def render_admin_page(request: HttpRequest, template: str, title: str, **context) -> TemplateResponse:
    """The response of an admin page; `template` extends "admin/base_site.html"."""
    return TemplateResponse(
        request, template, {**admin.site.each_context(request), "title": title, **context}
    )
