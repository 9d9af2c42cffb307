"""Adds records and figures to a passage manually."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import CityRole
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.core.localized_names import split_list
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.i18n.punctuation import with_label
from sco_cities.names.gazetteer import city_values
from sco_cities.sources.models import Figure
from sco_cities.themes.models import Theme

from . import decisions
from .admin_pages import USE_INTAKE
from .forms import FIGURE_COLUMNS, FormOfLanguages, column_field, draft_columns, draft_fields
from .known_names import NO_LONGER_OFFERED, NamedRecordMatch, NameLookup
from .models import MODELS, Intake, IntakePassage, Proposal, ProposalStatus
from .models import ProposalKind as Kind
from .page.labels import HAND_KINDS, counts_words
from .page.sections import IntakePage, page_of
from .proposal_labels import ProposalLabels
from .proposals.proposal_list import name_column
from .proposals.records import figure_value
from .reading.figures import figure_marks, numbers, value_text
from .reading.report_text import ReportText, SpanSet
from .views import intake_or_404, rows_of_records, wants_doubtful

_KIND_OF_MODEL = {model: kind for kind, model in MODELS.items()}
# Kinds of record that a figure may belong to.
_KINDS_WITH_FIGURES = (Kind.INITIATIVE, Kind.EVENT, Kind.ORGANISATION, Kind.CITY, Kind.COUNTRY)
# Columns that this form requires.
_REQUIRED = ("status", "role")
_ROLE_LABELS = {
    CityRole.LEAD: gettext_lazy("leading cities"),
    CityRole.PARTNER: gettext_lazy("partner cities"),
    CityRole.REFERENCE: gettext_lazy("model cities"),
}
# The column of each kind that is prefilled with the selected words.
_FIRST_COLUMN = {Kind.INITIATIVE: "title_{}", Kind.STATEMENT: "", Kind.CITY: "name"}


class HandValue(NamedTuple):
    """A value of the added record (the text of a column, or a relation with its related record)."""

    field: str
    value: Any
    target: Proposal | None = None


class HandForm(FormOfLanguages):
    """A form for one record, or for one figure of a record. Related records can be entered by name in any language.

    If `initiative` is given, the form adds a city to this initiative.
    """

    def __init__(
        self, kind: str, intake: Intake, data=None, *, words: str = "", initiative: Proposal | None = None
    ):
        self.kind, self.lookup, self.words, self.initiative = kind, NameLookup(intake), words, initiative
        # The existing record with the entered name. For a figure, the record that the figure belongs to.
        self.record: NamedRecordMatch | None = None
        self.record_kind, self.values = kind, []
        super().__init__(data, prefix="add", initial=self._initial())
        if kind == Kind.CITY:
            self.fields["name"] = forms.CharField(label=_("name"), max_length=200)
            if initiative is not None:
                self.fields["role"] = forms.ChoiceField(
                    label=_("role"), choices=CityRole.choices, initial=CityRole.PARTNER
                )
        elif kind == Kind.FIGURE:
            self.fields["about"] = self._names_field(_("initiative or other record"), Kind.INITIATIVE)
            self.fields["about"].required = True
            self.fields |= {name: column_field(Figure, name) for name in FIGURE_COLUMNS}
        else:
            self._add_record_fields()

    def _add_record_fields(self) -> None:
        model = MODELS[self.kind]
        self.fields |= draft_fields(model)
        for name in model.evidence_fields:
            field = model._meta.get_field(name)
            if name == "cities":
                for role, label in _ROLE_LABELS.items():
                    self.fields[f"cities_{role}"] = self._names_field(label, Kind.CITY)
            elif field.related_model is Theme:
                self.fields[name] = forms.ModelMultipleChoiceField(
                    Theme.objects.order_by("name_en"),
                    label=_("themes"),
                    required=False,
                    to_field_name="slug",
                    widget=forms.CheckboxSelectMultiple,
                )
            elif field.related_model in _KIND_OF_MODEL:
                self.fields[name] = self._names_field(field.verbose_name, _KIND_OF_MODEL[field.related_model])
            elif not field.is_relation and name not in self.fields:
                self.fields[name] = column_field(model, name, required=name in _REQUIRED)

    def _names_field(self, label, kind: str) -> forms.CharField:
        field = forms.CharField(label=label, required=False, max_length=1000)
        field.widget.attrs["list"] = f"names-{kind}"
        return field

    def _initial(self) -> dict[str, str]:
        if self.kind == Kind.FIGURE:
            return _figure_in(self.words)
        language = name_column(self.words).removeprefix("name_")
        column = _FIRST_COLUMN.get(self.kind, "name_{}").format(language)
        words = " ".join(self.words.split()).strip(" ,.;:!?，。；：")[:200]
        return {column: words} if column and words else {}

    @property
    def name_lists(self) -> Iterator[tuple[str, list[str]]]:
        """Pairs of a datalist's id and its options, which are names of the intake's records."""
        kinds = {field.widget.attrs["list"] for field in self.fields.values() if "list" in field.widget.attrs}
        for name in sorted(kinds):
            yield name, self.lookup.names(name.removeprefix("names-"))

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if self.kind == Kind.CITY:
            self._find_city(cleaned["name"])
        elif self.kind == Kind.FIGURE:
            matches = ((kind, self.lookup.find(kind, cleaned["about"])) for kind in _KINDS_WITH_FIGURES)
            self.record_kind, self.record = next((each for each in matches if each[1]), (self.kind, None))
            if self.record is None:
                self.add_error("about", _no_record(cleaned["about"]))
        else:
            self._find_named_records(cleaned)
        return cleaned

    def _find_named_records(self, cleaned: dict[str, Any]) -> None:
        self.values = [value for name in [*cleaned] for value in self._values_of(name, cleaned[name])]
        if self.kind == Kind.STATEMENT:
            if not {"delegate", "event"} & {each.field for each in self.values}:
                problem = _("Enter the delegate who made the statement or the event where it was made.")
                self.add_error("delegate", problem)
            return
        names = (
            cleaned[name] for name in draft_columns(MODELS[self.kind]) if name.startswith(("name", "title"))
        )
        matches = (self.lookup.find(self.kind, name) for name in names if name)
        self.record = next(filter(None, matches), None)

    def _values_of(self, name: str, value: Any) -> Iterator[HandValue]:
        """Yields the values entered in a field. Each value gets a separate footnote."""
        kind = self.fields[name].widget.attrs.get("list", "").removeprefix("names-")
        if kind:
            field, _underscore, role = name.partition("_") if name.startswith("cities_") else (name, "", "")
            for each in split_list(value):
                if match := self.lookup.find(kind, each):
                    slug = {"slug": match.slug} if match.slug else {}
                    yield HandValue(field, slug | ({"role": role} if role else {}), match.subject)
                else:
                    self.add_error(name, _no_record(each))
        elif name == "themes":
            yield from (HandValue(name, {"slug": theme.slug}) for theme in value)
        elif value and name not in draft_columns(MODELS[self.kind]):
            yield HandValue(name, value)

    def _find_city(self, name: str) -> None:
        self.record = self.lookup.find(Kind.CITY, name)
        if self.record is None:
            self.place = self.lookup.known(Kind.CITY, name)
            if self.place is None:
                problem = _(
                    "The gazetteer has no place with this name. Add the city with the form for cities, and then enter "
                    "its name here."
                )
                self.add_error("name", problem)

    @property
    def draft(self) -> dict[str, Any]:
        """The values of the new draft or figure by column."""
        if self.kind == Kind.CITY:
            return city_values(self.place.details.get("geonames_id", ""))
        values = self.plain_values()
        if self.kind == Kind.FIGURE:
            return {name: values[name] for name in FIGURE_COLUMNS}
        return {name: values[name] for name in draft_columns(MODELS[self.kind]) if values[name]}


def _figure_in(words: str) -> dict[str, str]:
    """Returns the columns of the first figure in `words`, or only the value of a number without a unit."""
    report = ReportText(words)
    for figure in figure_marks(report, SpanSet()):
        return figure_value(figure)
    return next(({"value": value_text(number.value)} for number in numbers(report)), {})


def _no_record(name: str) -> str:
    return _("No record is named “%s”. Add it to the passage first.") % name


@admin_page_view(USE_INTAKE, posts=True)
def add_by_hand(request: HttpRequest, number: int) -> HttpResponse:
    """Shows and processes the form for one record or figure of a passage. The new proposal is accepted immediately."""
    intake = intake_or_404(request, number)
    passage = intake.passages.filter(number=_number(request.GET.get("passage", ""))).first()
    kind = request.GET.get("kind", "")
    if passage is None or kind not in HAND_KINDS or intake.purged_at:
        raise Http404(_("There is no such passage."))
    sent = request.POST if request.method == "POST" else request.GET
    place = _selected(sent, passage)
    is_whole = (place["start"], place["end"]) == (passage.start, passage.end)
    words = "" if is_whole else intake.text[place["start"] : place["end"]]
    initiative = None
    if kind == Kind.CITY and "initiative" in request.GET:
        initiatives = intake.proposals.filter(kind=Kind.INITIATIVE).exclude(status__in=NO_LONGER_OFFERED)
        initiative = get_object_or_404(initiatives, pk=_number(request.GET["initiative"]))
    data = request.POST if request.method == "POST" else None
    form = HandForm(kind, intake, data, words=words, initiative=initiative)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if not intake.lock_text():
                    raise Http404(_("The text of this report has been deleted."))
                proposal = _add(intake, request.user, form, place)
        except Refused as error:
            changed = _("Someone else has just changed a record that you named. Send the form again.")
            form.add_error(None, changed if error.is_stale else str(error))
        else:
            return _added(request, intake, passage, proposal)
    return _form_page(request, intake, passage, form, place)


def _number(text: str) -> int:
    return int(text) if is_key(text) else 0


def _selected(data, passage: IntakePassage) -> dict[str, int]:
    """Returns the range of the selected text if it is within the passage, otherwise the range of the passage."""
    start, end = _number(data.get("start", "")), _number(data.get("end", ""))
    if not passage.start <= start < end <= passage.end:
        start, end = passage.start, passage.end
    return {"start": start, "end": end}


def _add(intake: Intake, user, form: HandForm, place: dict[str, int]) -> Proposal:
    if form.record is not None:
        subject = _subject_of(intake, user, form.record_kind, form.record, place)
    else:
        subject = decisions.add(intake, user, form.kind, value=form.draft, **place)
    if form.kind == Kind.FIGURE:
        return decisions.add(intake, user, form.kind, subject=subject, value=form.draft, **place)
    if form.initiative is not None:
        return _add_city(intake, user, form, subject, place)
    for each in form.values:
        decisions.add(
            intake, user, Kind.VALUE, field=each.field, value=each.value, subject=subject, target=each.target,
            **place,
        )  # fmt: skip
    return subject


def _add_city(intake: Intake, user, form: HandForm, city: Proposal, place: dict[str, int]) -> Proposal:
    """Returns the accepted value that adds a city with its role to the initiative of the form."""
    values = form.initiative.values.filter(field="cities").exclude(status=ProposalStatus.SUPERSEDED)
    labels, role = ProposalLabels(values), {"role": form.cleaned_data["role"]}
    for value in labels.proposals:
        record = labels.related(value)
        if value.target_id == city.pk or (record is not None and record.pk == city.object_id):
            decisions.edit(value, user, value.final_value | role, version=value.version)
            return value
    about = {"field": "cities", "subject": form.initiative, "target": city}
    return decisions.add(intake, user, Kind.VALUE, value=role, **about, **place)


def _subject_of(intake: Intake, user, kind: str, match: NamedRecordMatch, place: dict[str, int]) -> Proposal:
    """Returns the accepted subject of a matched record. Adds or accepts the subject if necessary."""
    subject = match.subject
    if subject is None:
        key = MODELS[kind].objects.values_list("pk", flat=True).get(slug=match.slug)
        current = intake.proposals.exclude(status=ProposalStatus.SUPERSEDED)
        subject = current.filter(kind=kind, object_id=key).order_by("pk").first()
        if subject is None:
            return decisions.add(intake, user, kind, object_id=key, **place)
    if not subject.is_accepted:
        decisions.accept(subject, user, version=subject.version)
    return subject


def _added(request: HttpRequest, intake: Intake, passage: IntakePassage, proposal: Proposal) -> HttpResponse:
    if request.headers.get("Accept") != "application/json":
        return redirect(f"{_page_url(request, passage)}#proposal-{proposal.pk}")
    view = IntakePage(intake, object_permissions(request), doubtful=wants_doubtful(request))
    # The HTML of the passage contains its rows.
    changed = {proposal.pk, proposal.target_id} - {None}
    rows = rows_of_records(request, view, changed, Q(passage=passage))
    [section] = view.sections_of([passage])
    html = render_to_string("admin/intake/_groups.html", {"section": section}, request)
    return JsonResponse(
        {
            "passage": passage.number, "row": proposal.pk, "html": html, "message": _("Added."),
            "rows": [*rows.values()],
            "texts": {"intake-counts": counts_words(view.counts), f"p{passage.number}-needed": section.needed},
        }
    )  # fmt: skip


def _page_url(request: HttpRequest, passage: IntakePassage) -> str:
    """Returns the URL of the intake page that shows the passage."""
    page = reverse("admin:intake_page", args=[passage.intake_id])
    return f"{page}?page={page_of(passage)}{'&doubtful=1' if wants_doubtful(request) else ''}"


def _form_page(
    request: HttpRequest, intake: Intake, passage: IntakePassage, form: HandForm, place: dict[str, int]
) -> HttpResponse:
    kind = Kind(form.kind)
    heading = _("Add to passage %(number)s: %(kind)s") % {"number": passage.number, "kind": kind.label}
    if form.initiative is not None:
        heading = with_label(_("Add a city"), form.lookup.labels.name(form.initiative))
    context = {
        "form": form, "intake": intake, "passage": passage, "heading": heading,
        "quote": form.words, "action": request.get_full_path(), "takes_names": bool(list(form.name_lists)),
        "back_url": f"{_page_url(request, passage)}#p{passage.number}",
    } | place  # fmt: skip
    if request.headers.get("X-Part") == "form":
        return render(request, "admin/intake/_hand_form.html", context)
    return render_admin_page(request, "admin/intake/hand.html", heading, **context)
