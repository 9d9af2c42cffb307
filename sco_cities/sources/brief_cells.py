"""How the values of a brief are written: as HTML, column by column, "" where a record has none."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import get_language

from sco_cities.core.edtf import format_date
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import Localized, best_language
from sco_cities.core.templatetags.dates import span
from sco_cities.i18n.languages import LANGUAGES
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import semicolon
from sco_cities.listings.columns import Column, CountColumn, RelatedColumn, RelatedListColumn
from sco_cities.listings.filter_html import join_html
from sco_cities.listings.filter_options import labels
from sco_cities.listings.row_batch import RowBatch

from .html import localized_html


@dataclass(frozen=True)
class ChoiceCell:
    """The word of a choice."""

    name: str

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: RowBatch) -> list[str]:
        words = dict(block.listing.kind.model._meta.get_field(self.name).flatchoices)
        return [escape(words.get(value, value)) for value in block.field(self.name)]


@dataclass(frozen=True)
class DateRangeCell:
    """From when to when, as far as is known."""

    starts_on: str = "starts_on"
    ends_on: str = "ends_on"

    @property
    def fields(self):
        return (self.starts_on, self.ends_on)

    def __call__(self, block: RowBatch) -> list[str]:
        return [escape(span(*ends)) for ends in zip(*map(block.field, self.fields), strict=True)]

    def singly(self, block: RowBatch) -> dict[str, list[str]]:
        return {name: [escape(format_date(text)) for text in block.field(name)] for name in self.fields}


@dataclass(frozen=True)
class DateCell:
    """One date, as people write it."""

    name: str

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: RowBatch) -> list[str]:
        return [escape(format_date(text)) for text in block.field(self.name)]


@dataclass(frozen=True)
class TextCell:
    """A text in the reader's language, or in the nearest one that has it."""

    name: str

    @property
    def fields(self):
        return tuple(f"{self.name}_{language}" for language in LANGUAGES)

    def __call__(self, block: RowBatch) -> list[str]:
        columns = zip(*map(block.field, self.fields), strict=True)
        return [localized_html(best_language(dict(zip(LANGUAGES, texts, strict=True)))) for texts in columns]

    def singly(self, block: RowBatch) -> dict[str, list[str]]:
        named = zip(LANGUAGES, self.fields, strict=True)
        return {
            name: [localized_html(Localized(text, language)) for text in block.field(name)]
            for language, name in named
        }


@dataclass(frozen=True)
class PlainCell:
    """A text that exists in one language only, or in none ("") as addresses and numbers do."""

    name: str
    language: str = "en"

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: RowBatch) -> list[str]:
        return [
            "" if value in (None, "") else localized_html(Localized(str(value), self.language))
            for value in block.field(self.name)
        ]


@dataclass(frozen=True)
class AmountCell:
    """A number, with its thousands apart."""

    name: str

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: RowBatch) -> list[str]:
        return ["" if number is None else escape(GroupedInt(number)) for number in block.field(self.name)]


@dataclass(frozen=True)
class LanguageCell:
    """The language that a code stands for."""

    name: str = "language"

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: RowBatch) -> list[str]:
        return [escape(language_name(code)) for code in block.field(self.name)]


@dataclass(frozen=True)
class NamesCell:
    """The names of the published records that a column of the list gives, each in its language."""

    column: RelatedColumn | RelatedListColumn

    @property
    def fields(self):
        return self.column.fields

    def __call__(self, block: RowBatch) -> list[str]:
        names, between = of_records(block, self.column.of), semicolon()
        found = self.column.records(block)
        lists = (
            found
            if isinstance(self.column, RelatedListColumn)
            else ([record] if record else [] for record in found)
        )
        return [join_html(between, [names[record.pk] for record in records]) for records in lists]


@dataclass(frozen=True)
class CountCell:
    """How many other records a column counts, where there are any."""

    column: Column | CountColumn

    @property
    def fields(self):
        return self.column.fields

    def __call__(self, block: RowBatch) -> list[str]:
        return [escape(GroupedInt(number)) if number else "" for number in self.column.values(block)]


def of_records(block: RowBatch, of: str) -> dict[int, str]:
    """The names of all records of a kind as HTML, by key."""
    if block.state is None:
        return {key: localized_html(record.name) for key, record in block.records(of).items()}
    known = labels(block.state, of)
    return block.state.remember(
        ("marked", of, get_language()),
        (known,),
        lambda: {key: localized_html(name) for key, name in known.items()},
    )
