"""A list as a feed (Atom 1.0, RFC 4287): an entry for each record, in the order of the page.

Feed readers put entries in the order of time by themselves; `sort=-updated_at` has the newest ones first here too.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import get_language

from sco_cities.i18n.languages import html_language
from sco_cities.i18n.punctuation import semicolon_list, with_label
from sco_cities.listings.columns import Column
from sco_cities.listings.last_modified import last_modified
from sco_cities.listings.row_batch import RowBatch

from . import attribution
from .csv_cells import moment
from .streaming_response import Export, ExportFormat

TYPE = "application/atom+xml"
SITE = "SCO Cities"
# What records call the text that tells of them.
_SUMMARY_COLUMNS = ("summary", "description")
# What XML 1.0 has no way to write.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_atom(export: Export) -> Iterator[bytes]:
    """The feed, in blocks."""
    entries = _Entries(export)
    start = _head(export)
    for keys in export.blocks():
        yield (start + "".join(entries(keys))).encode()
        start = ""
    yield (start + "</feed>\n").encode()


def _head(export: Export) -> str:
    language = get_language() or "en"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{html_language(language)}">'
        f"<id>{_text(export.address)}</id>"
        f"<title>{_text(export.selection.heading)}</title>"
        f"<updated>{moment(last_modified(export.selection.found) or export.moment)}</updated>"
        f"<author><name>{SITE}</name><uri>{_text(export.home)}</uri></author>"
        f"<rights>{_text(' '.join(attribution.attribution_lines()))}</rights>"
        f'<link rel="self" type="{TYPE}" href={quoteattr(export.address)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(export.page)}/>\n'
    )


class _Entries:
    """Makes the entries of some records."""

    def __init__(self, export: Export):
        self.export = export
        listing = export.listing
        self.model = listing.kind.model
        self.columns = listing.told_columns
        self.fields = [field for column in self.columns for field in column.fields]

    def __call__(self, keys: list[int]) -> Iterator[str]:
        listing, state = self.export.listing, self.export.selection.state
        records = {record.pk: record for record in listing.records().defer("search_text").filter(pk__in=keys)}
        block = RowBatch(listing, state, keys, self.fields)
        told = [
            [with_label(column.label, text) if text else "" for text in self._words(column, block)]
            for column in self.columns
        ]
        for key, facts in zip(keys, zip(*told, strict=True), strict=True):
            yield self._entry(records[key], [fact for fact in facts if fact])

    def _entry(self, record, facts: list[str]) -> str:
        address = _text(self.export.address_of(record.slug))
        telling = [text for name in _SUMMARY_COLUMNS if (text := str(getattr(record, name, "")))]
        summary = "\n".join([*telling, " · ".join(facts)])
        return (
            f"<entry><id>{address}</id><title>{_text(str(record))}</title>"
            f"<updated>{moment(record.updated_at)}</updated><published>{moment(record.created_at)}</published>"
            f'<link rel="alternate" type="text/html" href="{address}"/>'
            f"<summary>{_text(summary)}</summary></entry>\n"
        )

    def _words(self, column: Column, block: RowBatch) -> list[str]:
        """The values of a column as people read them."""
        values = column.names(block) if column.has_names else column.values(block)
        choices = self._choices(column)
        return [
            semicolon_list(value)
            if isinstance(value, list)
            else str(choices[value])
            if value in choices
            else column.word(value)
            for value in values
        ]

    def _choices(self, column: Column) -> dict:
        named = {field.name: field for field in self.model._meta.get_fields()}
        field = named.get(column.source)
        return dict(getattr(field, "choices", None) or ())


def _text(text: str) -> str:
    return escape(_IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text))


ATOM = ExportFormat("atom", f"{TYPE}; charset=utf-8", write_atom, is_timeless=True)
