"""Footnotes in a change form, shown next to the supported fields and above the supported rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.admin.utils import help_text_for_field
from django.db.models import Model
from django.forms import ModelForm
from django.template.loader import render_to_string

from sco_cities.admin_framework.admin_urls import add_evidence_url
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.evidence_coverage import fields_without_evidence
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Evidence, Figure, Passage, Stance
from sco_cities.sources.reported_values import EvidenceItem

from .value_match import UnstatedValues, unstated_values

# Maximum number of footnotes shown per field. Further footnotes are only counted.
MAX_NOTES = 12


@dataclass(frozen=True)
class Footnote:
    """A passage's statement about a field. `number` is the footnote's number on the public page.

    `unstated` is a sentence about a value that the passage does not contain, or "".
    """

    number: int
    passage: Passage
    evidence_item: EvidenceItem
    unstated: str


@dataclass(frozen=True)
class FieldNotes:
    """The footnotes and the ruling for a field of a record."""

    key: str
    label: str
    anchor: str
    notes: list[Footnote]
    ruling: str
    # A sentence about related records that no passage names, or "".
    unnamed: str
    # `is_missing` is True if there is no evidence. `is_covered` is True if whole-record evidence covers the field.
    is_missing: bool
    is_covered: bool
    add_url: str

    @property
    def first_notes(self) -> list[Footnote]:
        return self.notes[:MAX_NOTES]

    @property
    def more(self) -> int:
        return len(self.notes) - len(self.first_notes)


class RecordNotes:
    """The footnotes of one record by field, loaded with a fixed number of queries.

    Footnotes from unpublished reports come last, so the other footnotes have the same numbers as on the public page.
    """

    def __init__(self, record: Record, *, can_add: bool):
        self.record, self.model, self.can_add = record, type(record), can_add
        evidence = sorted(record.evidence.for_notes(), key=lambda item: not item.passage.report.is_published)
        self.footnotes = Footnotes(record, evidence)
        self.by_key: dict[str, list[Evidence]] = {}
        for item in evidence:
            self.by_key.setdefault(item.field_key, []).append(item)
        self.numbers = {note.passage.pk: note.number for note in self.footnotes.notes}

    @cached_property
    def supported_fields(self) -> set[str]:
        """The fields supported by published reports."""
        return {
            key
            for key, items in self.by_key.items()
            if any(item.stance == Stance.SUPPORTS and item.passage.report.is_published for item in items)
        }

    @cached_property
    def filled_fields(self) -> list[str]:
        return evidence_coverage.filled_fields([self.record])[self.record.pk]

    @cached_property
    def missing_evidence(self) -> set[str]:
        return set(fields_without_evidence(self.model, self.filled_fields, self.supported_fields))

    @cached_property
    def unstated_values(self) -> UnstatedValues:
        return unstated_values(self.record, self.by_key)

    @cached_property
    def rulings(self) -> dict[str, str]:
        return dict(self.record.rulings.values_list("field", "reason"))

    def for_field(self, key: str) -> FieldNotes:
        """Returns the notes for the field `key`."""
        items = sorted(self.by_key.get(key, []), key=lambda item: Stance.values.index(item.stance))
        covers_all = WHOLE in self.supported_fields and not self.model.needs_own_evidence(key)
        return FieldNotes(
            key=key,
            label=evidence_coverage.field_label(self.model, key),
            anchor=f"notes-{self._anchor_suffix(key)}",
            notes=[
                Footnote(
                    self.numbers[item.passage_id],
                    item.passage,
                    self.footnotes.evidence_item(item),
                    self.unstated_values.by_evidence.get(item.pk, ""),
                )
                for item in items
            ],
            ruling=self.rulings.get(key, ""),
            unnamed=self.unstated_values.by_field.get(key, ""),
            is_missing=key in self.missing_evidence,
            is_covered=covers_all and key in self.filled_fields and key not in self.supported_fields,
            add_url=add_evidence_url(self.record, [key]) if self.can_add else "",
        )

    def _anchor_suffix(self, key: str) -> str:
        """Returns the field name, or a figure's primary key because its label may be invalid in an anchor."""
        for figure in self.footnotes.figures:
            if figure.key == key:
                return f"figure-{figure.pk}"
        return "whole" if key == WHOLE else key

    def add_to_fields(self, form: ModelForm) -> None:
        """Adds the notes to each field's help text, which screen readers announce with the field."""
        read_only = {}
        for name in self.model.evidence_fields:
            if name in form.fields:
                bound = form[name]
                bound.help_text = self._help_text(name, bound.help_text)
            else:
                read_only[name] = self._help_text(name, help_text_for_field(name, self.model))
        # Each request creates a separate form class, so this change affects no other form.
        form._meta.help_texts = {**(form._meta.help_texts or {}), **read_only}

    def _help_text(self, name: str, help_text: str) -> str:
        context = {"help_text": help_text, "notes": self.for_field(name)}
        return render_to_string("admin/curation/evidence/_field_notes.html", context)

    def add_to_formsets(self, formsets: Iterable) -> None:
        """Sets the notes shown above the rows of each formset, and links the rows to the notes (aria-describedby)."""
        for formset in formsets:
            figures = formset.initial_forms if formset.model is Figure else ()
            keys = {form: evidence_coverage.figure_key(form.instance.label) for form in figures}
            whole = [WHOLE] if formset.model is Evidence else fields_set_by(formset.model, self.model)
            formset.notes = [self.for_field(key) for key in dict.fromkeys([*whole, *keys.values()])]
            anchors = {notes.key: notes.anchor for notes in formset.notes}
            for form in formset.initial_forms:
                if formset.model is Evidence:
                    form.unstated = self.unstated_values.by_evidence.get(form.instance.pk, "")
                    continue
                anchor = anchors.get(keys.get(form) or next(iter(whole), None))
                visible = [field for field in form.fields.values() if not field.widget.is_hidden]
                if anchor and visible:
                    widget = getattr(visible[0].widget, "widget", visible[0].widget)
                    widget.attrs = widget.attrs | {"aria-describedby": anchor}


def fields_set_by(rows_model: type[Model], model: type[Record]) -> list[str]:
    """Returns the fields of `model` whose values are rows of `rows_model`, such as the attendances of an event."""
    return [
        name
        for name in model.evidence_fields
        if evidence_coverage.is_to_many(model, name)
        and evidence_coverage.row_model(model._meta.get_field(name)) is rows_model
    ]
