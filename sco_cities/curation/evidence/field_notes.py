"""The footnotes of a record's form: shown at each field, and at the rows, that they speak of."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.admin.utils import help_text_for_field
from django.db.models import Model
from django.forms import ModelForm
from django.template.loader import render_to_string
from django.urls import reverse

from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import WHOLE, Record, fields_without_evidence
from sco_cities.sources.evidence_labels import EvidenceItem
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Evidence, Figure, Passage, Stance

# A field shows so many of its footnotes, and then how many more there are.
MAX_SHOWN = 12


@dataclass(frozen=True)
class Footnote:
    """One thing that a passage says of a field: `number` is that of the note on the record's public page."""

    number: int
    passage: Passage
    use: EvidenceItem


@dataclass(frozen=True)
class FieldNotes:
    """What bears on a field of a record."""

    key: str
    label: str
    anchor: str
    notes: list[Footnote]
    ruling: str
    # Whether it needs evidence, and whether that on the record as a whole stands in for its own.
    is_lacking: bool
    is_covered: bool
    add_address: str

    @property
    def first(self) -> list[Footnote]:
        return self.notes[:MAX_SHOWN]

    @property
    def more(self) -> int:
        return len(self.notes) - len(self.first)


class RecordNotes:
    """The footnotes of one record by field, with a fixed number of queries however many there are.

    Footnotes from reports that readers do not see come last, so that the others have the readers' numbers.
    """

    def __init__(self, record: Record, *, may_add: bool):
        self.record, self.model, self.may_add = record, type(record), may_add
        evidence = sorted(record.evidence.for_notes(), key=lambda item: not item.passage.report.is_published)
        self.footnotes = Footnotes(record, evidence)
        self.by_key: dict[str, list[Evidence]] = {}
        for item in evidence:
            self.by_key.setdefault(item.field_key, []).append(item)
        self.numbers = {note.passage.pk: note.number for note in self.footnotes.notes}

    @cached_property
    def supported(self) -> set[str]:
        """The fields that published reports support."""
        return {
            key
            for key, items in self.by_key.items()
            if any(item.stance == Stance.SUPPORTS and item.passage.report.is_published for item in items)
        }

    @cached_property
    def filled(self) -> list[str]:
        return self.record.filled_fields()

    @cached_property
    def lacking(self) -> set[str]:
        return set(fields_without_evidence(self.model, self.filled, self.supported))

    @cached_property
    def rulings(self) -> dict[str, str]:
        return dict(self.record.rulings.values_list("field", "reason"))

    def of(self, key: str) -> FieldNotes:
        """What bears on the field `key`."""
        items = sorted(self.by_key.get(key, []), key=lambda item: Stance.values.index(item.stance))
        covers_all = WHOLE in self.supported and not self.model.needs_its_own_evidence(key)
        return FieldNotes(
            key=key,
            label=evidence_coverage.field_label(self.model, key),
            anchor=f"notes-{self._place(key)}",
            notes=[
                Footnote(self.numbers[item.passage_id], item.passage, self.footnotes.use(item))
                for item in items
            ],
            ruling=self.rulings.get(key, ""),
            is_lacking=key in self.lacking,
            is_covered=covers_all and key in self.filled and key not in self.supported,
            add_address=self._add_address(key) if self.may_add else "",
        )

    def _place(self, key: str) -> str:
        """What tells the field's place on the page; a label may have any letters, a place has not."""
        for figure in self.footnotes.figures:
            if figure.key == key:
                return f"figure-{figure.figure.pk}"
        return "whole" if key == WHOLE else key

    def _add_address(self, key: str) -> str:
        address = reverse("admin:add_evidence", args=[self.record.collection, self.record.pk])
        return f"{address}?{urlencode({'field': key})}"

    def put_at_fields(self, form: ModelForm) -> None:
        """Adds the notes to the help below each field, which screen readers read out with it."""
        read_only = {}
        for name in self.model.evidence_fields:
            if name in form.fields:
                bound = form[name]
                bound.help_text = self._help(name, bound.help_text)
            else:
                read_only[name] = self._help(name, help_text_for_field(name, self.model))
        # The form's class is made for each request anew: this does not reach other records.
        form._meta.help_texts = {**(form._meta.help_texts or {}), **read_only}

    def _help(self, name: str, help_text: str) -> str:
        context = {"help_text": help_text, "notes": self.of(name)}
        return render_to_string("admin/curation/evidence/_field_notes.html", context)

    def put_at_rows(self, formsets: Iterable) -> None:
        """Leaves with each set of rows the notes that it shows above them, and ties its rows to them."""
        for formset in formsets:
            keys = {form: key for form in formset.initial_forms if (key := self._key_of(form.instance))}
            whole = [WHOLE] if formset.model is Evidence else fields_set_by(formset.model, self.model)
            formset.notes = [self.of(key) for key in dict.fromkeys([*whole, *keys.values()])]
            anchors = {notes.key: notes.anchor for notes in formset.notes}
            for form in formset.initial_forms if formset.model is not Evidence else ():
                anchor = anchors.get(keys.get(form) or next(iter(whole), None))
                if anchor and form.fields:
                    _described_by(form, anchor)

    def _key_of(self, row) -> str:
        return evidence_coverage.figure_key(row.label) if isinstance(row, Figure) else ""


def fields_set_by(rows_model: type[Model], model: type[Record]) -> list[str]:
    """The fields of `model` that rows of `rows_model` fill, as attendances do those of an event."""
    return [
        name
        for name in model.evidence_fields
        if evidence_coverage.is_relation_to_many(model, name)
        and evidence_coverage.model_of_rows(model._meta.get_field(name)) is rows_model
    ]


def _described_by(form: ModelForm, anchor: str) -> None:
    first = next((field for field in form.fields.values() if not field.widget.is_hidden), None)
    if first is not None:
        widget = getattr(first.widget, "widget", first.widget)
        widget.attrs = widget.attrs | {"aria-describedby": anchor}
