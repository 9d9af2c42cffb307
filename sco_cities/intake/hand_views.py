"""Views for adding records and figures to a passage manually."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.names.gazetteer import city_values

from . import decisions
from .admin_pages import USE_INTAKE
from .hand_forms import HAND_KINDS, HandForm
from .models import MODELS, Intake, IntakePassage, Proposal, ProposalKind, ProposalStatus
from .name_lookup import NamedRecordMatch
from .page.labels import counts_words, needed_words
from .page.sections import IntakePage, page_of
from .purge import lock_text
from .views import intake_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view(USE_INTAKE)
def add_by_hand(request: HttpRequest, number: int) -> HttpResponse:
    """Shows and processes the form for one record or figure of a passage. The new proposal is accepted immediately."""
    intake = intake_or_404(request, number)
    passage = intake.passages.filter(number=_number(request.GET.get("passage", ""))).first()
    kind = request.GET.get("kind", "")
    if passage is None or kind not in HAND_KINDS or intake.purged_at:
        raise Http404(_("There is no such passage."))
    sent = request.POST if request.method == "POST" else request.GET
    start, end = _words(sent, passage)
    words = intake.text[start:end] if (start, end) != (passage.start, passage.end) else ""
    form = HandForm(kind, intake, request.POST if request.method == "POST" else None, words=words)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if not lock_text(intake):
                    raise Http404(_("The text of this report has been deleted."))
                proposal = _add(intake, request.user, form, start, end)
        except Refused as error:
            changed = _("Someone else has just changed a record that you named. Send the form again.")
            form.add_error(None, changed if error.is_stale else str(error))
        else:
            return _added(request, intake, passage, proposal)
    return _form_page(request, intake, passage, form, start, end, words)


def _number(text: str) -> int:
    return int(text) if is_key(text) else 0


def _words(data, passage: IntakePassage) -> tuple[int, int]:
    """The range of the selected text if it lies within the passage, otherwise the range of the passage."""
    start, end = _number(data.get("start", "")), _number(data.get("end", ""))
    if passage.start <= start < end <= passage.end:
        return start, end
    return passage.start, passage.end


def _add(intake: Intake, user, form: HandForm, start: int, end: int) -> Proposal:
    place = {"start": start, "end": end}
    if form.kind == ProposalKind.FIGURE:
        subject = _subject_of(intake, user, form.record_kind, form.record, place)
        return decisions.add(intake, user, ProposalKind.FIGURE, subject=subject, value=form.draft, **place)
    if form.kind == ProposalKind.CITY:
        if form.record is not None:
            return _subject_of(intake, user, ProposalKind.CITY, form.record, place)
        values = city_values(form.place.details.get("geonames_id", ""))
        return decisions.add(intake, user, ProposalKind.CITY, value=values, **place)
    if form.record is not None:
        subject = _subject_of(intake, user, form.kind, form.record, place)
    else:
        subject = decisions.add(intake, user, form.kind, value=form.draft, **place)
    for each in form.values:
        decisions.add(
            intake, user, ProposalKind.VALUE, field=each.field, value=each.value, subject=subject, target=each.target,
            **place,
        )  # fmt: skip
    return subject


def _subject_of(intake: Intake, user, kind: str, match: NamedRecordMatch, place: dict[str, int]) -> Proposal:
    """Returns the accepted subject of a matched record. Adds or accepts the subject if necessary."""
    subject = match.subject
    if subject is None:
        key = MODELS[kind].objects.values_list("pk", flat=True).get(slug=match.slug)
        current = intake.proposals.exclude(status=ProposalStatus.SUPERSEDED)
        subject = current.filter(kind=kind, object_id=key).order_by("pk").first()
        if subject is None:
            return decisions.add(intake, user, kind, object_id=key, **place)
    if not subject.is_taken:
        decisions.accept(subject, user, version=subject.version)
    return subject


def _added(request: HttpRequest, intake: Intake, passage: IntakePassage, proposal: Proposal) -> HttpResponse:
    if request.headers.get("Accept") != "application/json":
        page = reverse("admin:intake_page", args=[intake.pk])
        return redirect(f"{page}?page={page_of(passage)}#proposal-{proposal.pk}")
    view = IntakePage(intake, object_permissions(request))
    [section] = view.sections_of([passage])
    html = render_to_string("admin/intake/_groups.html", {"section": section}, request)
    return JsonResponse(
        {
            "passage": passage.number, "row": proposal.pk, "html": html, "message": _("Added."),
            "texts": {"intake-counts": counts_words(view.counts), f"p{passage.number}-needed": needed_words(passage)},
        }
    )  # fmt: skip


def _form_page(
    request: HttpRequest,
    intake: Intake,
    passage: IntakePassage,
    form: HandForm,
    start: int,
    end: int,
    words: str,
) -> HttpResponse:
    kind = ProposalKind(form.kind)
    heading = _("Add to passage %(number)s: %(kind)s") % {"number": passage.number, "kind": kind.label}
    page = reverse("admin:intake_page", args=[intake.pk])
    context = {
        "form": form, "intake": intake, "passage": passage, "start": start, "end": end, "heading": heading,
        "quote": words, "action": request.get_full_path(), "takes_names": bool(list(form.name_lists)),
        "back_url": f"{page}?page={page_of(passage)}#p{passage.number}",
    }  # fmt: skip
    if request.headers.get("X-Part") == "form":
        return render(request, "admin/intake/_hand_form.html", context)
    return render_admin_page(request, "admin/intake/hand.html", heading, **context)
