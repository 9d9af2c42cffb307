"""The page to add evidence to one record, and the list action to cite one source for many records."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.admin_framework.site import exceeds_limit
from sco_cities.changes.preview import Preview, hidden_fields
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.curation.unsaved_forms.kept_values import unsaved_forms
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import ChangeSource
from sco_cities.history.references import select_related_names
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record, record_model
from sco_cities.sources.models import Evidence, Passage, Report, Ruling, Stance
from sco_cities.sources.querysets import RecordQuerySet

from .attach import AttachPlan, Claim, apply, plan
from .forms import ClaimForm
from .messages import add_result_messages, additions_sentence, warn_about_unstated_values
from .source_picker import SourcePicker

ADD, PREVIEW, APPLY, ANSWER = "_add", "_preview", "_apply", "answer"
DISAGREES, AGREES = "disagrees", "agrees"
# Maximum number of records that the preview lists in each group.
MAX_LISTED = 10


class ClaimView:
    """A page with a passage picker and a claim form, shown again until the input is valid and complete.

    The curator must confirm `plan`. The footnotes are added to `records`, whose primary keys are `keys`.
    """

    records: list[Record]
    labels = ()
    can_rule = False

    def __init__(self, request: HttpRequest, model: type[Record], keys: list[int]):
        self.request, self.model, self.keys = request, model, keys
        self.plan: AttachPlan | None = None
        self.load()
        # Values entered before a search, and kept values, are shown without validation.
        is_search = "_search" in request.POST
        self.is_submitted = not is_search and not {ADD, PREVIEW, APPLY, ANSWER}.isdisjoint(request.POST)
        data = request.POST if self.is_submitted or is_search else unsaved_forms(request).values
        self.picker = SourcePicker(request, data, is_submitted=self.is_submitted)
        self.form = ClaimForm(
            data if self.is_submitted else None,
            initial=self._initial(data), model=model, labels=self.labels, can_rule=self.can_rule,
        )  # fmt: skip

    def load(self) -> None:
        """Reads the records that this curator may edit."""
        raise NotImplementedError

    def _initial(self, data) -> dict:
        if data is None:
            return {"fields_told": self.request.GET.getlist("field"), "stance": Stance.SUPPORTS}
        typed = {name: data[name] for name in ClaimForm.base_fields if name in data}
        return typed | {"fields_told": data.getlist("fields_told")}

    def is_valid(self) -> bool:
        """Returns True if the page has a valid passage and claim. Otherwise, the page shows the errors."""
        # Both forms are always validated, so that the page shows all errors.
        return all([self.picker.is_valid(), self.form.is_valid()])

    def claim(self, passage: Passage | None) -> Claim:
        """Builds the claim of a valid page for `passage`."""
        data, translations = self.form.cleaned_data, self.form.translations
        mark_disputed = self.request.POST.get(ANSWER) == DISAGREES
        keys = tuple(data["fields_told"])
        return Claim(passage, keys, data["stance"], data["reported_value"], mark_disputed, translations)

    @property
    def is_answered(self) -> bool:
        """True if the curator has answered the question about differing values."""
        return self.request.POST.get(ANSWER) in {DISAGREES, AGREES}

    def can_edit(self, record: Record) -> bool:
        """Returns True if this curator may add evidence to the record."""
        return admin.site.get_model_admin(self.model).has_change_permission(self.request, record)

    def save(self) -> bool:
        """Adds the footnotes. Returns False and adds an error if another account has just added the same source."""
        try:
            with record_changes(ChangeSource.EVIDENCE, user=self.request.user, sets_dates=True) as recorder:
                records = {self.model: set(self.keys)}
                if self.picker.report is not None:
                    # The report gets a new passage.
                    records.setdefault(Report, set()).add(self.picker.report.pk)
                recorder.lock(records)
                # Another curator may have deleted records, or changed them so that this curator may not edit them.
                self.load()
                passage = self.picker.save(recorder)
                attach_plan = plan(self.records, self.claim(passage))
                self.write(attach_plan, passage)
        except IntegrityError:
            self.picker.errors.append(_("Someone else has just added this report or passage. Search for it."))
            return False
        add_result_messages(self.request, attach_plan, passage)
        return True

    def write(self, attach_plan: AttachPlan, passage: Passage) -> None:
        apply(attach_plan, passage)

    def render(self, title: str, **context) -> HttpResponse:
        """Renders the page with its current errors."""
        if self.picker.errors or self.picker.forms_have_errors or self.form.errors:
            context["problem"] = _("Nothing was added. Correct the errors marked below.")
        shared = {"view": self, "picker": self.picker, "form": self.form, "opts": self.model._meta}
        return render_admin_page(
            self.request, "admin/curation/evidence/add_evidence.html", title, **shared, **context
        )


@admin_page_view("sources.add_evidence", posts=True)
def add_evidence(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Adds a footnote from an existing or new passage to fields of a record.

    Fields in the query string (`?field=status`) are preselected.
    """
    view = AddEvidenceView(request, record_model(collection), [key])
    if view.is_submitted and view.add():
        return HttpResponseRedirect(change_url(view.record))
    return view.response()


