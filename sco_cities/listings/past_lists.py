"""Lists as of a past day. `sco_cities.mementos` registers the response, as this package must not import history."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# The query parameter for the date of a past list or record.
AS_OF = "as_of"
Answer = Callable[[HttpRequest], HttpResponse | None]
_answer: Answer | None = None


def register(answer: Answer) -> None:
    """Registers `answer` to respond to list requests with a day. It returns None if the request has no day."""
    global _answer
    _answer = answer


def past_response(request: HttpRequest) -> HttpResponse | None:
    """The registered response if the request has a day, or None."""
    return _answer(request) if _answer is not None and request.META.get("QUERY_STRING") else None


def with_past_lists(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Decorates a view of current data, so that requests for a past day get the registered response."""

    @wraps(view)
    def with_answer(request: HttpRequest, **names: str) -> HttpResponseBase:
        response = past_response(request)
        return view(request, **names) if response is None else response

    return with_answer
