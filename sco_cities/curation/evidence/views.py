"""The page that adds evidence to one record."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.pages import admin_page_view
from sco_cities.changes.recorder import record_changes
from sco_cities.curation.unsaved_forms.kept_values import unsaved_forms
from sco_cities.history.models import ChangeSource
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record, record_model
from sco_cities.sources.models import Evidence, Ruling, Stance

from .attach import AttachPlan, apply, plan
from .base_view import ClaimView
from .messages import add_result_messages, warn_about_unstated_values

# The highest primary key that all databases can compare.
MAX_KEY = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view("sources.add_evidence")
def add_evidence(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Adds a footnote from an existing or new passage to fields of a record.

    Fields in the query string (`?field=status`) are ticked in advance.
    """
    view = AddEvidenceView(request, _record_or_404(collection, key))
    if view.is_submitted and view.add():
        return HttpResponseRedirect(change_url(view.record))
    return view.response()


def _record_or_404(collection: str, key: int) -> Record:
    model = record_model(collection)
    record = model._base_manager.filter(pk=key).first() if model and key <= MAX_KEY else None
    if record is None:
        raise Http404(_("There is no such record."))
    return record


class AddEvidenceView(ClaimView):
    """The page that adds evidence to a record. `question` is a plan whose differing values the curator must confirm."""

    def __init__(self, request: HttpRequest, record: Record):
        self.record = record
        self.question: AttachPlan | None = None
        super().__init__(
            request, type(record),
            labels=record.figures.order_by("pk").values_list("label", flat=True),
            can_rule=request.user.has_perms(["sources.add_ruling", "sources.change_ruling"]),
        )  # fmt: skip
        self.check_permission(record)

    def add(self) -> bool:
        """Adds the evidence. Returns False if the form is invalid or a question must be answered first."""
        if not self.is_valid():
            return False
        attach_plan = plan([self.record], self.claim(self.picker.passage))
        if attach_plan.empty:
            empty = evidence_coverage.field_list(self.model, [target.key for target in attach_plan.empty])
            self.form.add_error(
                "fields_told",
                _("These fields of the record are empty: %s. Fill them in or untick them.") % empty,
            )
            return False
        if attach_plan.differences and not self.is_answered:
            self.question = attach_plan
            return False
        if self.form.cleaned_data.get("ruling") and not self._disputed_keys(attach_plan):
            self.form.add_error("ruling", _("No report contradicts these fields, so no reason is needed."))
            return False
        return self.try_save(self._save)

    def _save(self) -> None:
        with record_changes(ChangeSource.EVIDENCE, user=self.request.user, sets_dates=True) as recorder:
            self.lock([self.record.pk])
            # Another curator may have deleted the record, or changed it so that this curator may no longer edit it.
            record = _record_or_404(self.model.collection, self.record.pk)
            self.check_permission(record)
            recorder.watch(self.model, [record.pk])
            passage = self.picker.save(recorder)
            attach_plan = plan([record], self.claim(passage))
            disputed = self._disputed_keys(attach_plan)
            apply(attach_plan, passage, recorder)
            for key in disputed if self.form.cleaned_data.get("ruling") else ():
                self._save_ruling(record, key)
            unsaved_forms(self.request).forget()
        add_result_messages(self.request, attach_plan, passage)
        keys = self.form.cleaned_data["fields_told"]
        warn_about_unstated_values(self.request, record, record.evidence.for_notes(), keys)

    def _disputed_keys(self, attach_plan: AttachPlan) -> list[str]:
        """Returns the ticked fields that a passage disputes, or will dispute after this change."""
        items: list[Evidence] = [*self.record.evidence.filter(stance=Stance.DIFFERS).select_related("figure")]
        items += [item for item in attach_plan.additions if item.stance == Stance.DIFFERS]
        keys = {item.field_key for item in items}
        return [key for key in self.form.cleaned_data["fields_told"] if key in keys]

    def _save_ruling(self, record: Record, key: str) -> None:
        ruling = record.rulings.filter(field=key).first() or Ruling(record=record, field=key)
        ruling.reason = self.form.cleaned_data["ruling"]
        ruling.save()

    def response(self) -> HttpResponse:
        """Renders the page for this record."""
        title = _("Add evidence: %(record)s") % {"record": self.record}
        unsaved = unsaved_forms(self.request)
        return self.render(
            title, record=self.record, question=self.question, unsaved=unsaved, is_writable=True
        )
