"""The list action that cites one source for many records, with a preview of all footnotes."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.admin_framework.site import exceeds_limit
from sco_cities.changes.preview import Preview, hidden_fields
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import ChangeSource
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Passage
from sco_cities.sources.querysets import RecordQuerySet

from .attach import AttachPlan, apply, plan
from .base_view import ANSWER, APPLY, PREVIEW, ClaimView
from .messages import add_result_messages, additions_sentence

# Maximum number of records that the preview lists in each group.
MAX_LISTED = 10


@admin.action(description=gettext_lazy("Add evidence to selected records …"), permissions=["source"])
def add_source(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Adds footnotes from one passage to all selected records, after a preview.

    Forms submit the function's name as `action`.
    """
    if exceeds_limit(request, queryset.count()):
        return None
    view = BulkEvidenceView(request, model_admin.model, queryset)
    if view.is_submitted and view.is_valid() and view.apply():
        return None
    return view.response()


class BulkEvidenceView(ClaimView):
    """The page that adds evidence to many records. `preview` is the plan that the curator must confirm.

    The plan is applied exactly as previewed. If the records or the entered values have changed since, a new preview is
    shown.
    """

    def __init__(self, request: HttpRequest, model: type[Record], queryset: RecordQuerySet):
        super().__init__(request, model)
        self.keys = list(queryset.order_by().values_list("pk", flat=True))
        self.records, self.skipped = self._editable_records()
        self.preview: AttachPlan | None = None
        # Fields that do not affect the plan are ignored, including the search term.
        self.preview_token = Preview(request, (PREVIEW, APPLY, ANSWER, "q"))

    def _editable_records(self) -> tuple[list[Record], list[Record]]:
        """Returns the records that this curator may edit, and the other selected records."""
        relations = [
            name for name in self.model.evidence_fields if self.model._meta.get_field(name).many_to_one
        ]
        queryset = self.model._base_manager.filter(pk_in(self.keys)).order_by("slug")
        records = list(queryset.select_related(*relations) if relations else queryset)
        object_permissions(self.request).load_ownership(records)
        by_permission: dict[bool, list[Record]] = {True: [], False: []}
        for record in records:
            by_permission[self.can_edit(record)].append(record)
        return by_permission[True], by_permission[False]

    def apply(self) -> bool:
        """Adds the footnotes if they match the last preview. Otherwise makes a new preview."""
        self.preview = plan(self.records, self.claim(self.picker.passage))
        is_confirmed = not {APPLY, ANSWER}.isdisjoint(self.request.POST)
        if not is_confirmed or (self.preview.differences and not self.is_answered):
            return False
        try:
            return self.try_save(self._save)
        except Refused as refused:
            messages.warning(self.request, str(refused))
            self.preview = plan(self.records, self.claim(self.picker.passage))
            return False

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the preview. The form submits it with the confirmation."""
        return self.preview_token.fingerprint(_outcome(self.preview))

    def _save(self) -> None:
        with record_changes(ChangeSource.EVIDENCE, user=self.request.user, sets_dates=True) as recorder:
            self.lock(self.keys)
            self.records, self.skipped = self._editable_records()
            passage: Passage = self.picker.save(recorder)
            attach_plan = plan(self.records, self.claim(passage))
            self.preview_token.verify(_outcome(attach_plan))
            apply(attach_plan, passage, recorder)
        add_result_messages(self.request, attach_plan, passage)
        if skipped := len(self.skipped):
            message = ngettext(
                "You do not have permission to edit %d record; no footnote was added to it.",
                "You do not have permission to edit %d records; no footnotes were added to them.",
                skipped,
            )
            messages.warning(self.request, message % skipped)

    def response(self) -> HttpResponse:
        """Renders the page for these records."""
        count = len(self.keys)
        title = ngettext("Add evidence to %d record", "Add evidence to %d records", count) % count
        return self.render(
            title,
            hidden_fields=hidden_fields(self.request, "add_source"),
            preview=self.preview,
            added=additions_sentence(self.preview) if self.preview else "",
            max_listed=MAX_LISTED,
            listed_slice=f":{MAX_LISTED}",
        )


def _outcome(attach_plan: AttachPlan) -> tuple:
    """Returns the values that get a footnote and the record values that differ, for comparison with the preview."""
    additions = sorted((item.object_id, item.field) for item in attach_plan.additions)
    return additions, sorted(
        (each.record.pk, each.key, each.record_value) for each in attach_plan.differences
    )
