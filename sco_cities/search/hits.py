"""A record that was found, as a line about it shows it."""

from dataclasses import dataclass

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import CityRole, Initiative
from sco_cities.browse.joining import listed
from sco_cities.cities.models import City
from sco_cities.sources.languages import title_language
from sco_cities.sources.models import Report
from sco_cities.sources.names import LANGUAGES, Localized
from sco_cities.sources.records import Record

from .marking import Marker


@dataclass(frozen=True)
class Hit:
    """A record with what was found marked: in its name, and in the part of its summary around it."""

    record: Record
    name: str
    lang: str
    excerpt: str | None = None
    excerpt_lang: str = ""


def hit(record: Record, marker: Marker) -> Hit:
    """`record` with what was found of it marked. A statement is called by what it says: that is its excerpt."""
    name = record.name if hasattr(record, "name") else _title(record)
    if isinstance(record, Statement):
        return Hit(record, marker.excerpt(name) or marker.beginning(name), name.lang)
    for text in _summaries(record):
        if excerpt := marker.excerpt(text):
            return Hit(record, marker.marked(name), name.lang, excerpt, text.lang)
    return Hit(record, marker.marked(name), name.lang)


def _title(report: Report) -> Localized:
    return Localized(report.title, title_language(report.title, report.language))


def _summaries(record: Record) -> list[Localized]:
    """The summaries of a record, that in the reader's language first."""
    if not isinstance(record, Initiative):
        return []
    texts = [Localized(getattr(record, f"summary_{language}"), language) for language in LANGUAGES]
    return sorted(filter(None, texts), key=lambda text: text.lang != record.summary.lang)


def place(record: Record) -> str:
    """Where a record is, by the published place that it names most closely; "" where it names none."""
    return listed(named.name for named in _places(record) if named and named.is_published)


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
