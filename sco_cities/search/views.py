"""Search over every kind of record at once."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sco_cities.browse import querystring
from sco_cities.browse.fields import WordsField

from . import groups


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What `q` finds, grouped by kind; an error in words, and nothing, where it cannot be searched for."""
    params, problem = querystring.read(request)
    errors = [problem] if problem else []
    phrases = []
    try:
        phrases = WordsField().clean(params.getlist("q"))
    except ValidationError as error:
        errors += error.messages
    return render(
        request,
        "search/search.html",
        {
            "given": " ".join(phrases),
            "errors": errors,
            "groups": list(groups.found(phrases)) if phrases else [],
        },
    )
