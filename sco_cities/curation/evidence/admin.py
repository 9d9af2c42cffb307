"""What the admin of every kind of record does for evidence: notes at the fields, and a look at them after changes."""

from collections.abc import Iterator

from sco_cities.curation.admin.inlines import submitted_rows
from sco_cities.curation.review.evidence_required import CONFIRMATION
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure

from .field_notes import RecordNotes, fields_set_by
from .messages import confirm_difference, warn_to_check


class EvidenceMixin:
    """An admin whose page shows the footnotes of each field, and leads to where more are added."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.evidence_fields and not add:
            may_add = self.has_source_permission(request) and self.has_change_permission(request, obj)
            beside = RecordNotes(obj, may_add=may_add)
            beside.put_at_fields(context["adminform"].form)
            beside.put_at_rows([inline.formset for inline in context["inline_admin_formsets"]])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def has_source_permission(self, request) -> bool:
        """Whether evidence can be added to records of this kind, and by this curator."""
        return (
            bool(self.model.evidence_fields)
            and self.has_change_permission(request)
            and request.user.has_perm("sources.add_evidence")
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change:
            _look_at_footnotes(request, form, formsets)


def _look_at_footnotes(request, form, formsets) -> None:
    """Names the footnotes of values that were changed, and those that report another value than they support."""
    record = form.instance
    changed = set(_changed_keys(form, formsets))
    rows = submitted_rows(Evidence, formsets)
    written = [item.instance.pk for item in rows.forms if item.has_changed()] if rows is not None else []
    if not changed and not written:
        return
    evidence = [*record.evidence.for_notes()]
    of_changed: dict[str, list[Evidence]] = {}
    for item in evidence:
        if item.field_key in changed:
            of_changed.setdefault(item.field_key, []).append(item)
    # On a published record the curator has been asked already, before saving.
    if not form.cleaned_data.get(CONFIRMATION):
        warn_to_check(request, record, of_changed)
    confirm_difference(request, record, [item for item in evidence if item.pk in written])


def _changed_keys(form, formsets) -> Iterator[str]:
    """The fields that were changed, with those that rows fill and the figures."""
    yield from form.changed_data
    for rows in formsets:
        if any(row.has_changed() for row in rows.forms):
            yield from fields_set_by(rows.model, type(form.instance))
        if rows.model is Figure:
            yield from (figure_key(row.instance.label) for row in rows.initial_forms if row.has_changed())
