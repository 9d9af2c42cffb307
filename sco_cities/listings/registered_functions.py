"""Functions for search and past lists, registered by packages that this package must not import."""

from collections.abc import Callable
from functools import wraps

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState

_functions: dict[str, Callable] = {}


def register(**functions: Callable) -> None:
    """Registers implementations of the functions below, with the same names and arguments."""
    _functions.update(functions)


def find(collection: str, phrases: list[str], using: str, state: IndexState | None = None) -> BitMap:
    """Returns the keys of records, in any publication state, that contain all words of at least one phrase."""
    return _functions["find"](collection, phrases, using, state)


def search(collection: str, phrases: list[str], state: IndexState) -> BitMap:
    """Searches like `find`, but also in the names of the places, people and organisations shown with a record."""
    return _functions["search"](collection, phrases, state)


def named(collection: str, text: str, state: IndexState) -> list[int]:
    """Returns the keys of the published records named by `text` in any language, best match first."""
    return [] if tokenizer.phrase_error(text) else _functions["named"](collection, text, state)


def correct(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Corrects misspelt names in phrases without matches. Returns [] if no name seems misspelt."""
    return _functions["correct"](phrases, using, state) if phrases else []


# The query parameter for the date of a past list or record.
AS_OF = "as_of"


def past_response(request: HttpRequest) -> HttpResponse | None:
    """Returns the response to a list request with a past date, or None for any other request."""
    return _functions["past_response"](request) if request.META.get("QUERY_STRING") else None


def past_record_page(
    request: HttpRequest, model: type[Model], slug: str, view: Callable
) -> HttpResponse | None:
    """Returns a record's page as of the date in the request, rendered by `view`, or None if there is no date."""
    has_query = request.META.get("QUERY_STRING")
    return _functions["past_record_page"](request, model, slug, view) if has_query else None


def with_past_lists(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Makes a view of current data return the registered response to requests with a past date."""

    @wraps(view)
    def with_answer(request: HttpRequest, **names: str) -> HttpResponseBase:
        response = past_response(request)
        return view(request, **names) if response is None else response

    return with_answer
