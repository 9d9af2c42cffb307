"""Forms to add what a passage says without any automatic reading: a record with its values, or a figure."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import CityRole
from sco_cities.sources.models import Figure
from sco_cities.themes.models import Theme

from .models import MODELS, Intake, Proposal
from .models import ProposalKind as Kind
from .name_lookup import NamedRecordMatch, NameLookup
from .page.proposal_forms import DRAFT_COLUMNS, FIGURE_COLUMNS, FormOfLanguages, column_field, plain_value

# What can be added to a passage, in the order of the links.
HAND_KINDS = (
    Kind.CITY,
    Kind.DELEGATE,
    Kind.ORGANISATION,
    Kind.EVENT,
    Kind.INITIATIVE,
    Kind.FIGURE,
    Kind.STATEMENT,
)
# The columns with a footnote of their own, by kind.
_VALUE_COLUMNS = {
    Kind.DELEGATE: ("role",),
    Kind.EVENT: ("starts_on", "ends_on", "date_text"),
    Kind.INITIATIVE: ("status", "starts_on", "ends_on"),
}
# Relations by kind: the field, and the kind of its records.
_RELATIONS = {
    Kind.ORGANISATION: {"country": Kind.COUNTRY, "city": Kind.CITY},
    Kind.DELEGATE: {
        "organisation": Kind.ORGANISATION,
        "city": Kind.CITY,
        "country": Kind.COUNTRY,
    },
    Kind.EVENT: {"host_city": Kind.CITY},
    Kind.INITIATIVE: {
        "organisations": Kind.ORGANISATION,
        "countries": Kind.COUNTRY,
        "event": Kind.EVENT,
    },
    Kind.STATEMENT: {"delegate": Kind.DELEGATE, "event": Kind.EVENT},
}
_WITH_THEMES = (Kind.EVENT, Kind.INITIATIVE, Kind.STATEMENT)
# The kinds whose records are known by their names.
_NAMED = (Kind.DELEGATE, Kind.ORGANISATION, Kind.EVENT, Kind.INITIATIVE)
_ROLE_LABELS = {
    CityRole.LEAD: gettext_lazy("lead cities"),
    CityRole.PARTNER: gettext_lazy("partner cities"),
    CityRole.REFERENCE: gettext_lazy("reference cities"),
}
# The column that the selected words fill.
_FIRST_COLUMN = {
    Kind.INITIATIVE: "title_en",
    Kind.FIGURE: "value",
    Kind.STATEMENT: "",
    Kind.CITY: "name",
}


class HandValue(NamedTuple):
    """A value of the record that is added: a column as text, or a relation with the record that it names."""

    field: str
    value: Any
    target: Proposal | None = None


class HandForm(FormOfLanguages):
    """One record, or one figure of a record; names of other records may be of any language."""

    use_required_attribute = True

    def __init__(self, kind: str, intake: Intake, data=None, *, words: str = ""):
        self.kind, self.lookup = kind, NameLookup(intake)
        # The record itself, if it is known; and the one that a figure is about.
        self.record: NamedRecordMatch | None = None
        super().__init__(data, prefix="add", initial=self._initial(words))
        if kind == Kind.CITY:
            self.fields["name"] = forms.CharField(label=_("name"), max_length=200)
        elif kind == Kind.FIGURE:
            self.fields["about"] = self._names_field(_("initiative or other record"), Kind.INITIATIVE)
            self.fields["about"].required = True
            self.fields |= {name: column_field(Figure, name) for name in FIGURE_COLUMNS}
        else:
            self._add_record_fields()

    def _add_record_fields(self) -> None:
        kind, model = self.kind, MODELS[self.kind]
        self.fields |= {name: column_field(model, name) for name in DRAFT_COLUMNS[kind]}
        self.fields |= {
            name: column_field(model, name, required=name in ("status", "role"))
            for name in _VALUE_COLUMNS.get(kind, ())
        }
        if kind == Kind.INITIATIVE:
            for role, label in _ROLE_LABELS.items():
                self.fields[f"cities_{role}"] = self._names_field(label, Kind.CITY)
        for name, related in _RELATIONS.get(kind, {}).items():
            self.fields[name] = self._names_field(model._meta.get_field(name).verbose_name, related)
        if kind in _WITH_THEMES:
            self.fields["themes"] = forms.ModelMultipleChoiceField(
                Theme.objects.order_by("name_en"),
                label=_("themes"),
                required=False,
                to_field_name="slug",
                widget=forms.CheckboxSelectMultiple,
            )

    def _names_field(self, label, kind: str) -> forms.CharField:
        field = forms.CharField(label=label, required=False, max_length=1000)
        field.widget.attrs["list"] = f"names-{kind}"
        return field

    def _initial(self, words: str) -> dict[str, str]:
        column = _FIRST_COLUMN.get(self.kind, "name_en")
        return {column: " ".join(words.split()).strip(" ,.;:!?，。；：")[:200]} if column and words else {}

    @property
    def name_lists(self) -> Iterator[tuple[str, list[str]]]:
        """The names of the intake's records by the id of the list that offers them."""
        kinds = {field.widget.attrs["list"] for field in self.fields.values() if "list" in field.widget.attrs}
        for name in sorted(kinds):
            yield name, self.lookup.names(name.removeprefix("names-"))

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        self.values = [
            *(HandValue(name, cleaned[name]) for name in _VALUE_COLUMNS.get(self.kind, ()) if cleaned[name]),
            *self._relations(),
            *(HandValue("themes", {"slug": theme.slug}) for theme in cleaned.get("themes", ())),
        ]
        if self.kind == Kind.CITY:
            self._find_city(cleaned["name"])
        elif self.kind in _NAMED:
            names = (
                cleaned.get(name) for name in DRAFT_COLUMNS[self.kind] if name.startswith(("name", "title"))
            )
            self.record = next(
                (match for name in names if name and (match := self.lookup.find(self.kind, name))), None
            )
        elif self.kind == Kind.FIGURE:
            self._find_subject_of_figure(cleaned["about"])
        elif self.kind == Kind.STATEMENT and not {"delegate", "event"} & {each.field for each in self.values}:
            self.add_error(
                "delegate", _("Enter the delegate who made the statement or the event where it was made.")
            )
        return cleaned

    def _relations(self) -> Iterator[HandValue]:
        for name, kind in _RELATIONS.get(self.kind, {}).items():
            for match in self._matches(name, kind):
                yield HandValue(name, {"slug": match.slug} if match.slug else {}, match.subject)
        if self.kind != Kind.INITIATIVE:
            return
        for role in _ROLE_LABELS:
            for match in self._matches(f"cities_{role}", Kind.CITY):
                slug = {"slug": match.slug} if match.slug else {}
                yield HandValue("cities", {**slug, "role": str(role)}, match.subject)

    def _matches(self, name: str, kind: str) -> list[NamedRecordMatch]:
        found, unknown = self.lookup.find_all(kind, self.cleaned_data.get(name, ""))
        for each in unknown:
            self.add_error(
                name, _("There is no record with the name “%s”. Add it to the passage first.") % each
            )
        return found

    def _find_city(self, name: str) -> None:
        self.record = self.lookup.find(Kind.CITY, name)
        if self.record is None:
            self.place = self.lookup.known(Kind.CITY, name)
            if self.place is None:
                self.add_error(
                    "name",
                    _("The gazetteer has no place with this name. Add the city with the form for cities."),
                )

    def _find_subject_of_figure(self, name: str) -> None:
        for kind in (
            Kind.INITIATIVE,
            Kind.EVENT,
            Kind.ORGANISATION,
            Kind.CITY,
            Kind.COUNTRY,
        ):
            if match := self.lookup.find(kind, name):
                self.record, self.record_kind = match, kind
                break
        else:
            self.add_error(
                "about", _("There is no record with the name “%s”. Add it to the passage first.") % name
            )

    @property
    def draft(self) -> dict[str, Any]:
        """The columns of the new draft."""
        names = FIGURE_COLUMNS if self.kind == Kind.FIGURE else DRAFT_COLUMNS[self.kind]
        return {name: plain_value(self.cleaned_data[name]) for name in names if name in self.cleaned_data}
