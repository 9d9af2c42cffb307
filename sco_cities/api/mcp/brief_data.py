"""A brief as data: records with their columns, the numbers of the notes on each value, and all notes."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sco_cities.api.passage_document import report_document
from sco_cities.api.record_document import figure_document
from sco_cities.core.localized_names import localized
from sco_cities.core.translations import translated_fields
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import TEXT_LANGUAGES, active_language
from sco_cities.listings.columns import Column
from sco_cities.listings.exports.json_rows import JsonRows
from sco_cities.listings.listing import Listing
from sco_cities.sources.briefs import BriefEntry, BriefPage, SharedNote
from sco_cities.sources.footnotes import Footnotes, Note, Reading

from .brief_markdown import evidence_keys, shared_notes
from .json_rpc import JsonObject

# The texts that name a record: those in all languages are told.
_NAMES = ("name", "title")


def brief_data(page: BriefPage, keys: list[int], state: IndexState, request: HttpRequest) -> JsonObject:
    """`records` and `notes` of the page of these records."""
    listing, absolute = page.listing, request.build_absolute_uri
    base = absolute(reverse(f"{listing.collection}-list"))
    rows = JsonRows(listing, state, _columns(listing), lambda slug: f"{base}{slug}/", labels=True)
    documents = rows.objects(rows.read(keys)) if keys else ()
    return {
        "records": [
            {"id": f"{listing.collection}:{entry.slug}", **document, **_noted(page, entry, document)}
            for entry, document in zip(page.entries, documents, strict=True)
        ],
        "notes": [_note(note, absolute) for note in shared_notes(page)],
    }


def _columns(listing: Listing) -> list[Column]:
    """The columns without references to sources, and with longer texts in English and the reader's language only."""
    texts = translated_fields(listing.indexed_model.model).values()
    spared = [language for language in TEXT_LANGUAGES[1:] if language != active_language()]
    left_out = {text.columns[language] for text in texts if text.stem not in _NAMES for language in spared}
    return [column for column in listing.columns if not column.is_reference and column.name not in left_out]


def _noted(page: BriefPage, entry: BriefEntry, document: JsonObject) -> JsonObject:
    """The notes on the values that the document has, and on those that no column has."""
    footnotes, columns = entry.footnotes, page.listing.column_by_name
    noted = {
        name: _value_notes(footnotes, name, has_value=name not in columns or document[name] not in (None, []))
        for name in evidence_keys(page, footnotes)
        if name in document or name not in columns
    }
    data: JsonObject = {"footnotes": {name: notes for name, notes in noted.items() if notes}}
    if footnotes.figures:
        data["figures"] = [figure_document(each.figure) for each in footnotes.figures]
    return data


def _value_notes(footnotes: Footnotes, name: str, *, has_value: bool) -> JsonObject:
    """The numbers of the notes on a value; without what is empty."""
    notes = footnotes.notes_for(name)
    found = {
        "supports": _numbers(notes.supports) if has_value else [],
        "differs": _readings(notes.differs),
        "earlier": _readings(notes.earlier),
        "ruling": " ".join(notes.rulings),
    }
    return {key: value for key, value in found.items() if value}


def _numbers(notes: Iterable[Note]) -> list[int]:
    return [note.number for note in notes]


def _readings(readings: Sequence[Reading]) -> list[JsonObject]:
    return [{"reported_value": _reported(reading), "notes": _numbers(reading.notes)} for reading in readings]


def _reported(reading: Reading) -> dict[str, Any] | None:
    reported = reading.reported
    if reported is None:
        return None
    parts = {
        "choice": reported.choice,
        "text": str(reported.text),
        "as_of": reported.as_of,
        "as_of_edtf": reported.as_of_edtf,
    }
    return {name: value for name, value in parts.items() if value}


def _note(note: SharedNote, absolute: Callable[[str], str]) -> JsonObject:
    passage = note.passage
    return {
        "number": note.number,
        "passage": str(passage),
        "url": absolute(passage.get_absolute_url()),
        "summary": str(localized(passage, "summary")),
        "quotation": passage.quotation or None,
        "archive_address": passage.archive_address or None,
        "report": report_document(note.report),
    }
