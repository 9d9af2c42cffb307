"""Adds values that a row lacks, such as titles generated from the row's cities, and defaults of new records."""

from collections.abc import Iterable, Mapping

from sco_cities.core.translations import TranslatedField, translated_fields
from sco_cities.names.romanization import by_language, in_latin_letters
from sco_cities.names.vocabulary import title_label, title_of

from .column_mapping import RowCells
from .column_types import ImportableModel, ImportColumn
from .models import TEMPLATE, ImportOptions
from .row_result import RowResult
from .to_package import Cells
from .value_resolver import ValueResolver

_MIN_CITIES = 2


def other_languages(kind: ImportableModel, names: Iterable[str]) -> list[str]:
    """Returns the columns in all languages of each translated text that has a column in the file."""
    names = set(names)
    return [
        column
        for text in _texts(kind).values()
        if not names.isdisjoint(text.columns.values()) and kind.columns.keys() >= {*text.columns.values()}
        for column in text.columns.values()
    ]


def _texts(kind: ImportableModel) -> Mapping[str, TranslatedField]:
    """Returns the texts in several languages. Empty for reports, because a report's title has only one language."""
    return {} if kind.name == "reports" else translated_fields(kind.model)


class NewValues:
    """Completes the cells of rows with titles, default values and transliterations."""

    def __init__(
        self,
        kind: ImportableModel,
        columns: Iterable[ImportColumn],
        options: ImportOptions,
        resolver: ValueResolver,
    ):
        self._kind, self._defaults, self._resolver = kind, options.defaults, resolver
        self._columns = {column.name for column in columns}
        self._cities = [column for column in columns if column.role]
        template = self._defaults.get(kind.name_columns[0], "")
        self._thing = template.removeprefix(TEMPLATE) if template.startswith(TEMPLATE) else ""
        (self._titles, *_others) = translated_fields(kind.model).values()

    def add_title(self, cells: RowCells, row_number: int) -> None:
        """Sets the title of a row in each language, if the default title is a template and the row has two cities."""
        if not self._thing:
            return
        cities = [city for column in self._cities for city in self._resolver.items(column, cells, row_number)]
        for language, name in self._titles.columns.items():
            names = [self._name(city, language) for city in cities]
            is_made = len(cities) >= _MIN_CITIES
            cells[name] = title_of(title_label(self._thing, language), names, language) if is_made else ""

    def _name(self, city: str, language: str) -> str:
        """Returns the name of a city in a language. Defaults to the English name, and then to the word in the file."""
        added = self._resolver.new_records.values.get(("cities", city))
        names = added or self._resolver.names("cities").own_names.get(city, {})
        return names.get(f"name_{language}") or names.get("name_en") or city

    def fill_in(self, cells: Cells, stored: Mapping[str, str] | None) -> None:
        """Sets missing or empty cells of a new record to the default values. Does not change other records."""
        for name, value in self._defaults.items():
            if stored is not None:
                current = stored.get(name, "")
                cells[name] = current if value.startswith(TEMPLATE) else cells.get(name, current)
            elif not cells.get(name, "").strip():
                cells[name] = cells.get(value[1:], "") if value.startswith("=") else value
                if value.startswith(TEMPLATE):
                    cells[name] = ""

    def move_texts(self, row: RowResult, cells: Cells, stored: Mapping[str, str] | None) -> None:
        """Moves an English text in another script to the field of its actual language, and adds a transliteration.

        Keeps a stored English text. If a new record has a text only in another language, its transliteration is added.
        A text with Latin letters is not moved.
        """
        for stem, text in _texts(self._kind).items():
            english, columns = text.columns["en"], text.columns
            if not {*columns.values()} <= {*self._columns}:
                continue
            current = {name: (stored or {}).get(name, "") for name in columns.values()}
            written = cells.get(english, "").strip()
            others = () if stored else (cells.get(name, "") for name in columns.values())
            source = written or next(filter(None, others), "")
            is_person = (self._kind.name, stem) == ("delegates", "name")
            found = (
                by_language(written, is_person=is_person)
                if written
                else {"en": in_latin_letters(source, is_person=is_person)}
            )
            for name in columns.values():
                cells.setdefault(name, current[name])
            if not source or found["en"] == written or (written and written == current[english]):
                continue
            for language, value in found.items():
                if language != "en":
                    cells[columns[language]] = value
            cells[english] = current[english] or found["en"]
            if not current[english]:
                row.transliterated.append(english)
