"""A record that was found, as a line about it shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import CityRole, Initiative
from sco_cities.cities.models import City
from sco_cities.core.language_codes import title_language
from sco_cities.core.localized_names import LANGUAGES, Localized, split_list
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report

from .highlighting import Highlighter

_DETAIL_COLUMNS = {Delegate: "role", Report: "publisher"}
# Fields that hold several texts.
_LISTS = ("aliases", "keywords")


@dataclass(frozen=True)
class ResultItem:
    """A record with what was found marked: in its name, beside it, and in the part of a text around it.

    Beside it stands the role of a delegate or the publisher of a report.
    """

    record: Record
    name: str
    lang: str
    beside: str = ""
    excerpt: str | None = None
    excerpt_lang: str = ""


def result_item(record: Record, marker: Highlighter) -> ResultItem:
    """`record` with what was found of it marked. A statement is called by what it says: that is its excerpt."""
    name = record.name if hasattr(record, "name") else _title(record)
    if isinstance(record, Statement):
        return ResultItem(record, marker.excerpt(name) or marker.beginning(name), name.lang)
    beside = getattr(record, _DETAIL_COLUMNS[type(record)]) if type(record) in _DETAIL_COLUMNS else ""
    texts = _summaries(record)
    if not (marker.places(name) or marker.places(beside)):
        texts += _unshown(record)
    found = next(((excerpt, text.lang) for text in texts if (excerpt := marker.excerpt(text))), ())
    return ResultItem(record, marker.marked(name), name.lang, marker.marked(beside), *found)


def _title(report: Report) -> Localized:
    return Localized(report.title, title_language(report.title, report.language))


def _summaries(record: Record) -> list[Localized]:
    """The summaries of a record, that in the reader's language first."""
    if not isinstance(record, Initiative):
        return []
    texts = [Localized(getattr(record, f"summary_{language}"), language) for language in LANGUAGES]
    return sorted(filter(None, texts), key=lambda text: text.lang != record.summary.lang)


def _unshown(record: Record) -> Iterator[Localized]:
    """What else a record is found by: its names in other languages, its other names, descriptions and keywords."""
    for field in record.search_fields:
        written, language = getattr(record, field), field.rpartition("_")[2]
        if field in _LISTS:
            # Of these nobody says the language.
            yield from (Localized(text, "") for text in split_list(written))
        else:
            yield Localized(written, language if language in LANGUAGES else "en")


def location(record: Record) -> str:
    """Where a record is, by the published place that it names most closely; "" where it names none."""
    return comma_list(named.name for named in _places(record) if named and named.is_published)


def _places(record: Record) -> list[Record | None]:
    if isinstance(record, City):
        return [record.country]
    if isinstance(record, Delegate | Organisation):
        return [
            next((named for named in (record.city, record.country) if named and named.is_published), None)
        ]
    if isinstance(record, Event):
        return [record.host_city]
    return record.cities_as(CityRole.LEAD)[:2] if isinstance(record, Initiative) else []
