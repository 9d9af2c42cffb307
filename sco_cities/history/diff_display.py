"""Formats deltas as text with field labels, old and new values, and record names."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.core import edtf, language_codes
from sco_cities.core.fields import EDTFField, LanguageField
from sco_cities.core.localized_names import localized
from sco_cities.core.translations import TranslatedFromField, entries
from sco_cities.i18n.numbers import format_grouped
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, Record
from sco_cities.sources.models import Figure, Passage, Report
from sco_cities.sources.passages import first_words

from .delta import ADDED, REMOVED, Delta, is_list_change, match_rows
from .serialization import DocumentField, RowSchema, document_schema

# Chinese is written without spaces, so each character is treated as a word.
_WORD = re.compile(r"\s+|[\u3000-\u9fff]|[^\s\u3000-\u9fff]+")
# Very long, short or dissimilar texts are not merged. Pages show the full old text, followed by the new text.
_MAX_COMPARISONS = 4_000_000
_MIN_SIMILARITY = 0.3
_MIN_LENGTH = 60

# Pages show a ruling only if a published report contradicts the value. Former slugs may include slugs of drafts.
HIDDEN_FROM_READERS = frozenset(("rulings", "former_slugs"))

SAME = "same"


@dataclass
class DiffPart:
    """A part of a text diff. `kind` is SAME, REMOVED or ADDED."""

    kind: str
    text: str


@dataclass
class DiffLine:
    """The difference in one field. Texts have `parts`. Lists have removed, added and changed rows."""

    name: str
    label: str
    parts: list[DiffPart] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[tuple[str, list["DiffLine"]]] = field(default_factory=list)


def _hidden() -> str:
    return _("an unpublished record")


class RecordNames:
    """The names of the records that deltas refer to, or the slugs of deleted records.

    The name of a passage includes its first words. If `for_readers` is set, the words are omitted, and unpublished
    records have no name or slug.
    """

    def __init__(self, deltas: Iterable[tuple[type[Record], Delta]], *, for_readers: bool = False):
        self.for_readers = for_readers
        keys: dict[type[models.Model], set[str]] = defaultdict(set)
        for model, changes in deltas:
            for target, text in referenced_keys(model, changes):
                keys[target].add(text)
        passages = keys.pop(Passage, set())
        keys[Report] |= {text.rpartition("#")[0] for text in passages}
        self._names = {target: self._read(target, texts) for target, texts in keys.items() if texts}
        self._passages = {} if for_readers else _passage_words(passages)

    def _read(self, model: type[Record], slugs: set[str]) -> dict[str, str]:
        records = model._default_manager.filter(slug__in=slugs).for_link()
        return {record.slug: str(record) for record in (records.published() if self.for_readers else records)}

    def name(self, model: type[models.Model], text: str) -> str:
        """Returns the name of the object of `model` with the natural key `text`."""
        if model is Figure:
            return text
        if (known := self._known_name(model, text)) is None:
            return _hidden() if self.for_readers else text
        if model is Passage:
            return f"{text} “{self._passages[text]}”" if text in self._passages else text
        return known

    def visible(self, model: type[models.Model], text: str) -> str:
        """Returns the natural key `text`, or "" if readers cannot see the object."""
        is_hidden = self.for_readers and model is not Figure and self._known_name(model, text) is None
        return "" if is_hidden else text

    def _known_name(self, model: type[models.Model], text: str) -> str | None:
        """Returns the name of a record or of a passage's report. Returns None if it is unknown."""
        if model is Passage:
            model, text = Report, text.rpartition("#")[0]
        return self._names.get(model, {}).get(text)

    def is_hidden(self, rows: RowSchema, row: dict) -> bool:
        """Returns True if a row refers to a report or another record that readers cannot see."""
        return self.for_readers and any(
            not self.visible(column.field.related_model, row[column.name])
            for column in rows.columns
            if column.field.is_relation and row.get(column.name)
        )


def _passage_words(keys: Collection[str]) -> dict[str, str]:
    """Maps the natural keys of passages to their first words, with one query. Deleted passages are omitted."""
    if not keys:
        return {}
    slugs, numbers = zip(*(key.rpartition("#")[::2] for key in keys), strict=True)
    stored = Passage.objects.filter(report__slug__in=slugs, number__in=numbers).select_related("report")
    return {str(passage): first_words(localized(passage, "summary")) for passage in stored}


def referenced_keys(model: type[Record], changes: Delta) -> Iterator[tuple[type[models.Model], str]]:
    """Yields the model and natural key of each record and passage in a delta."""
    schema = document_schema(model)
    row_schemas = schema.rows | schema.shared_rows
    for name, change in changes.items():
        if name in schema.columns:
            cells = [(schema.columns[name].field, text) for text in change]
        elif name in schema.many_to_many:
            relation = schema.many_to_many[name].other
            cells = [(relation, text) for side in (REMOVED, ADDED) for text in change[side]]
        elif name in row_schemas:
            cells = [
                (column.field, row.get(column.name))
                for column in row_schemas[name].columns
                for side in (REMOVED, ADDED)
                for row in change[side]
            ]
        else:
            continue
        for relation, text in cells:
            if relation.is_relation and text and relation.related_model is not Figure:
                yield relation.related_model, text


