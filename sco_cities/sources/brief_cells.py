"""Cells of a brief, which render record values as HTML, one column at a time. An empty value becomes ""."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import get_language

from sco_cities.core.edtf import format_date
from sco_cities.core.html import join_html
from sco_cities.core.localized_names import Localized, best_language
from sco_cities.core.templatetags.dates import date_range
from sco_cities.core.translations import ENGLISH, TRANSLATIONS
from sco_cities.i18n.languages import TEXT_LANGUAGES
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import semicolon
from sco_cities.listings.columns import Column, RelatedColumn, RelatedListColumn
from sco_cities.listings.filter_options import labels
from sco_cities.listings.row_batch import RowBatch

from .evidence_coverage import field_text
from .html import localized_html, prose_html


@dataclass(frozen=True)
class FieldCell:
    """Renders the values of a field in readable form. `language` is the language of texts without translations."""

    name: str
    language: str = ""

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, batch: RowBatch) -> list[str]:
        field = batch.listing.indexed_model.model._meta.get_field(self.name)
        texts = (field_text(field, value) for value in batch.field(self.name))
        return [localized_html(Localized(text, self.language)) if text else "" for text in texts]


@dataclass(frozen=True)
class ColumnCell:
    """Renders the dates or numbers of a computed column. 0 becomes ""."""

    column: Column

    @property
    def fields(self):
        return self.column.fields

    def __call__(self, batch: RowBatch) -> list[str]:
        show = format_date if self.column.is_edtf else GroupedInt
        return [escape(show(value)) if value else "" for value in self.column.values(batch)]


@dataclass(frozen=True)
class DateRangeCell:
    """Renders a start and an end date. Unknown dates are omitted."""

    starts_on: str = "starts_on"
    ends_on: str = "ends_on"

    @property
    def fields(self):
        return (self.starts_on, self.ends_on)

    def __call__(self, batch: RowBatch) -> list[str]:
        return [escape(date_range(*ends)) for ends in zip(*map(batch.field, self.fields), strict=True)]

    def by_field(self, batch: RowBatch) -> dict[str, list[str]]:
        return {name: [escape(format_date(text)) for text in batch.field(name)] for name in self.fields}


@dataclass(frozen=True)
class TextCell:
    """Renders a text in the reader's language or the best available language. `english` names the English column."""

    name: str
    english: str = ""

    @property
    def fields(self):
        translations = (f"{self.name}_{language}" for language in TRANSLATIONS)
        return (self.english or f"{self.name}_{ENGLISH}", *translations)

    def __call__(self, batch: RowBatch) -> list[str]:
        columns = zip(*map(batch.field, self.fields), strict=True)
        return [prose_html(best_language(dict(zip(TEXT_LANGUAGES, texts, strict=True)))) for texts in columns]

    def by_field(self, batch: RowBatch) -> dict[str, list[str]]:
        named = zip(TEXT_LANGUAGES, self.fields, strict=True)
        return {
            name: [localized_html(Localized(text, language)) for text in batch.field(name)]
            for language, name in named
        }


@dataclass(frozen=True)
class NamesCell:
    """Renders the names of published records in a list column. A name in another language has a `lang` attribute."""

    column: RelatedColumn | RelatedListColumn

    @property
    def fields(self):
        return self.column.fields

    def __call__(self, batch: RowBatch) -> list[str]:
        names, separator = record_names_html(batch, self.column.of), semicolon()
        return [
            join_html(separator, [names[record.pk] for record in records])
            for records in self.column.records(batch)
        ]


def record_names_html(batch: RowBatch, of: str) -> dict[int, str]:
    """Returns the names of all records in a collection as HTML, by key."""
    names = labels(batch.state, of)
    return batch.state.memoize(
        ("marked", of, get_language()),
        (names,),
        lambda: {key: localized_html(name) for key, name in names.items()},
    )
