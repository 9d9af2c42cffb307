"""Adding evidence to one record."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sco_cities.curation.admin.admin_urls import change_url
from sco_cities.curation.admin.pages import admin_page_view
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record, record_model
from sco_cities.sources.models import Evidence, Ruling, Stance

from .attach import AttachPlan, apply, plan
from .base_view import ClaimView
from .messages import report_added

# The highest key that every database can compare.
LARGEST_KEY = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view("sources.add_evidence")
def add_evidence(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Adds a footnote to fields of a record, from a passage that is searched for or written down here.

    The fields that the address names (`?field=status`) are ticked.
    """
    page = AddEvidenceView(request, _record(collection, key))
    if page.is_asked and page.add():
        return HttpResponseRedirect(change_url(page.record))
    return page.show()


def _record(collection: str, key: int) -> Record:
    model = record_model(collection)
    record = model._base_manager.filter(pk=key).first() if model and key <= LARGEST_KEY else None
    if record is None:
        raise Http404(_("There is no such record."))
    return record


class AddEvidenceView(ClaimView):
    """Adding evidence to a record; `question` is what has to be asked before."""

    def __init__(self, request: HttpRequest, record: Record):
        self.record = record
        self.question: AttachPlan | None = None
        super().__init__(
            request, type(record),
            labels=record.figures.order_by("pk").values_list("label", flat=True),
            may_rule=request.user.has_perms(["sources.add_ruling", "sources.change_ruling"]),
        )  # fmt: skip
        self.refuse_strangers(record)

    def add(self) -> bool:
        """Adds what was asked for; False where something is wrong, or has to be asked first."""
        if not self.is_valid():
            return False
        planned = plan([self.record], self.claim(self.choice.passage))
        if planned.empty:
            empty = evidence_coverage.field_list(self.model, [place.key for place in planned.empty])
            self.form.add_error(
                "fields_told",
                _("These fields of the record are empty: %s. Fill them in or untick them.") % empty,
            )
            return False
        if planned.differences and not self.is_answered:
            self.question = planned
            return False
        if self.form.cleaned_data.get("ruling") and not self._disputed(planned):
            self.form.add_error("ruling", _("No report differs on these fields, so no ruling is needed."))
            return False
        return self.tries(self._write)

    def _write(self) -> None:
        with record_changes(ChangeSource.EVIDENCE, user=self.request.user) as recorder:
            self.lock([self.record.pk])
            # Another curator may have made it one that this one may not edit, or none at all.
            record = _record(self.model.collection, self.record.pk)
            self.refuse_strangers(record)
            recorder.watch(self.model, [record.pk])
            passage = self.choice.save(recorder)
            planned = plan([record], self.claim(passage))
            disputed = self._disputed(planned)
            apply(planned, passage, recorder)
            for key in disputed if self.form.cleaned_data.get("ruling") else ():
                self._rule(record, key)
        report_added(self.request, planned, passage)

    def _disputed(self, planned: AttachPlan) -> list[str]:
        """Those of the ticked fields on which a passage differs, or will."""
        items: list[Evidence] = [*self.record.evidence.filter(stance=Stance.DIFFERS).select_related("figure")]
        items += [item for item in planned.coming if item.stance == Stance.DIFFERS]
        keys = {item.field_key for item in items}
        return [key for key in self.form.cleaned_data["fields_told"] if key in keys]

    def _rule(self, record: Record, key: str) -> None:
        ruling = record.rulings.filter(field=key).first() or Ruling(record=record, field=key)
        ruling.reason = self.form.cleaned_data["ruling"]
        ruling.save()

    def show(self) -> HttpResponse:
        """The page, for this record."""
        title = _("Add evidence: %(record)s") % {"record": self.record}
        return self.shown(title, record=self.record, question=self.question)
