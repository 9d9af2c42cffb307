"""Search over every kind of record at once."""

from django.core.exceptions import ValidationError
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.browse import querystring
from sco_cities.browse.fields import WordsField

from . import groups
from .suggestions import suggestions


def _asked(request: HttpRequest) -> tuple[list[str], list[str]]:
    """The phrases to search for; none where there are errors, in words."""
    params, problem = querystring.read(request)
    if problem:
        return [], [problem]
    try:
        return WordsField().clean(params.getlist("q")), []
    except ValidationError as error:
        return [], error.messages


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What `q` finds, grouped by kind; an error in words, and nothing, where it cannot be searched for."""
    phrases, errors = _asked(request)
    results = groups.found(phrases, router.db_for_read(Initiative)) if phrases else groups.Results()
    context = {"given": " ".join(phrases), "errors": errors, "groups": results.groups, "results": results}
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Up to eight links for what is typed in the search box: a part of a page, empty where nothing fits."""
    phrases, _errors = _asked(request)
    found = suggestions(phrases[0], router.db_for_read(Initiative)) if phrases else []
    return render(request, "search/_suggestions.html", {"suggestions": found})
