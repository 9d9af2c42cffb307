"""The values of a record as plain texts in the reader's language, each with its footnotes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from delegates.models import Event
from initiatives.models import ROLE_LABELS, CityRole, Initiative
from sco_cities.core.edtf import format_date
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import localized
from sco_cities.core.translations import translated_fields
from sco_cities.i18n.punctuation import comma_list, semicolon_list, with_remark
from sco_cities.site.templatetags.site import plain_text
from sco_cities.sources.base_models import Record, own_rows
from sco_cities.sources.evidence_coverage import field_label, field_text, figure_label
from sco_cities.sources.footnotes import Footnotes, Reading, ValueNotes
from sco_cities.sources.models import Figure, Report

from .record_document import field_value

# Stems of fields that are shown above the list of values. Names are shown as the heading, and texts without a label.
NAMES, TEXTS = ("name", "title"), ("summary", "description")


@dataclass(frozen=True)
class RecordValue:
    """A value of a record. `stem` is the field name without a language suffix, such as "title" for "title_ru".

    The text is "" if the value is unknown but reports mention it. `keys` contains the field names, or the figure key,
    that evidence refers to.
    """

    stem: str
    label: str
    text: str
    notes: ValueNotes
    keys: tuple[str, ...]


def record_values(record: Record, footnotes: Footnotes) -> Iterator[RecordValue]:
    """Yields the values that evidence can support, in page order. Texts are only in the reader's language."""
    model = type(record)
    stems = {
        column: stem for stem, texts in translated_fields(model).items() for column in texts.columns.values()
    }
    fields: dict[str, list[str]] = {}
    for name in model.evidence_fields:
        fields.setdefault(stems.get(name, name), []).append(name)
    for stem, names in fields.items():
        text = localized(record, stem) if names[0] in stems else display_text(record, names[0])
        notes = footnotes.notes_for(*names)
        if text or notes.has_readings:
            label = capfirst(field_label(model, names[0]))
            yield RecordValue(stem, label, text, notes, tuple(names))
    for entry in footnotes.figures:
        label = capfirst(figure_label(entry.figure))
        yield RecordValue(
            entry.key, label, figure_text(entry.figure), footnotes.notes_for(entry.key), (entry.key,)
        )


def reference_facts(record: Record) -> Iterator[tuple[str, str]]:
    """Yields the label and text of each fact of a record that has no evidence."""
    if isinstance(record, Report):
        yield _("Publisher"), record.publisher
        if record.published_on:
            yield _("Published"), format_date(record.published_on)
        yield _("Language"), language_name(record.language)
        yield _("Address"), record.address
    if coordinates := getattr(record, "coordinates", ""):
        yield _("Coordinates"), coordinates
    if aliases := getattr(record, "alias_list", []):
        yield _("Other names"), comma_list(aliases)


def display_text(record: Record, name: str) -> str:
    """The value of a field as text. For a relation, the names of the published records."""
    if (remarked := remarked_records(record, name)) is not None:
        return semicolon_list(with_remark(each, remark) for each, remark in remarked)
    value = field_value(record, name)
    if isinstance(value, list):
        return semicolon_list(sorted(map(str, value)))
    return str(value) if isinstance(value, Record) else field_text(record._meta.get_field(name), value)


def remarked_records(record: Record, name: str) -> list[tuple[Record, str]] | None:
    """Pairs of a published related record and a remark about the relation, such as a city and its role.

    None if the field has no remarks.
    """
    remarked = _REMARKED.get((type(record), name))
    return None if remarked is None else list(remarked(record))


def _cities(initiative: Initiative) -> Iterator[tuple[Record, str]]:
    for role in CityRole:
        for city in initiative.cities_as(role):
            yield city, str(ROLE_LABELS[role])


def _attendances(event: Event) -> Iterator[tuple[Record, str]]:
    for row in own_rows(event, "attendances", "delegate"):
        if row.delegate.is_published:
            yield row.delegate, localized(row, "role_at_event")


_REMARKED: dict[tuple[type[Record], str], Callable[[Record], Iterator[tuple[Record, str]]]] = {
    (Initiative, "cities"): _cities,
    (Event, "attendances"): _attendances,
}


def figure_text(figure: Figure) -> str:
    """A figure as shown on its page, such as "over 20 trains, 2024"."""
    return plain_text(render_to_string("sources/_figure.html", {"figure": figure}))


def reading_text(reading: Reading, value: RecordValue) -> str:
    """The reported value as shown on the page, such as "under way (trial)"."""
    context = {"reported": reading.reported, "value": value.notes, "plain": value.text}
    return plain_text(render_to_string("sources/_reported_value.html", context))