def revision_lines(
    deltas: Iterable[tuple[type[Record], Delta]], *, for_readers: bool = False
) -> list[list[DiffLine]]:
    """Returns the lines of each delta, one per changed field, in form order. Runs a fixed number of queries."""
    deltas = list(deltas)
    names, hidden = RecordNames(deltas, for_readers=for_readers), HIDDEN_FROM_READERS if for_readers else ()
    lines = []
    for model, changes in deltas:
        schema = document_schema(model)
        fields = (*schema.columns, *schema.many_to_many, *schema.rows)
        changed = [name for name in fields if name in changes and name not in hidden]
        lines.append([_line(model, name, changes[name], names) for name in changed])
    return lines


def _line(model: type[Record], name: str, change, names: RecordNames) -> DiffLine:
    schema, line = document_schema(model), DiffLine(name, field_label(model, name))
    if not is_list_change(change):
        column = schema.columns[name]
        line.parts = word_diff(*(format_value(column, value, names) for value in change))
    elif name in schema.many_to_many:
        line.removed, line.added = (
            [names.name(schema.many_to_many[name].related_model, text) for text in change[side]]
            for side in (REMOVED, ADDED)
        )
    else:
        rows = schema.rows[name]
        changed, removed, added = match_rows(rows, change)
        line.changed = [_changed_row(model, rows, old, new, names) for old, new in changed]
        line.removed, line.added = (
            [format_row(model, rows, row, names) for row in side] for side in (removed, added)
        )
    return line


def _changed_row(
    model, rows: RowSchema, old: dict, new: dict, names: RecordNames
) -> tuple[str, list[DiffLine]]:
    """Returns the unchanged columns of a row as text, and a line for each changed column."""
    if names.is_hidden(rows, old) or names.is_hidden(rows, new):
        return _hidden(), []
    differing = [column for column in rows.columns if old.get(column.name) != new.get(column.name)]
    same = {column.name: old.get(column.name) for column in rows.columns if column not in differing}
    return format_row(model, rows, same, names), [
        DiffLine(
            column.name,
            str(column.field.verbose_name),
            word_diff(*(format_value(column, row.get(column.name), names) for row in (old, new))),
        )
        for column in differing
    ]


def field_label(model: type[Record], name: str) -> str:
    """Returns the label of a document field or evidence field."""
    try:
        return evidence_coverage.field_label(model, name)
    except FieldDoesNotExist:  # The revision may be older than the current model.
        return name


def format_value(column: DocumentField, value, names: RecordNames) -> str:
    """Formats a value of a document for display. Returns "" for an empty value."""
    field = column.field
    if value in (None, ""):
        return ""
    if field.is_relation:
        return names.name(field.related_model, value)
    if isinstance(field, LanguageField):
        return str(language_codes.language_name(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, TranslatedFromField):
        return comma_list(str(field.model._meta.get_field(name).verbose_name) for name in entries(value))
    if isinstance(field, EDTFField):
        return edtf.format_date(value)
    if isinstance(field, models.DateField):
        return date_format(date.fromisoformat(value[:10]))
    if isinstance(field, models.DecimalField):
        return format_grouped(Decimal(value))
    return str(value)


def format_row(model: type[Record], rows: RowSchema, row: dict, names: RecordNames) -> str:
    """Formats the values of a document row, without labels."""
    if names.is_hidden(rows, row):
        return _hidden()
    texts = []
    for column in rows.columns:
        value = row.get(column.name)
        if column.name == "field" and value:  # The name of the field that the evidence or ruling refers to.
            texts.append("" if value == FIGURE and row.get("figure") else field_label(model, value))
        elif column.field.related_model is Figure and value:
            texts.append(field_label(model, evidence_coverage.figure_key(value)))
        else:
            texts.append(format_value(column, value, names))
    return " · ".join(filter(None, texts))


def word_diff(old: str, new: str) -> list[DiffPart]:
    """Merges two texts word by word. If the texts have little in common, returns the old text and then the new text."""
    whole = [DiffPart(kind, text) for kind, text in ((REMOVED, old), (ADDED, new)) if text]
    if not (old and new) or max(len(old), len(new)) < _MIN_LENGTH:
        return whole
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) * len(after) > _MAX_COMPARISONS:
        return whole
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    matched = sum(
        not word.isspace() for i, _j, size in matcher.get_matching_blocks() for word in before[i : i + size]
    )
    if matched < _MIN_SIMILARITY * sum(not word.isspace() for word in max(before, after, key=len)):
        return whole
    parts = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            parts.append(DiffPart(SAME, "".join(before[i:j])))
        else:
            pieces = ((REMOVED, "".join(before[i:j])), (ADDED, "".join(after[k:m])))
            parts += [DiffPart(kind, text) for kind, text in pieces if text]
    return parts
