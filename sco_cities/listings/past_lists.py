"""Lists as of an earlier day. `sco_cities.mementos` registers the answer at start: lists import no history."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# The parameter with the day, of lists and of records.
AS_OF = "as_of"
Answer = Callable[[HttpRequest], HttpResponse | None]
_answer: Answer | None = None


def register(answer: Answer) -> None:
    """Makes `answer` respond to requests for lists with a day; None: there is no day."""
    global _answer
    _answer = answer


def with_past_lists(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view of a list or a chart, which shows what is published now, with the registered answer for other days."""

    @wraps(view)
    def with_answer(request: HttpRequest, **names: str) -> HttpResponseBase:
        if _answer is not None and request.META.get("QUERY_STRING"):
            response = _answer(request)
            if response is not None:
                return response
        return view(request, **names)

    return with_answer
