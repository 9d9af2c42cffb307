"""The base class of the pages that add evidence, with a source, a claim, and a question if values differ."""

from collections.abc import Callable, Collection

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.changes.locking import lock_all
from sco_cities.curation.unsaved_forms.kept_values import unsaved_forms
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Passage, Report, Stance

from .attach import Claim
from .forms import ClaimForm
from .source_picker import SourcePicker

TEMPLATE = "admin/curation/evidence/add_evidence.html"
ADD, PREVIEW, APPLY, ANSWER = "_add", "_preview", "_apply", "answer"
BUTTONS = {ADD, PREVIEW, APPLY, ANSWER}
DISAGREES, AGREES = "disagrees", "agrees"


class ClaimView:
    """A page with a passage picker and a claim form. It reappears until the input is valid and complete."""

    def __init__(self, request: HttpRequest, model: type[Record], *, labels=(), can_rule: bool = False):
        self.request, self.model = request, model
        self.model_admin = admin.site.get_model_admin(model)
        # After a search, the form shows the entered values without validation. It shows kept values in the same way.
        is_search = "_search" in request.POST
        self.is_submitted = not is_search and not BUTTONS.isdisjoint(request.POST)
        data = request.POST if self.is_submitted or is_search else unsaved_forms(request).values
        self.picker = SourcePicker(request, data, is_submitted=self.is_submitted)
        self.form = ClaimForm(
            data if self.is_submitted else None,
            initial=self._initial(data), model=model, labels=labels, can_rule=can_rule,
        )  # fmt: skip

    def _initial(self, data) -> dict:
        if data is None:
            return {"fields_told": self.request.GET.getlist("field"), "stance": Stance.SUPPORTS}
        typed = {name: data[name] for name in ClaimForm.base_fields if name in data}
        return typed | {"fields_told": data.getlist("fields_told")}

    def is_valid(self) -> bool:
        """Returns True if the page has a valid passage and claim. Otherwise, the page shows the errors."""
        # Both forms are always validated, so that all errors are shown together.
        return all([self.picker.is_valid(), self.form.is_valid()])

    def claim(self, passage: Passage | None) -> Claim:
        """Builds the claim of a valid page for `passage`."""
        data = self.form.cleaned_data
        mark_disputed = self.request.POST.get(ANSWER) == DISAGREES
        keys = tuple(data["fields_told"])
        return Claim(
            passage, keys, data["stance"], data["reported_value"], mark_disputed, self.form.translations
        )

    @property
    def is_answered(self) -> bool:
        """True if the curator has answered the question about differing values."""
        return self.request.POST.get(ANSWER) in {DISAGREES, AGREES}

    def try_save(self, save: Callable[[], None]) -> bool:
        """Calls `save`. If another account has just added the same source, adds an error and returns False."""
        try:
            save()
        except IntegrityError:
            self.picker.errors.append(_("Someone else has just added this report or passage. Search for it."))
            return False
        return True

    def lock(self, keys: Collection[int]) -> None:
        """Locks these records, and the report that gets a new passage, until the transaction ends."""
        records = {self.model: set(keys)}
        if self.picker.report is not None:
            records.setdefault(Report, set()).add(self.picker.report.pk)
        lock_all(records)

    def can_edit(self, record: Record) -> bool:
        """Returns True if this curator may add evidence to the record."""
        return self.model_admin.has_change_permission(self.request, record)

    def check_permission(self, record: Record) -> None:
        if not self.can_edit(record):
            raise PermissionDenied

    def render(self, title: str, **context) -> HttpResponse:
        """Renders the page with its current errors."""
        if self.picker.errors or self.picker.forms_have_errors or self.form.errors:
            context["problem"] = _("Nothing was added. Correct the errors marked below.")
        shared = {"view": self, "picker": self.picker, "form": self.form, "opts": self.model._meta}
        return render_admin_page(self.request, TEMPLATE, title, **shared, **context)
