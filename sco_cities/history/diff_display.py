"""Changes as people read them: what each field said before and says now, in words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.core import edtf
from sco_cities.core.fields import EDTFField
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, Record
from sco_cities.sources.models import Figure, Passage, Report

from .delta import ADDED, REMOVED, Delta, is_of_list, pairs
from .serialization import DocumentField, RowSchema, document_schema

# Chinese has no spaces: each of its characters is a word of its own here.
_WORD = re.compile(r"\s+|[\u3000-\u9fff]|[^\s\u3000-\u9fff]+")
# Longer texts are shown whole, before and after, and so are texts that have little in common.
_MOST_COMPARISONS = 4_000_000
_ALIKE = 0.3
_LONG = 60

SAME, GONE, COME = "same", "gone", "come"


@dataclass
class DiffPart:
    """A piece of a text that stayed, went or came."""

    kind: str
    text: str


@dataclass
class DiffLine:
    """How one field differs: its texts in `parts`, or what went, came and changed in its list."""

    name: str
    label: str
    parts: list[DiffPart] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    changed: list[tuple[str, list["DiffLine"]]] = field(default_factory=list)


def _hidden() -> str:
    return _("an unpublished record")


class NamedValue:
    """What records are called that changes name: by their names, or by their slugs where they are gone.

    For readers, those that are not published go without either.
    """

    def __init__(self, made: Iterable[tuple[type[Record], Delta]], *, to_readers: bool = False):
        self.to_readers = to_readers
        slugs: dict[type[Record], set[str]] = defaultdict(set)
        for model, changes in made:
            for target, text in _named(model, changes):
                slugs[target].add(text)
        self._names = {target: self._read(target, texts) for target, texts in slugs.items()}

    def _read(self, model: type[Record], slugs: set[str]) -> dict[str, str]:
        records = model._default_manager.filter(slug__in=slugs).for_link()
        return {record.slug: str(record) for record in (records.published() if self.to_readers else records)}

    def name(self, model: type[models.Model], text: str) -> str:
        """What the `model` is called that a document names so."""
        if model is Figure:
            return text
        slug = text.rpartition("#")[0] if model is Passage else text
        known = self._names.get(Report if model is Passage else model, {})
        if slug not in known:
            return _hidden() if self.to_readers else text
        return text if model is Passage else known[slug]

    def is_hidden(self, rows: RowSchema, row: dict) -> bool:
        """Whether a row says what a report says that readers do not see."""
        reports = self._names.get(Report, {})
        return self.to_readers and any(
            row[column.name].rpartition("#")[0] not in reports
            for column in rows.columns
            if column.field.related_model is Passage and row.get(column.name)
        )


def _named(model: type[Record], changes: Delta) -> Iterator[tuple[type[Record], str]]:
    form = document_schema(model)
    of_rows = form.rows | form.shared
    for name, change in changes.items():
        if name in form.columns:
            cells = [(form.columns[name].field, text) for text in change]
        elif name in form.names:
            cells = [(form.names[name].other, text) for side in (REMOVED, ADDED) for text in change[side]]
        elif name in of_rows:
            cells = [
                (column.field, row.get(column.name))
                for column in of_rows[name].columns
                for side in (REMOVED, ADDED)
                for row in change[side]
            ]
        else:
            continue
        for relation, text in cells:
            if relation.is_relation and text and relation.related_model is not Figure:
                is_passage = relation.related_model is Passage
                yield (Report, text.rpartition("#")[0]) if is_passage else (relation.related_model, text)


def diff_lines(model: type[Record], changes: Delta, called: NamedValue) -> list[DiffLine]:
    """What `changes` did to a record, field by field, in the order of its form."""
    form = document_schema(model)
    known = [name for name in (*form.columns, *form.names, *form.rows) if name in changes]
    return [_line(model, name, changes[name], called) for name in known]


def revision_lines(
    made: Iterable[tuple[type[Record], Delta]], *, to_readers: bool = False
) -> list[list[DiffLine]]:
    """The lines of many changes, with a fixed number of queries."""
    made = list(made)
    called = NamedValue(made, to_readers=to_readers)
    return [diff_lines(model, changes, called) for model, changes in made]


def _line(model: type[Record], name: str, change, called: NamedValue) -> DiffLine:
    form, line = document_schema(model), DiffLine(name, field_label(model, name))
    if not is_of_list(change):
        column = form.columns[name]
        line.parts = word_diff(*(format_value(column, value, called) for value in change))
    elif name in form.names:
        line.gone, line.come = (
            [called.name(form.names[name].related_model, text) for text in change[side]]
            for side in (REMOVED, ADDED)
        )
    else:
        rows = form.rows[name]
        changed, gone, come = pairs(rows, change)
        line.changed = [_changed_row(model, rows, old, new, called) for old, new in changed]
        line.gone, line.come = (
            [format_row(model, rows, row, called) for row in some] for some in (gone, come)
        )
    return line


def _changed_row(
    model, rows: RowSchema, old: dict, new: dict, called: NamedValue
) -> tuple[str, list[DiffLine]]:
    """A row by what stayed the same in it, and how the rest differs."""
    if called.is_hidden(rows, old) or called.is_hidden(rows, new):
        return _hidden(), []
    differing = [column for column in rows.columns if old.get(column.name) != new.get(column.name)]
    same = {column.name: old.get(column.name) for column in rows.columns if column not in differing}
    return format_row(model, rows, same, called), [
        DiffLine(
            column.name,
            str(column.field.verbose_name),
            word_diff(*(format_value(column, row.get(column.name), called) for row in (old, new))),
        )
        for column in differing
    ]


def field_label(model: type[Record], name: str) -> str:
    """What people call a field of a document, or one that evidence speaks of."""
    try:
        return evidence_coverage.field_label(model, name)
    except FieldDoesNotExist:  # the history may be older than the kind of record is now
        return name


def format_value(column: DocumentField, value, called: NamedValue) -> str:
    """A value of a document as people write it; "" where there is none."""
    kind = column.field
    if value in (None, ""):
        return ""
    if kind.is_relation:
        return called.name(kind.related_model, value)
    if kind.choices:
        return str(dict(kind.flatchoices).get(value, value))
    if isinstance(kind, EDTFField):
        return edtf.format_date(value)
    if isinstance(kind, models.DateField):
        return date_format(date.fromisoformat(value[:10]))
    return str(value)


def format_row(model: type[Record], rows: RowSchema, row: dict, called: NamedValue) -> str:
    """A row of a document: its values, without what they are called."""
    if called.is_hidden(rows, row):
        return _hidden()
    said = []
    for column in rows.columns:
        value = row.get(column.name)
        if column.name == "field" and value:  # of evidence and rulings
            said.append("" if value == FIGURE and row.get("figure") else field_label(model, value))
        elif column.field.related_model is Figure and value:
            said.append(field_label(model, evidence_coverage.figure_key(value)))
        else:
            said.append(format_value(column, value, called))
    return " · ".join(filter(None, said))


def word_diff(old: str, new: str) -> list[DiffPart]:
    """The texts before and after as one, word by word where they have enough in common."""
    whole = [DiffPart(kind, text) for kind, text in ((GONE, old), (COME, new)) if text]
    if not (old and new) or max(len(old), len(new)) < _LONG:
        return whole
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) * len(after) > _MOST_COMPARISONS:
        return whole
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = sum(
        not word.isspace() for i, _j, size in matcher.get_matching_blocks() for word in before[i : i + size]
    )
    if kept < _ALIKE * sum(not word.isspace() for word in max(before, after, key=len)):
        return whole
    parts = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            parts.append(DiffPart(SAME, "".join(before[i:j])))
        else:
            pieces = ((GONE, "".join(before[i:j])), (COME, "".join(after[k:m])))
            parts += [DiffPart(kind, text) for kind, text in pieces if text]
    return parts
