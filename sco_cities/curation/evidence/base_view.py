"""What the pages that add evidence have in common: a source, a claim, and a question where the two differ."""

from collections.abc import Callable, Collection

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sco_cities.curation.admin.pages import render_admin_page
from sco_cities.history.locking import lock_all
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
    """A page on which a passage is chosen and it is said what it tells; sent again and again until it is right."""

    def __init__(self, request: HttpRequest, model: type[Record], *, labels=(), may_rule: bool = False):
        self.request, self.model = request, model
        self.model_admin = admin.site.get_model_admin(model)
        # A search shows again what was typed, and asks nothing of it yet.
        is_searching = "_search" in request.POST
        self.is_asked = not is_searching and not BUTTONS.isdisjoint(request.POST)
        sent = request.POST if self.is_asked or is_searching else None
        self.choice = SourcePicker(request, sent, is_asked=self.is_asked)
        self.form = ClaimForm(
            sent if self.is_asked else None,
            initial=self._initial(sent), model=model, labels=labels, may_rule=may_rule,
        )  # fmt: skip

    def _initial(self, sent) -> dict:
        if sent is None:
            return {"fields_told": self.request.GET.getlist("field"), "stance": Stance.SUPPORTS}
        typed = {name: sent[name] for name in ("stance", "reported_value", "ruling") if name in sent}
        return typed | {"fields_told": sent.getlist("fields_told")}

    def is_valid(self) -> bool:
        """Whether there is a passage and a claim; if not, the page says why."""
        # Both, so that all errors are told at once.
        return all([self.choice.is_valid(), self.form.is_valid()])

    def claim(self, passage: Passage | None) -> Claim:
        """What `passage` says, now that the page is valid."""
        told = self.form.cleaned_data
        disagrees = self.request.POST.get(ANSWER) == DISAGREES
        return Claim(passage, tuple(told["fields_told"]), told["stance"], told["reported_value"], disagrees)

    @property
    def is_answered(self) -> bool:
        """Whether it has been said if another value is a disagreement."""
        return self.request.POST.get(ANSWER) in {DISAGREES, AGREES}

    def tries(self, write: Callable[[], None]) -> bool:
        """Whether `write` went well; False, with the reason on the page, where somebody else was quicker."""
        try:
            write()
        except IntegrityError:
            self.choice.errors.append(_("Someone else has just added this report or passage. Search for it."))
            return False
        return True

    def lock(self, keys: Collection[int]) -> None:
        """No other curator writes to these records, nor to the report that gets a passage, until all is done."""
        locked = {self.model: set(keys)}
        if self.choice.report is not None:
            locked.setdefault(Report, set()).add(self.choice.report.pk)
        lock_all(locked)

    def may_edit(self, record: Record) -> bool:
        """Whether this curator may add evidence to the record."""
        return self.model_admin.has_change_permission(self.request, record)

    def refuse_strangers(self, record: Record) -> None:
        if not self.may_edit(record):
            raise PermissionDenied

    def shown(self, title: str, **context) -> HttpResponse:
        """The page as it stands."""
        if self.choice.errors or self.choice.forms_have_errors or self.form.errors:
            context["problem"] = _("Nothing was added. Correct the errors marked below.")
        shared = {"page": self, "choice": self.choice, "form": self.form, "opts": self.model._meta}
        return render_admin_page(self.request, TEMPLATE, title, **shared, **context)
