"""One source for many records: the action of every list of records, with a preview of all that it adds."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.curation.admin.limits import exceeds_limit
from sco_cities.curation.admin.preview_token import Preview, StalePreview
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Passage
from sco_cities.sources.querysets import RecordQuerySet

from .attach import AttachPlan, apply, plan
from .base_view import ANSWER, APPLY, PREVIEW, ClaimView
from .messages import report_added

# The preview names so many records of each sort.
MAX_NAMED = 10


@admin.action(description=gettext_lazy("Add a source to selected records …"), permissions=["source"])
def add_evidence_to_selected(
    model_admin, request: HttpRequest, queryset: RecordQuerySet
) -> HttpResponse | None:
    """Adds footnotes from one passage to all records that are chosen, once the curator has seen which."""
    if exceeds_limit(request, queryset.count()):
        return None
    page = BulkEvidenceView(request, model_admin.model, queryset)
    if page.is_asked and page.is_valid() and page.apply():
        return None
    return page.show()


class BulkEvidenceView(ClaimView):
    """Adding evidence to many records: `preview` is what would come of it.

    What is applied is what was looked at: where the records or what was typed have changed since, the preview
    comes again.
    """

    def __init__(self, request: HttpRequest, model: type[Record], queryset: RecordQuerySet):
        super().__init__(request, model)
        self.keys = list(queryset.order_by().values_list("pk", flat=True))
        self.records, self.refused = self._editable()
        self.preview: AttachPlan | None = None
        # A search within the page is none of what is asked for.
        self.seen = Preview(request, (PREVIEW, APPLY, ANSWER, "q"))

    def _editable(self) -> tuple[list[Record], list[Record]]:
        """The records that this curator may edit, and the others; with the records that they name."""
        named = [name for name in self.model.evidence_fields if self.model._meta.get_field(name).many_to_one]
        stored = self.model._base_manager.filter(pk_in(self.keys)).order_by("slug")
        records = list(stored.select_related(*named) if named else stored)
        object_permissions(self.request).look_up(records)
        sorted_out: dict[bool, list[Record]] = {True: [], False: []}
        for record in records:
            sorted_out[self.may_edit(record)].append(record)
        return sorted_out[True], sorted_out[False]

    def apply(self) -> bool:
        """Adds the footnotes if they are those of the last preview; False after making a new one."""
        self.preview = plan(self.records, self.claim(self.choice.passage))
        is_applying = not {APPLY, ANSWER}.isdisjoint(self.request.POST)
        if not is_applying or (self.preview.differences and not self.is_answered):
            return False
        try:
            return self.tries(self._write)
        except StalePreview:
            self.seen.tell_changed()
            self.preview = plan(self.records, self.claim(self.choice.passage))
            return False

    @property
    def fingerprint(self) -> str:
        """What the preview is told by."""
        return self.seen.fingerprint(_outcome(self.preview))

    def _write(self) -> None:
        with record_changes(ChangeSource.EVIDENCE, user=self.request.user) as recorder:
            self.lock(self.keys)
            self.records, self.refused = self._editable()
            passage: Passage = self.choice.save(recorder)
            planned = plan(self.records, self.claim(passage))
            self.seen.hold(_outcome(planned))
            apply(planned, passage, recorder)
        report_added(self.request, planned, passage)
        if refused := len(self.refused):
            said = ngettext(
                "You do not have permission to edit %d record; no footnote was added to it.",
                "You do not have permission to edit %d records; no footnotes were added to them.",
                refused,
            )
            messages.warning(self.request, said % refused)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form sends along, so that the list knows which records and which action are meant."""
        chosen = self.request.POST.getlist(ACTION_CHECKBOX_NAME)
        return [
            ("action", "add_source"),
            ("select_across", self.request.POST.get("select_across", "0")),
            *((ACTION_CHECKBOX_NAME, key) for key in chosen),
        ]

    def show(self) -> HttpResponse:
        """The page, for these records."""
        count = len(self.keys)
        title = ngettext("Add a source to %d record", "Add a source to %d records", count) % count
        return self.shown(
            title, carried=self.carried, preview=self.preview, named=MAX_NAMED, named_slice=f":{MAX_NAMED}"
        )


def _outcome(planned: AttachPlan) -> tuple:
    """The values that get a footnote, and what the records say that differ."""
    coming = sorted((item.object_id, item.field) for item in planned.coming)
    return coming, sorted((each.record.pk, each.key, each.says) for each in planned.differences)
