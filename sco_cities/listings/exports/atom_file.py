"""A list as a feed (Atom 1.0, RFC 4287): an entry for each record, in the order of the page.

Feed readers sort entries by time; with `sort=-updated_at` the file itself has the newest ones first.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.utils.text import capfirst
from django.utils.translation import get_language

from sco_cities.core.localized_names import foreign_language_note, localized
from sco_cities.core.translations import translated_fields
from sco_cities.core.xml_characters import NOT_IN_XML
from sco_cities.i18n.languages import html_language
from sco_cities.i18n.punctuation import semicolon_list, with_label, with_remark
from sco_cities.listings.columns import Column
from sco_cities.listings.last_modified import last_modified
from sco_cities.listings.row_batch import RowBatch

from . import attribution
from .csv_cells import format_utc
from .streaming_response import Export, ExportFormat

TYPE = "application/atom+xml"
SITE = "SCO Cities"
# The texts of a summary.
_SUMMARY_COLUMNS = ("summary", "description")
_INVALID_CHARACTERS = re.compile(f"[{NOT_IN_XML}]")


def write_atom(export: Export) -> Iterator[bytes]:
    """The feed, in batches."""
    entries = _Entries(export)
    start = _head(export)
    for keys in export.key_batches():
        yield (start + "".join(entries(keys))).encode()
        start = ""
    yield (start + "</feed>\n").encode()


def _head(export: Export) -> str:
    language = get_language() or "en"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{html_language(language)}">'
        f"<id>{_text(export.file_url)}</id>"
        f"<title>{_text(export.selection.heading)}</title>"
        f"<updated>{format_utc(last_modified(export.selection.result_set) or export.exported_at)}</updated>"
        f"<author><name>{SITE}</name><uri>{_text(export.home_url)}</uri></author>"
        f"<rights>{_text(' '.join(attribution.attribution_lines()))}</rights>"
        f'<link rel="license" type="text/html" href={quoteattr(attribution.LICENCE_ADDRESS)}/>'
        f'<link rel="self" type="{TYPE}" href={quoteattr(export.file_url)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(export.page_url)}/>\n'
    )


class _Entries:
    """Writes the entries of a batch of records."""

    def __init__(self, export: Export):
        self.export = export
        listing = export.listing
        self.model = listing.indexed_model.model
        self.noun = capfirst(str(self.model._meta.verbose_name))
        self.columns = listing.feed_columns
        self.texts = translated_fields(self.model)
        self.fields = [field for column in self.columns for field in column.fields]

    def __call__(self, keys: list[int]) -> Iterator[str]:
        listing, state = self.export.listing, self.export.selection.state
        records = {record.pk: record for record in listing.records().defer("search_text").filter(pk__in=keys)}
        batch = RowBatch(listing, state, keys, self.fields)
        facts_by_column = [
            [with_label(column.label, text) if text else "" for text in texts]
            for column in self.columns
            for texts in [
                [_in_reader_language(records[key], column.name) for key in keys]
                if column.name in self.texts
                else self._display_values(column, batch)
            ]
        ]
        for key, facts in zip(keys, zip(*facts_by_column, strict=True), strict=True):
            yield self._entry(records[key], [fact for fact in facts if fact])

    def _entry(self, record, facts: list[str]) -> str:
        address = _text(self.export.record_url(record.slug))
        texts = [_in_reader_language(record, stem) for stem in _SUMMARY_COLUMNS if stem in self.texts]
        # A reader has the entries of many sites, so each says what it is about.
        texts = [with_label(self.noun, text) for text in texts if text] or [self.noun]
        summary = "\n".join([*texts, " · ".join(facts)])
        return (
            f"<entry><id>{address}</id><title>{_text(str(record))}</title>"
            f"<updated>{format_utc(record.updated_at)}</updated><published>{format_utc(record.created_at)}</published>"
            f'<link rel="alternate" type="text/html" href="{address}"/>'
            f"<summary>{_text(summary)}</summary></entry>\n"
        )

    def _display_values(self, column: Column, batch: RowBatch) -> list[str]:
        """The values of a column as text for people."""
        values = column.names(batch) if column.has_names else column.values(batch)
        choices = self._choices(column)
        return [
            semicolon_list(value)
            if isinstance(value, list)
            else str(choices[value])
            if value in choices
            else column.display(value)
            for value in values
        ]

    def _choices(self, column: Column) -> dict:
        fields = {field.name: field for field in self.model._meta.get_fields()}
        field = fields.get(column.source)
        return dict(getattr(field, "choices", None) or ())


def _in_reader_language(record, stem: str) -> str:
    """A text in the reader's language; if it is in another one only, a word in brackets says so."""
    text = localized(record, stem)
    note = foreign_language_note(text)
    return with_remark(text, note) if note else text


def _text(text: str) -> str:
    return escape(_INVALID_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text))


ATOM = ExportFormat("atom", f"{TYPE}; charset=utf-8", write_atom, is_deterministic=True, is_download=False)
