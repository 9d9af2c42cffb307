"""Views for the site-wide search page and for the suggestions below the search box."""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.core import tokenizer
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import html_language
from sco_cities.listings import querystring
from sco_cities.listings.fields import MAX_PHRASES, SearchField
from sco_cities.listings.list_query import join_alternatives

from . import results, synonyms
from .described_list import described_list
from .highlighting import Highlighter
from .ranking import rank
from .result_item import location, records_with_places, result_item
from .searchable_lists import SEARCHABLE_LISTS, SearchableList

MAX_SUGGESTIONS = 5
# Maximum number of suggestions per kind. Otherwise, a city's organisations would hide its initiatives and delegates.
MAX_OF_A_KIND = 2
# The order of equally good matches. Kinds that readers usually look up by name come first. Statements are not
# suggested, because they have no names.
_ORDER = ("cities", "countries", "delegates", "organisations", "events", "themes", "initiatives", "reports")


@dataclass(frozen=True)
class Suggestion:
    """A link to a list, or to a record with its highlighted name, kind and place."""

    url: str
    name: str
    lang: str
    kind: str | Promise
    place: str


def suggestions(phrase: str, using: str) -> list[Suggestion]:
    """Suggests the list that `phrase` describes and up to five matching records.

    Exact names come first, then names that start with `phrase`. More than two records of a kind are suggested only if
    there are no other matches.
    """
    names = synonyms.current(using)
    kinds = sorted(
        (kind for kind in SEARCHABLE_LISTS if kind.collection in _ORDER),
        key=lambda kind: _ORDER.index(kind.collection),
    )
    chosen: list[tuple[SearchableList, int]] = []
    others: list[tuple[SearchableList, int]] = []
    counts = Counter[str]()
    with facet_index(*_ORDER) as state:
        matches = rank([phrase], _ORDER, state, names)
        described = described_list(phrase, state, names, matches)
        for level in range(3):
            for kind in kinds:
                if len(chosen) == MAX_SUGGESTIONS:
                    break
                keys = kind.published(matches[kind.collection].ranks[level], state)
                found = [(kind, key) for key in kind.first(keys, MAX_SUGGESTIONS, state)]
                number = min(MAX_OF_A_KIND - counts[kind.collection], MAX_SUGGESTIONS - len(chosen))
                counts[kind.collection] += len(found[:number])
                chosen += found[:number]
                others += found[number:]
        highlighter = Highlighter(names.search([phrase]))
        records = _suggestions_of([*chosen, *others][:MAX_SUGGESTIONS], highlighter, state)
    if described:
        language = html_language(get_language())
        records.insert(0, Suggestion(described.url, described.heading, language, "", ""))
    return records


def _suggestions_of(
    chosen: list[tuple[SearchableList, int]], highlighter: Highlighter, state: IndexState
) -> list[Suggestion]:
    records = records_with_places([(kind.collection, key) for kind, key in chosen], state)
    items = []
    for kind, key in chosen:
        if record := records.get((kind.collection, key)):
            item = result_item(record, highlighter)
            items.append(
                Suggestion(record.get_absolute_url(), item.name, item.lang, kind.noun, location(record))
            )
    return items


def _phrases_and_errors(request: HttpRequest) -> tuple[list[str], list[str]]:
    """Returns the phrases in the request and the error messages for invalid phrases."""
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
    """Renders the results for all values of `q`, grouped by kind. An invalid value causes an error and no results."""
    phrases, errors = _phrases_and_errors(request)
    valid = [] if errors else phrases
    search_results = (
        results.search_results(valid, router.db_for_read(Initiative)) if valid else results.Results()
    )
    context = {
        "phrases": phrases or [""],
        # If every phrase is valid by itself, the error is the number of phrases or their total length. All phrases
        # are then marked.
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
    """Returns an HTML fragment with the best matches and a link to all results, or an empty fragment."""
    phrases, errors = _phrases_and_errors(request)
    links = suggestions(phrases[0], router.db_for_read(Initiative)) if phrases and not errors else []
    return render(
        request, "search/_suggestions.html", {"suggestions": links, "phrase": phrases and phrases[0]}
    )
