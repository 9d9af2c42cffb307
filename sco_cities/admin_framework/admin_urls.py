"""URLs of pages of records in the admin."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

# The query parameter of a form for the admin page to open after saving.
RETURN_TO = "return_to"

# A longer number is not a primary key of any table, and some databases refuse to compare it.
_KEY_DIGITS = 18


def is_key(text: str) -> bool:
    """Whether `text`, which may come from any client, can be the primary key of a record."""
    return text.isascii() and text.isdecimal() and len(text) <= _KEY_DIGITS


def change_url(record: Model) -> str:
    """The URL of the change page of `record`."""
    return change_url_by_pk(type(record), record.pk)


def change_url_by_pk(model: type[Model], key: int) -> str:
    """The URL of the change page of the `model` with this primary key."""
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[key])


def query_without_page(request: HttpRequest) -> str:
    """The query string of a list without the number of its page."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def returning_to(page: str, url: str) -> str:
    """The `url` of a record form that redirects to `page` after saving."""
    return f"{url}?{urlencode({RETURN_TO: page})}"


def page_to_return_to(request: HttpRequest) -> str:
    """The admin page to open after saving. "" without one, and for other URLs."""
    page = request.GET.get(RETURN_TO, "")
    is_in_admin = page.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(page, None)
    return page if is_in_admin else ""


def add_evidence_url(record: Model, fields: Iterable[str]) -> str:
    """The URL of the page that adds evidence to `record`, with these fields ticked."""
    address = reverse("admin:add_evidence", args=[record.collection, record.pk])
    return f"{address}?{urlencode([('field', field) for field in fields])}"
