"""Values that the passages cited for them do not state: pointed out to the author and the reviewer, never refused."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib import admin
from django.utils.translation import gettext as _

from sco_cities.core import edtf, localized_names
from sco_cities.core.fields import EDTFField
from sco_cities.core.notation import first_number
from sco_cities.i18n.numbers import format_grouped
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.evidence_coverage import has_value, is_to_many
from sco_cities.sources.models import Evidence, Passage, Stance

from .stated_values import states_date, states_name, states_number


@dataclass(frozen=True)
class UnstatedValues:
    """Sentences about what passages do not state: by evidence, and by field for records that no passage names."""

    by_evidence: dict[int, str] = field(default_factory=dict)
    by_field: dict[str, str] = field(default_factory=dict)


def unstated_values(record: Record, evidence: Mapping[str, Iterable[Evidence]]) -> UnstatedValues:
    """The values of `record` that its evidence, by field, does not state; a query for each relation that is checked.

    A date or number is looked for in each passage that supports it, and the reported one in each that differs. The
    records of a relation, such as cities, may be named in any passage of the field. Nothing is said about other
    values, nor about a value that the curator has entered as the passage reports it.
    """
    found = UnstatedValues()
    for key, items in evidence.items():
        items = list(items)
        for item in items:
            if value := _unstated_value(record, item):
                text = _("The passage does not say “%(value)s”.") % {"value": value}
                found.by_evidence[item.pk] = text
        if names := list(_unnamed(record, key, items)):
            text = _("No passage for this field names %(names)s.") % {"names": comma_list(names)}
            found.by_field[key] = text
    return found


def passage_texts(passage: Passage) -> tuple[str, ...]:
    """All texts of a passage: our summary in each language, and the original wording."""
    return passage.summary, passage.summary_ru, passage.summary_zh, passage.quotation


def _unstated_value(record: Record, item: Evidence) -> str:
    """The date or number that the passage of `item` does not state, as text; "" if there is none."""
    texts = passage_texts(item.passage)
    if item.field == FIGURE:
        number = _number(item)
        return format_grouped(number) if number is not None and states_number(texts, number) is False else ""
    column = None if item.field == WHOLE else record._meta.get_field(item.field)
    if isinstance(column, EDTFField):
        date = _date(record, item)
        published_on = item.passage.report.published_on
        return edtf.format_date(date) if date and states_date(texts, date, published_on) is False else ""
    return ""


def _number(item: Evidence) -> Decimal | None:
    if item.stance == Stance.DIFFERS:
        return first_number(item.reported_value)
    return item.figure.value if _is_about_the_value(item) else None


def _date(record: Record, item: Evidence) -> str:
    if item.stance == Stance.DIFFERS:
        return item.reported_value
    return getattr(record, item.field) if _is_about_the_value(item) else ""


def _is_about_the_value(item: Evidence) -> bool:
    return item.stance == Stance.SUPPORTS and not item.reported_value


def _unnamed(record: Record, key: str, items: list[Evidence]) -> Iterator[Record]:
    """The related records of the field `key` that none of its passages names."""
    if key not in _named_relations(type(record)):
        return
    supporting = [item for item in items if item.stance == Stance.SUPPORTS]
    if not supporting or any(item.reported_value for item in supporting):
        return
    texts = [text for item in supporting for text in passage_texts(item.passage)]
    for related in _related_records(record, key):
        if not states_name(texts, _names(related)):
            yield related


def _named_relations(model: type[Record]) -> tuple[str, ...]:
    return admin.site.get_model_admin(model).named_in_passages if admin.site.is_registered(model) else ()


def _related_records(record: Record, name: str) -> Iterable[Record]:
    if is_to_many(type(record), name):
        return getattr(record, name).all()
    related = getattr(record, name)
    return [related] if has_value(related) else []


def _names(record: Record) -> Iterator[str]:
    for name in type(record).search_fields:
        yield from localized_names.split_list(getattr(record, name))
