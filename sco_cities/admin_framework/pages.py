"""Custom admin pages, such as the review queue, in addition to Django's changelists and forms.

An app calls `register` once for each of its pages. The start page and the sidebar list the pages that the user has
permission to use. The start page also shows the first entries of each queue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

ADMIN_PAGES: list["AdminPage"] = []
# Maximum entries per queue on the start page. The page of the queue lists all entries.
ENTRIES_PER_QUEUE = 5
# Maximum count. Larger numbers are shown with a plus sign, so a queue can stop counting here.
MAX_COUNT = 999


class PageGroup(models.TextChoices):
    """Groups of admin pages. Their labels are the headings of the index, in this order."""

    TO_DO = "to-do", _("To do")
    ADD = "add", _("Add records")
    CHECK = "check", _("Check and correct")


@dataclass(frozen=True)
class WaitingEntry:
    """An entry of a queue on the start page, with its name, the URL to handle it, and one line of detail."""

    name: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class AdminPage:
    """A custom admin page with its URL, title, description for the start page, and required permission.

    `urls` is a URLconf module included below /admin/ in the admin namespace. If pages share a URLconf, only one of them
    names it. A model's changelist needs no URLconf. `url_name` is the page's entry point, for example "admin:review".
    For a queue, `waiting_count` returns the number of entries waiting for the user, and `waiting_entries` returns the
    first entries, up to a given number. Every admin page calls `waiting_count`, so it must be a single indexed query.
    `numbers` returns labelled numbers for the start page. `add_url_name` and `add_label` add a button at the top of the
    start page.
    """

    url_name: str
    title: str | Promise
    description: str | Promise
    permission: str
    waiting_count: Callable[[HttpRequest], int] | None = None
    waiting_entries: Callable[[HttpRequest, int], list[WaitingEntry]] | None = None
    numbers: Callable[[HttpRequest], list[tuple[str | Promise, int]]] | None = None
    urls: str | None = None
    group: PageGroup = PageGroup.CHECK
    add_url_name: str = ""
    add_label: str | Promise = ""


@dataclass
class AdminPageLink:
    """A link to an admin page in the navigation. `current` is the value of `aria-current`."""

    request: HttpRequest
    page: AdminPage
    url: str
    current: str

    @cached_property
    def waiting(self) -> int:
        """The number of entries waiting for the user. This number is computed only on pages that show it."""
        return self.page.waiting_count(self.request) if self.page.waiting_count else 0

    @property
    def waiting_text(self) -> str:
        return count_text(self.waiting)

    @cached_property
    def entries(self) -> list[WaitingEntry]:
        """The first entries waiting for the user."""
        return self.page.waiting_entries(self.request, ENTRIES_PER_QUEUE) if self.waiting else []

    @cached_property
    def numbers(self) -> list[tuple[str | Promise, int]]:
        """The page's labelled numbers that are not zero."""
        numbers = self.page.numbers(self.request) if self.page.numbers else []
        return [(label, number) for label, number in numbers if number]


def count_text(number: int) -> str:
    """Formats a number of waiting entries, for example "12" or "999+"."""
    return f"{localize(MAX_COUNT)}+" if number > MAX_COUNT else localize(number)


def register(*, first: bool = False, **options) -> AdminPage:
    """Adds a page with the attributes `options` to its group in the admin navigation.

    The page is added after the registered pages, or before them if `first` is set.
    """
    page = AdminPage(**options)
    ADMIN_PAGES.insert(0 if first else len(ADMIN_PAGES), page)
    return page


def admin_page_links(request: HttpRequest) -> list[AdminPageLink]:
    """Returns links to the pages that the user may use, by group, for the start page and the sidebar."""
    links = []
    for page in sorted(ADMIN_PAGES, key=lambda page: list(PageGroup).index(page.group)):
        if not request.user.has_perm(page.permission):
            continue
        url = reverse(page.url_name)
        current = "page" if request.path == url else "true" if request.path.startswith(url) else ""
        links.append(AdminPageLink(request, page, url, current))
    return links


def admin_page_view(permission: str, *, posts: bool = False) -> Callable:
    """Decorator for the views of an admin page. Users without `permission` get a 403 response.

    Only GET and HEAD requests and, if `posts` is set, POST requests are allowed. Other requests get a 405 response.
    """
    methods = ["GET", "HEAD", "POST"] if posts else ["GET", "HEAD"]

    def decorate(view: Callable) -> Callable:
        permitted_view = permission_required(permission, raise_exception=True)(view)
        return require_http_methods(methods)(admin.site.admin_view(permitted_view))

    return decorate


def render_admin_page(request: HttpRequest, template: str, title: str = "", **context) -> TemplateResponse:
    """Renders an admin page. By default, its title is the registered title. `template` extends base_site.html."""
    title = title or next(
        page.title for page in ADMIN_PAGES if page.url_name == request.resolver_match.view_name
    )
    return TemplateResponse(
        request, template, {**admin.site.each_context(request), "title": title, **context}
    )
