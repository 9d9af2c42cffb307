"""Search over every kind of record at once."""

from django.core.exceptions import ValidationError
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.listings import querystring, search_backend
from sco_cities.listings.fields import MAX_PHRASES, SearchField
from sco_cities.listings.headings import join_alternatives

from . import results as groups
from .suggestions import suggestions


def _asked(request: HttpRequest) -> tuple[list[str], list[str]]:
    """The phrases that are given, and what is wrong with them, in words."""
    params, problem = querystring.read(request)
    if problem:
        return [], [problem]
    given = querystring.values(params, "q")
    try:
        return SearchField().clean(given), []
    except ValidationError as error:
        return given[:MAX_PHRASES], error.messages


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What any `q` finds, grouped by kind; an error in words, and nothing, where one cannot be searched for."""
    phrases, errors = _asked(request)
    wanted = [] if errors else phrases
    results = groups.search_results(wanted, router.db_for_read(Initiative)) if wanted else groups.Results()
    context = {
        "phrases": phrases or [""],
        # Too many or too long are all of them together.
        "wrong": errors
        and ([phrase for phrase in phrases if search_backend.problem_with(phrase)] or phrases),
        "given": join_alternatives(wanted),
        "errors": errors,
        "groups": results.groups,
        "results": results,
    }
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Up to eight links for what is typed in the search box: a part of a page, empty where nothing fits."""
    phrases, errors = _asked(request)
    found = suggestions(phrases[0], router.db_for_read(Initiative)) if phrases and not errors else []
    return render(request, "search/_suggestions.html", {"suggestions": found})
