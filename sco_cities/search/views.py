"""Views of the site-wide search."""

from django.core.exceptions import ValidationError
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.core import tokenizer
from sco_cities.listings import querystring
from sco_cities.listings.fields import MAX_PHRASES, SearchField
from sco_cities.listings.headings import join_alternatives

from . import results
from .suggestions import suggestions


def _phrases_and_errors(request: HttpRequest) -> tuple[list[str], list[str]]:
    """The phrases of the request, and the error messages for invalid phrases."""
    params, problem = querystring.read(request)
    if problem:
        return [], [problem]
    phrases = querystring.values(params, "q")
    try:
        return SearchField().clean(phrases), []
    except ValidationError as error:
        return phrases[:MAX_PHRASES], error.messages


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Shows the results for any value of `q`, grouped by kind. An invalid value gives an error and no results."""
    phrases, errors = _phrases_and_errors(request)
    valid = [] if errors else phrases
    search_results = (
        results.search_results(valid, router.db_for_read(Initiative)) if valid else results.Results()
    )
    context = {
        "phrases": phrases or [""],
        # If every phrase is valid on its own, there are too many phrases or they are too long in total. Then all are
        # marked.
        "invalid_phrases": errors
        and ([phrase for phrase in phrases if tokenizer.phrase_error(phrase)] or phrases),
        "given": join_alternatives(valid),
        "errors": errors,
        "groups": search_results.groups,
        "results": search_results,
    }
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """An HTML fragment with the best matches for the search box and a link to all results. Empty without matches."""
    phrases, errors = _phrases_and_errors(request)
    links = suggestions(phrases[0], router.db_for_read(Initiative)) if phrases and not errors else []
    return render(
        request, "search/_suggestions.html", {"suggestions": links, "phrase": phrases and phrases[0]}
    )
