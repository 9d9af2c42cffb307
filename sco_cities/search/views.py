"""Views of the site-wide search."""

from django.core.exceptions import ValidationError
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.listings import querystring, search_backend
from sco_cities.listings.fields import MAX_PHRASES, SearchField
from sco_cities.listings.headings import join_alternatives

from . import results
from .suggestions import suggestions


def _phrases_and_errors(request: HttpRequest) -> tuple[list[str], list[str]]:
    """The phrases of the request, and the error messages if they are not valid."""
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
    """Results for any value of `q`, grouped by kind; for an invalid value, an error message and no results."""
    phrases, errors = _phrases_and_errors(request)
    valid = [] if errors else phrases
    search_results = (
        results.search_results(valid, router.db_for_read(Initiative)) if valid else results.Results()
    )
    context = {
        "phrases": phrases or [""],
        # If no single phrase is invalid, there are too many or they are too long together: all are marked.
        "invalid_phrases": errors
        and ([phrase for phrase in phrases if search_backend.phrase_error(phrase)] or phrases),
        "given": join_alternatives(valid),
        "errors": errors,
        "groups": search_results.groups,
        "results": search_results,
    }
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The best matches for the text in the search box and a link to all, as HTML fragment; empty if nothing matches."""
    phrases, errors = _phrases_and_errors(request)
    links = suggestions(phrases[0], router.db_for_read(Initiative)) if phrases and not errors else []
    return render(
        request, "search/_suggestions.html", {"suggestions": links, "phrase": phrases and phrases[0]}
    )
