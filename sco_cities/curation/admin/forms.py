"""The form of a record, which refuses to publish a value that nothing supports."""

from django.forms.formsets import all_valid
from django.utils.translation import gettext as _

from sco_cities.curation.edit_conflicts.versioned_form import VersionedForm
from sco_cities.curation.permissions.shared_rows import check_shared_row_permissions
from sco_cities.curation.review.evidence_required import EvidenceRequiredForm
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, PublicationState, fields_without_evidence
from sco_cities.sources.models import Evidence, Figure, Stance

from .inlines import submitted_rows


class RecordForm(VersionedForm, EvidenceRequiredForm):
    """A record's form. A published record keeps evidence behind every value, whatever is edited.

    What a record will say and what will support it are spread over this form and the rows below it (cities,
    attendances, figures, evidence), and Django saves the rows after the record. So the question can be asked
    neither in `Model.clean`, which sees the old rows, nor after saving, when refusing would lose what the
    curator typed. It is asked here: the form is validated first, and `RecordAdmin` has left the sets of rows
    on the instance for it; nothing is saved yet, and an error brings the page back as it was sent.
    """

    def clean(self):
        super().clean()
        rows_are_valid = all_valid(self._rows)
        self._refuse_lost_figures()
        if rows_are_valid and not self.errors and self._state() == PublicationState.PUBLISHED:
            self._refuse_unsourced()
            self.refuse_unsupported_changes()
        check_shared_row_permissions(self)
        self.refuse_unexplained()
        return self.cleaned_data

    @property
    def _rows(self) -> list:
        return self.instance.sets_of_rows

    def _rows_of(self, model):
        return submitted_rows(model, self._rows)

    def _state(self) -> str:
        return self.cleaned_data.get("state", self.instance.state)

    def _refuse_unsourced(self) -> None:
        model = type(self.instance)
        filled_in = [name for name in model.evidence_fields if self._will_be_filled(name)]
        filled_in += [evidence_coverage.figure_key(label) for label in self._labels()]
        if lacking := fields_without_evidence(model, filled_in, self._will_be_supported()):
            self.add_error(
                "state",
                _(
                    "A published record needs evidence for every value. No published report supports: "
                    "%(fields)s. Add evidence from a published report below (draft reports do not count; "
                    "publish them first), or choose another publication state."
                )
                % {"fields": evidence_coverage.field_list(model, lacking)},
            )

    def _will_be_filled(self, name: str) -> bool:
        if name in self.cleaned_data:
            value = self.cleaned_data[name]
            return bool(value) if hasattr(value, "exists") else evidence_coverage.holds_a_value(value)
        field = self.instance._meta.get_field(name)
        if not evidence_coverage.is_relation_to_many(type(self.instance), name):
            return evidence_coverage.holds_a_value(getattr(self.instance, field.attname))
        rows = self._rows_of(evidence_coverage.model_of_rows(field))
        if rows is not None:
            return bool(rows.surviving() or rows.unseen())
        return bool(self.instance.pk) and getattr(self.instance, name).exists()

    def _labels(self) -> dict[str, int | None]:
        """The labels of the figures that the record will have, with their keys."""
        rows = self._rows_of(Figure)
        if rows is not None:
            figures = [*(form.instance for form in rows.surviving()), *rows.unseen()]
            return {figure.label: figure.pk for figure in figures}
        return dict(self.instance.figures.values_list("label", "pk")) if self.instance.pk else {}

    def _will_be_supported(self) -> set[str]:
        rows = self._rows_of(Evidence)
        if rows is None:  # the curator may not see the evidence, and so leaves it as it is
            return self.instance.supported_fields() if self.instance.pk else set()
        labels = {key: label for label, key in self._labels().items()}
        evidence = [*(form.instance for form in rows.surviving()), *rows.unseen()]
        return {
            evidence_coverage.figure_key(labels.get(item.figure_id, ""))
            if item.field == FIGURE
            else item.field
            for item in evidence
            if item.stance == Stance.SUPPORTS and item.passage.report.state == PublicationState.PUBLISHED
        }

    def _refuse_lost_figures(self) -> None:
        """Evidence on a figure that is being removed would be saved after it."""
        figures, evidence = self._rows_of(Figure), self._rows_of(Evidence)
        if figures is None or evidence is None:
            return
        lost = {form.instance.pk for form in figures.deleted_forms if form.is_stored}
        for form in evidence.surviving() if lost else ():
            if form.has_changed() and form.instance.figure_id in lost:
                form.add_error(
                    "field", _("This figure is marked for removal. Choose another field or keep the figure.")
                )
