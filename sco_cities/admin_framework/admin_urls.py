"""URLs of admin pages for records."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

# The query parameter with the URL of the admin page to open after saving a form.
RETURN_TO = "return_to"

# Maximum digits of a primary key. No table has a longer key, and some databases reject comparisons with longer numbers.
_KEY_DIGITS = 18


def is_key(text: str) -> bool:
    """Returns True if `text` from a request can be a primary key."""
    return text.isascii() and text.isdecimal() and len(text) <= _KEY_DIGITS


def change_url(record: Model) -> str:
    """Returns the URL of the change page of `record`."""
    return change_url_by_pk(type(record), record.pk)


def change_url_by_pk(model: type[Model], key: int) -> str:
    """Returns the URL of the change page of the `model` record with this primary key."""
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[key])


def query_without_page(request: HttpRequest) -> str:
    """Returns the query string of a list without its page number."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def returning_to(page: str, url: str) -> str:
    """Returns the `url` of a record form with a parameter that makes it redirect to `page` after saving."""
    return f"{url}?{urlencode({RETURN_TO: page})}"


def page_to_return_to(request: HttpRequest) -> str:
    """Returns the URL of the admin page to open after saving, or "" if the URL is missing or not in the admin."""
    page = request.GET.get(RETURN_TO, "")
    is_in_admin = page.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(page, None)
    return page if is_in_admin else ""


def add_evidence_url(record: Model, fields: Iterable[str]) -> str:
    """Returns the URL of the page that adds evidence to `record`, with these fields ticked."""
    url = reverse("admin:add_evidence", args=[record.collection, record.pk])
    return f"{url}?{urlencode([('field', field) for field in fields])}"
