"""Builds the lines of the search results."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import prefetch_related_objects

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import CityRole, Initiative
from sco_cities.cities.models import City
from sco_cities.core.localized_names import Localized, localized, split_list, texts_by_language
from sco_cities.core.translations import translated_fields
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report
from sco_cities.sources.report_texts import without_brackets

from .highlighting import Highlighter
from .searchable_lists import LISTS_BY_COLLECTION

# Fields that contain a list of texts.
_MULTIPLE_TEXTS = ("aliases", "keywords")


@dataclass(frozen=True)
class ResultItem:
    """A matching record. Matches are highlighted in its name, its detail and an excerpt.

    `detail` is the role of a delegate or the publisher of a report.
    """

    record: Record
    name: str
    lang: str
    detail: str = ""
    detail_lang: str = ""
    excerpt: str | None = None
    excerpt_lang: str = ""


def result_item(
    record: Record, highlighter: Highlighter, shown: Iterable[list[Localized]] = ()
) -> ResultItem:
    """Builds the result line of `record`. For a statement, an excerpt of its text replaces the name.

    `shown` contains the names, in all languages, of each record shown with `record`. If the texts of `record` do not
    match, the excerpt is one of these names, if it adds words to the line.
    """
    name = record.name
    if isinstance(record, Statement):
        excerpt = highlighter.excerpt(name)
        others = () if excerpt else _excerpt(highlighter, chain.from_iterable(shown))
        return ResultItem(record, excerpt or highlighter.opening(name), name.lang, "", "", *others)
    detail = _detail(record)
    texts = _summaries(record)
    if not (highlighter.spans(name) or highlighter.spans(detail)):
        texts += _other_texts(record)
    others = _further_names(highlighter, shown, f"{name} {detail}".casefold())
    excerpt = _excerpt(highlighter, chain(texts, others))
    return ResultItem(
        record, highlighter.highlight(name), name.lang, highlighter.highlight(detail), detail.lang, *excerpt
    )


def _further_names(
    highlighter: Highlighter, shown: Iterable[list[Localized]], line: str
) -> Iterator[Localized]:
    """Yields the first matching name of each shown record. Skips names whose matching words are already in the line."""
    for names in shown:
        name = next(filter(highlighter.spans, names), "")
        if any(name[start:end].casefold() not in line for start, end in highlighter.spans(name)):
            yield name


def _excerpt(highlighter: Highlighter, texts: Iterable[Localized]) -> tuple[str, str] | tuple[()]:
    """Returns the excerpt and the language of the first matching text."""
    return next(((excerpt, text.lang) for text in texts if (excerpt := highlighter.excerpt(text))), ())


def _detail(record: Record) -> Localized:
    if isinstance(record, Delegate):
        return localized(record, "role")
    return Localized(record.publisher if isinstance(record, Report) else "", "en")


def _summaries(record: Record) -> list[Localized]:
    """Returns the summaries of an initiative, with the summary in the reader's language first."""
    if not isinstance(record, Initiative):
        return []
    texts = [Localized(text, language) for language, text in texts_by_language(record, "summary").items()]
    return sorted(filter(None, texts), key=lambda text: text.lang != record.summary.lang)


def _other_texts(record: Record) -> Iterator[Localized]:
    """Yields the other searchable texts (names in other languages, aliases, descriptions and keywords)."""
    languages = {
        column: language
        for text in translated_fields(type(record)).values()
        for language, column in text.columns.items()
    }
    for field in record.search_fields:
        text = getattr(record, field)
        if field in _MULTIPLE_TEXTS:
            # The language of these texts is unknown.
            yield from (Localized(part, "") for part in split_list(text))
        else:
            yield Localized(without_brackets(text), languages.get(field, "en"))


def location(record: Record) -> str:
    """Returns the published places of a record as text, most precise first, or "" if there are none."""
    return comma_list(place.name for place in _places_of(record) if place and place.is_published)


def _places_of(record: Record) -> list[Record | None]:
    if isinstance(record, City):
        return [record.country]
    if isinstance(record, Delegate | Organisation):
        return [
            next((place for place in (record.city, record.country) if place and place.is_published), None)
        ]
    if isinstance(record, Event):
        return [record.host_city]
    return record.cities_as(CityRole.LEAD)[:2] if isinstance(record, Initiative) else []


def records_with_places(keys: Iterable[tuple[str, int]], state: IndexState) -> dict[tuple[str, int], Record]:
    """Maps (collection, key) pairs to records, with the data for their places."""
    by_collection: dict[str, dict[int, None]] = {}
    for collection, key in keys:
        by_collection.setdefault(collection, {})[key] = None
    found = {}
    for collection, own in by_collection.items():
        records = LISTS_BY_COLLECTION[collection].records(list(own), state)
        if collection == Initiative.collection:
            prefetch_related_objects(records, "city_roles__city")
        found |= {(collection, record.pk): record for record in records}
    return found