class AddEvidenceView(ClaimView):
    """The page to add evidence to a record. The curator must confirm a plan with differing values."""

    def load(self) -> None:
        record = self.model._base_manager.filter(pk=self.keys[0]).first() if self.model else None
        if record is None:
            raise Http404(_("There is no such record."))
        if not self.can_edit(record):
            raise PermissionDenied
        self.record, self.records = record, [record]

    @property
    def labels(self):
        return self.record.figures.order_by("pk").values_list("label", flat=True)

    @property
    def can_rule(self) -> bool:
        return self.request.user.has_perms(["sources.add_ruling", "sources.change_ruling"])

    def add(self) -> bool:
        """Adds the evidence. Returns False if the form is invalid or the curator must first answer a question."""
        if not self.is_valid():
            return False
        attach_plan = plan(self.records, self.claim(self.picker.passage))
        if attach_plan.empty:
            empty = evidence_coverage.field_list(self.model, [target.key for target in attach_plan.empty])
            self.form.add_error(
                "fields_told",
                _("These fields of the record are empty: %s. Fill them in or untick them.") % empty,
            )
            return False
        if attach_plan.differences and not self.is_answered:
            self.plan = attach_plan
            return False
        if self.form.cleaned_data.get("ruling") and not self._disputed_keys(attach_plan):
            self.form.add_error("ruling", _("No report contradicts these fields, so no reason is needed."))
            return False
        if not self.save():
            return False
        keys = self.form.cleaned_data["fields_told"]
        warn_about_unstated_values(self.request, self.record, self.record.evidence.for_notes(), keys)
        return True

    def write(self, attach_plan: AttachPlan, passage: Passage) -> None:
        super().write(attach_plan, passage)
        reason = self.form.cleaned_data.get("ruling")
        for key in self._disputed_keys(attach_plan) if reason else ():
            ruling = self.record.rulings.filter(field=key).first() or Ruling(record=self.record, field=key)
            ruling.reason = reason
            ruling.save()
        unsaved_forms(self.request).forget()

    def _disputed_keys(self, attach_plan: AttachPlan) -> list[str]:
        """Returns the ticked fields that a passage disputes or will dispute after this change."""
        items: list[Evidence] = [*self.record.evidence.filter(stance=Stance.DIFFERS).select_related("figure")]
        items += [item for item in attach_plan.additions if item.stance == Stance.DIFFERS]
        keys = {item.field_key for item in items}
        return [key for key in self.form.cleaned_data["fields_told"] if key in keys]

    def response(self) -> HttpResponse:
        """Renders the page for this record."""
        title, unsaved = _("Add evidence: %(record)s") % {"record": self.record}, unsaved_forms(self.request)
        return self.render(title, record=self.record, question=self.plan, unsaved=unsaved, is_writable=True)


@admin.action(description=gettext_lazy("Add evidence to selected records …"), permissions=["source"])
def add_source(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Adds footnotes from one passage to all selected records, after a preview.

    Forms submit the function's name as `action`.
    """
    if exceeds_limit(request, queryset.count()):
        return None
    keys = list(queryset.order_by().values_list("pk", flat=True))
    view = BulkEvidenceView(request, model_admin.model, keys)
    if view.is_submitted and view.is_valid() and view.apply():
        return None
    return view.response()


class BulkEvidenceView(ClaimView):
    """The page to add evidence to many records.

    The plan is applied exactly as previewed. If the records or the entered values have changed since the preview, a new
    preview is shown.
    """

    def load(self) -> None:
        """Reads the records that this curator may edit, and the other selected records (`skipped`)."""
        stored = self.model._base_manager.filter(pk_in(self.keys)).order_by("slug")
        records = list(select_related_names(stored))
        object_permissions(self.request).load_ownership(records)
        self.records, self.skipped = [], []
        for record in records:
            (self.records if self.can_edit(record) else self.skipped).append(record)

    def apply(self) -> bool:
        """Adds the footnotes if the plan matches the last preview. Otherwise shows a new preview."""
        self.plan = plan(self.records, self.claim(self.picker.passage))
        is_confirmed = not {APPLY, ANSWER}.isdisjoint(self.request.POST)
        if not is_confirmed or (self.plan.differences and not self.is_answered):
            return False
        try:
            is_saved = self.save()
        except Refused as refused:
            messages.warning(self.request, str(refused))
            self.plan = plan(self.records, self.claim(self.picker.passage))
            return False
        if is_saved and (skipped := len(self.skipped)):
            message = ngettext(
                "You do not have permission to edit %d record; no footnote was added to it.",
                "You do not have permission to edit %d records; no footnotes were added to them.",
                skipped,
            )
            messages.warning(self.request, message % skipped)
        return is_saved

    def write(self, attach_plan: AttachPlan, passage: Passage) -> None:
        self._preview.verify(_outcome(attach_plan))
        super().write(attach_plan, passage)

    @property
    def _preview(self) -> Preview:
        # Fields that do not affect the plan, such as the search term, are ignored.
        return Preview(self.request, (PREVIEW, APPLY, ANSWER, "q"))

    @property
    def fingerprint(self) -> str:
        """A hash of the preview. The form submits it with the confirmation."""
        return self._preview.fingerprint(_outcome(self.plan))

    def response(self) -> HttpResponse:
        """Renders the page for these records."""
        count = len(self.keys)
        return self.render(
            ngettext("Add evidence to %d record", "Add evidence to %d records", count) % count,
            hidden_fields=hidden_fields(self.request, "add_source"),
            preview=self.plan,
            added=additions_sentence(self.plan) if self.plan else "",
            max_listed=MAX_LISTED,
            listed_slice=f":{MAX_LISTED}",
        )


def _outcome(attach_plan: AttachPlan) -> tuple:
    """Returns the fields with new footnotes and the differing record values, for comparison with the preview."""
    additions = sorted((item.object_id, item.field) for item in attach_plan.additions)
    return additions, sorted(
        (each.record.pk, each.key, each.record_value) for each in attach_plan.differences
    )
