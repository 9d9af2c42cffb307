"""The form of a record, which refuses to publish a value without evidence."""

from django.forms.formsets import all_valid
from django.utils.translation import gettext as _

from sco_cities.curation.admin.auto_slug import AutoSlugForm
from sco_cities.curation.admin.inlines import find_formset
from sco_cities.curation.admin.translations import TranslationMarksMixin
from sco_cities.curation.duplicates.duplicate_check import DuplicateCheckForm
from sco_cities.curation.edit_conflicts.versioned_form import VersionedForm
from sco_cities.curation.evidence.required_evidence import EvidenceRequiredForm
from sco_cities.curation.permissions.object_permissions import check_shared_row_permissions
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, WHOLE, PublicationState, fields_without_evidence
from sco_cities.sources.models import Evidence, Figure, Stance


class RecordForm(
    TranslationMarksMixin, AutoSlugForm, DuplicateCheckForm, VersionedForm, EvidenceRequiredForm
):
    """A record's form. After every edit, a published record still has evidence for each of its values.

    The new values and their evidence are spread over this form and the inline formsets (cities, attendances,
    figures, evidence), and Django saves the formsets after the record. So the check can be neither in
    `Model.clean`, which sees the old rows, nor after saving, when a refusal would lose the curator's input.
    It is in `clean` of this form: nothing is saved yet, an error shows the page again as submitted, and
    `RecordAdmin` has set the formsets on the instance as `row_formsets`.
    """

    def clean(self):
        super().clean()
        rows_are_valid = all_valid(self._formsets)
        self._check_removed_figures()
        if rows_are_valid and not self.errors and self._state() == PublicationState.PUBLISHED:
            self._check_evidence()
            self.check_changed_values()
        check_shared_row_permissions(self)
        self.check_reason()
        self.generate_slug()
        return self.cleaned_data

    @property
    def _formsets(self) -> list:
        return self.instance.row_formsets

    def _formset_of(self, model):
        return find_formset(model, self._formsets)

    def _state(self) -> str:
        return self.cleaned_data.get("state", self.instance.state)

    def _check_evidence(self) -> None:
        model, supported = type(self.instance), self._supported_fields()
        filled_in = [name for name in model.evidence_fields if self._will_have_value(name)]
        filled_in += [evidence_coverage.figure_key(label) for label in self._figure_labels()]
        unsourced = fields_without_evidence(model, filled_in, supported)
        if not unsourced:
            return
        message = _(
            "A published record needs evidence for every value. No published report supports: "
            "%(fields)s. Add evidence from a published report below (draft reports do not count; "
            "publish them first), or choose another publication state."
        )
        if WHOLE in supported:
            message = _(
                "Some values need evidence of their own; the evidence for the record as a whole does not cover "
                "them: %(fields)s. Under “Evidence” below, tick these fields at a passage of a published report, "
                "or choose another publication state."
            )
        self.add_error("state", message % {"fields": evidence_coverage.field_list(model, unsourced)})

    def _will_have_value(self, name: str) -> bool:
        if name in self.cleaned_data:
            value = self.cleaned_data[name]
            return bool(value) if hasattr(value, "exists") else evidence_coverage.has_value(value)
        field = self.instance._meta.get_field(name)
        if not evidence_coverage.is_to_many(type(self.instance), name):
            return evidence_coverage.has_value(getattr(self.instance, field.attname))
        formset = self._formset_of(evidence_coverage.row_model(field))
        if formset is not None:
            return bool(formset.remaining_forms() or formset.unlisted_rows())
        return bool(self.instance.pk) and getattr(self.instance, name).exists()

    def _figure_labels(self) -> dict[str, int | None]:
        """The labels of the figures after saving, with their primary keys."""
        formset = self._formset_of(Figure)
        if formset is not None:
            figures = [*(form.instance for form in formset.remaining_forms()), *formset.unlisted_rows()]
            return {figure.label: figure.pk for figure in figures}
        return dict(self.instance.figures.values_list("label", "pk")) if self.instance.pk else {}

    def _supported_fields(self) -> set[str]:
        formset = self._formset_of(Evidence)
        if formset is None:  # the curator has no permission to see evidence, so it stays as it is
            if not self.instance.pk:
                return set()
            return evidence_coverage.supported_fields([self.instance])[self.instance.pk]
        # A new figure has no key yet.
        labels = {key: label for label, key in self._figure_labels().items() if key}
        evidence = [*(form.instance for form in formset.remaining_forms()), *formset.unlisted_rows()]
        return {
            evidence_coverage.figure_key(labels.get(item.figure_id) or item.figure.label)
            if item.field == FIGURE
            else item.field
            for item in evidence
            if item.stance == Stance.SUPPORTS
            and item.passage.report.state == PublicationState.PUBLISHED
            # The evidence of a removed figure goes with it, even if a new figure has its label.
            and (item.figure_id is None or item.figure_id in labels)
        }

    def _check_removed_figures(self) -> None:
        """Refuses evidence for a figure marked for removal: it would be saved after the figure is deleted."""
        figures, evidence = self._formset_of(Figure), self._formset_of(Evidence)
        if figures is None or evidence is None:
            return
        removed = {form.instance.pk for form in figures.deleted_forms if form.is_stored}
        for form in evidence.remaining_forms() if removed else ():
            if form.has_changed() and form.instance.figure_id in removed:
                form.add_error(
                    "field", _("This figure is marked for removal. Choose another field or keep the figure.")
                )
