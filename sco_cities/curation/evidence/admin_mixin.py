"""Evidence in the admin of every kind of record: notes at the fields, and messages after changes."""

from collections.abc import Iterator

from sco_cities.curation.admin.inlines import find_formset
from sco_cities.curation.evidence.required_evidence import CONFIRMATION
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure

from .field_notes import RecordNotes, fields_set_by
from .messages import warn_about_changed_values, warn_about_differences, warn_about_unstated_values


class EvidenceMixin:
    """An admin whose change form shows the footnotes of each field, with a link to add more."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.evidence_fields and not add:
            can_add = self.has_source_permission(request) and self.has_change_permission(request, obj)
            notes = RecordNotes(obj, can_add=can_add)
            notes.add_to_fields(context["adminform"].form)
            notes.add_to_formsets([inline.formset for inline in context["inline_admin_formsets"]])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def has_source_permission(self, request) -> bool:
        """Whether this curator may add evidence to records of this kind; required by the action."""
        return (
            bool(self.model.evidence_fields)
            and self.has_change_permission(request)
            and request.user.has_perm("sources.add_evidence")
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if self.model.evidence_fields:
            _add_footnote_messages(request, form, formsets, change)


def _add_footnote_messages(request, form, formsets, change) -> None:
    """Warns about footnotes of changed values, about those that report another value, and about unstated values."""
    record = form.instance
    changed = set(_changed_keys(form, formsets))
    rows = find_formset(Evidence, formsets)
    saved = [item.instance.pk for item in rows.forms if item.has_changed()] if rows is not None else []
    if not changed and not saved:
        return
    evidence = [*record.evidence.for_notes()]
    by_changed_field: dict[str, list[Evidence]] = {}
    for item in evidence:
        if item.field_key in changed:
            by_changed_field.setdefault(item.field_key, []).append(item)
    # On a published record the curator has confirmed the evidence before saving.
    if change and not form.cleaned_data.get(CONFIRMATION):
        warn_about_changed_values(request, record, by_changed_field)
    warn_about_differences(request, record, [item for item in evidence if item.pk in saved])
    cited_again = changed | {item.field_key for item in evidence if item.pk in saved}
    warn_about_unstated_values(request, record, evidence, cited_again)


def _changed_keys(form, formsets) -> Iterator[str]:
    """The keys of changed fields, including those filled by rows, and of changed figures."""
    yield from form.changed_data
    for rows in formsets:
        if any(row.has_changed() for row in rows.forms):
            yield from fields_set_by(rows.model, type(form.instance))
        if rows.model is Figure:
            yield from (figure_key(row.instance.label) for row in rows.initial_forms if row.has_changed())
