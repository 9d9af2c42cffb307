"""Lists as of an earlier day. `sco_cities.mementos` registers the response, because lists import no history."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# The parameter with the day, for lists and records.
AS_OF = "as_of"
Answer = Callable[[HttpRequest], HttpResponse | None]
_answer: Answer | None = None


def register(answer: Answer) -> None:
    """Registers `answer` to respond to requests for lists with a day. It returns None if there is no day."""
    global _answer
    _answer = answer


def with_past_lists(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view of a list or chart that shows current data, with the registered response for other days."""

    @wraps(view)
    def with_answer(request: HttpRequest, **names: str) -> HttpResponseBase:
        if _answer is not None and request.META.get("QUERY_STRING"):
            response = _answer(request)
            if response is not None:
                return response
        return view(request, **names)

    return with_answer
