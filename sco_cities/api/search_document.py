"""Search results from all lists as JSON."""

import html
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import router
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags

from initiatives.models import Initiative
from sco_cities.cities.models import joint_filters
from sco_cities.core.localized_names import texts_by_language
from sco_cities.core.translations import translated_fields
from sco_cities.listings import querystring
from sco_cities.listings.fields import SearchField
from sco_cities.listings.querystring import QueryError, read_parameters
from sco_cities.search.best_matches import JointInitiatives
from sco_cities.search.result_item import ResultItem
from sco_cities.search.results import ResultGroup, Results, search_results
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report
from sco_cities.sources.report_texts import is_description
from sco_cities.themes.models import Theme

Q = "q"
# Fields that may contain a record's name. The first field that the model defines is used.
_NAMES = ("name", "title", "summary")


def search_phrases(request: HttpRequest) -> tuple[list[str], dict[str, list[QueryError]]]:
    """Returns the phrases in a search's query string, and the errors by parameter."""
    params, errors = read_parameters(request, Q)
    try:
        return SearchField().clean(querystring.values(params, Q)), errors
    except ValidationError as error:
        return [], errors | {Q: [each.message for each in error.error_list]}


def search_document(phrases: list[str], request: HttpRequest) -> dict[str, Any]:
    """Returns search results as JSON, with the best matches and, for each list, the count and first matches."""
    results = search_results(phrases, router.db_for_read(Initiative)) if phrases else Results()
    url = request.build_absolute_uri
    joint = results.best.joint
    return {
        "count": sum(group.count for group in results.groups),
        "page_url": url(_with_query(reverse("search"), [(Q, phrase) for phrase in phrases])),
        "did_you_mean": results.corrected_phrases,
        "best_matches": [hit_document(card.collection, card.hit, url) for card in results.best.cards],
        "joint_initiatives": _joint_document(joint, results.best.hits, url) if joint else None,
        "themes": [_theme_document(theme, initiatives.count, url) for theme, initiatives in results.themes],
        "groups": [_group_document(group, phrases, url) for group in results.groups],
    }


def _with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _list_urls(collection: str, query: list[tuple[str, str]], url: Callable[[str], str]) -> dict[str, str]:
    return {
        "url": url(_with_query(reverse("api-list", args=[collection]), query)),
        "page_url": url(_with_query(reverse(f"{collection}-list"), query)),
    }


def _group_document(group: ResultGroup, phrases: list[str], url: Callable[[str], str]) -> dict[str, Any]:
    return {
        "collection": group.collection,
        "title": str(group.title),
        "count": group.count,
        **_list_urls(group.collection, [(Q, phrase) for phrase in phrases], url),
        "hits": [hit_document(group.collection, hit, url) for hit in group.hits],
    }


def _joint_document(
    joint: JointInitiatives, hits: list[ResultItem], url: Callable[[str], str]
) -> dict[str, Any]:
    """Returns the initiatives that involve all places named in the search, as JSON."""
    query = list(joint_filters(place for place, _initiatives in joint.places).items())
    return {
        "places": [place.slug for place, _initiatives in joint.places],
        "count": len(joint.keys),
        **_list_urls(joint.collection, query, url),
        "hits": [hit_document(joint.collection, hit, url) for hit in hits],
    }


def _theme_document(theme: Theme, count: int, url: Callable[[str], str]) -> dict[str, Any]:
    """Returns a theme named in the query as JSON. A search for its name would find fewer of its initiatives."""
    return {
        "slug": theme.slug,
        "name": str(theme.name),
        "count": count,
        **_list_urls(Initiative.collection, [("theme", theme.slug)], url),
    }


def hit_document(collection: str, hit: ResultItem, url: Callable[[str], str]) -> dict[str, Any]:
    """Returns a match as JSON, with the record's name in every language and an excerpt with the matching words."""
    record = hit.record
    return {
        "collection": collection,
        "slug": record.slug,
        "url": url(record.get_absolute_url()),
        "name": str(record.name),
        "names": _names(record),
        "detail": _plain(hit.detail),
        "excerpt": _plain(hit.excerpt),
    }


def _names(record: Record) -> dict[str, str | None]:
    if isinstance(record, Report) and not is_description(record.title):
        return {record.language: record.title}
    stem = next(name for name in _NAMES if name in translated_fields(type(record)))
    return {language: text or None for language, text in texts_by_language(record, stem).items()}


def _plain(marked: str | None) -> str | None:
    """Removes the markup from a highlighted text."""
    return html.unescape(strip_tags(marked)) if marked else None
