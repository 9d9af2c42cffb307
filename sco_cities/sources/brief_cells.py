"""How the values of a brief are written: as HTML, column by column, "" where a record has none."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import get_language

from sco_cities.core.edtf import in_words
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import Localized, nearest
from sco_cities.core.templatetags.dates import span
from sco_cities.i18n.languages import LANGUAGES
from sco_cities.i18n.numbers import Grouped
from sco_cities.i18n.punctuation import semicolon
from sco_cities.listings.columns import Column, Count, Many, One
from sco_cities.listings.filter_html import joined
from sco_cities.listings.filter_options import labels
from sco_cities.listings.row_batch import Block

from .html import marked


@dataclass(frozen=True)
class Choice:
    """The word of a choice."""

    name: str

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: Block) -> list[str]:
        words = dict(block.listing.kind.model._meta.get_field(self.name).flatchoices)
        return [escape(words.get(value, value)) for value in block.field(self.name)]


@dataclass(frozen=True)
class Span:
    """From when to when, as far as is known."""

    starts_on: str = "starts_on"
    ends_on: str = "ends_on"

    @property
    def fields(self):
        return (self.starts_on, self.ends_on)

    def __call__(self, block: Block) -> list[str]:
        return [escape(span(*ends)) for ends in zip(*map(block.field, self.fields), strict=True)]

    def singly(self, block: Block) -> dict[str, list[str]]:
        return {name: [escape(in_words(text)) for text in block.field(name)] for name in self.fields}


@dataclass(frozen=True)
class Day:
    """One date, as people write it."""

    name: str

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: Block) -> list[str]:
        return [escape(in_words(text)) for text in block.field(self.name)]


@dataclass(frozen=True)
class Text:
    """A text in the reader's language, or in the nearest one that has it."""

    name: str

    @property
    def fields(self):
        return tuple(f"{self.name}_{language}" for language in LANGUAGES)

    def __call__(self, block: Block) -> list[str]:
        columns = zip(*map(block.field, self.fields), strict=True)
        return [marked(nearest(dict(zip(LANGUAGES, texts, strict=True)))) for texts in columns]

    def singly(self, block: Block) -> dict[str, list[str]]:
        named = zip(LANGUAGES, self.fields, strict=True)
        return {
            name: [marked(Localized(text, language)) for text in block.field(name)]
            for language, name in named
        }


@dataclass(frozen=True)
class Plain:
    """A text that exists in one language only, or in none ("") as addresses and numbers do."""

    name: str
    language: str = "en"

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: Block) -> list[str]:
        return [
            "" if value in (None, "") else marked(Localized(str(value), self.language))
            for value in block.field(self.name)
        ]


@dataclass(frozen=True)
class Amount:
    """A number, with its thousands apart."""

    name: str

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: Block) -> list[str]:
        return ["" if number is None else escape(Grouped(number)) for number in block.field(self.name)]


@dataclass(frozen=True)
class Language:
    """The language that a code stands for."""

    name: str = "language"

    @property
    def fields(self):
        return (self.name,)

    def __call__(self, block: Block) -> list[str]:
        return [escape(language_name(code)) for code in block.field(self.name)]


@dataclass(frozen=True)
class Names:
    """The names of the published records that a column of the list gives, each in its language."""

    column: One | Many

    @property
    def fields(self):
        return self.column.fields

    def __call__(self, block: Block) -> list[str]:
        names, between = of_records(block, self.column.of), semicolon()
        found = self.column.records(block)
        lists = found if isinstance(self.column, Many) else ([record] if record else [] for record in found)
        return [joined(between, [names[record.pk] for record in records]) for records in lists]


@dataclass(frozen=True)
class Tally:
    """How many other records a column counts, where there are any."""

    column: Column | Count

    @property
    def fields(self):
        return self.column.fields

    def __call__(self, block: Block) -> list[str]:
        return [escape(Grouped(number)) if number else "" for number in self.column.values(block)]


def of_records(block: Block, of: str) -> dict[int, str]:
    """The names of all records of a kind as HTML, by key."""
    if block.state is None:
        return {key: marked(record.name) for key, record in block.records(of).items()}
    known = labels(block.state, of)
    return block.state.remember(
        ("marked", of, get_language()), (known,), lambda: {key: marked(name) for key, name in known.items()}
    )
