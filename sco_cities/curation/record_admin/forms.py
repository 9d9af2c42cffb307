"""The form of a record, which rejects publication if a value has no evidence."""

from django.forms.formsets import all_valid
from django.utils.translation import gettext as _

from sco_cities.curation.admin.auto_slug import AutoSlugForm
from sco_cities.curation.admin.inlines import TranslationMarksMixin, find_formset
from sco_cities.curation.duplicates.views import DuplicateCheckForm
from sco_cities.curation.edit_conflicts.versioned_form import VersionedForm
from sco_cities.curation.evidence.forms import EvidenceRequiredForm
from sco_cities.curation.permissions.object_permissions import check_shared_row_permissions
from sco_cities.sources.models import Evidence, Figure


class RecordForm(
    TranslationMarksMixin, AutoSlugForm, DuplicateCheckForm, VersionedForm, EvidenceRequiredForm
):
    """The form of a record. `RecordAdmin` sets the inline formsets on the instance as `row_formsets`."""

    def clean(self):
        super().clean()
        all_valid(self.instance.row_formsets)
        self._check_removed_figures()
        if self.evidence_error is not None:
            self.add_error(None, self.evidence_error)
        check_shared_row_permissions(self)
        self.check_reason()
        self.generate_slug()
        return self.cleaned_data

    def _check_removed_figures(self) -> None:
        """Rejects evidence for a removed figure, because the evidence would be saved after the figure is deleted."""
        figures, evidence = (find_formset(model, self.instance.row_formsets) for model in (Figure, Evidence))
        if figures is None or evidence is None:
            return
        removed = {form.instance.pk for form in figures.deleted_forms if form.is_stored}
        for form in evidence.remaining_forms() if removed else ():
            if form.has_changed() and form.instance.figure_id in removed:
                form.add_error(
                    "field", _("This figure is marked for removal. Choose another field or keep the figure.")
                )
