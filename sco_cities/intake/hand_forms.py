"""Forms for adding a record with its values, or a figure, to a passage manually."""

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
from .page.proposal_forms import FIGURE_COLUMNS, FormOfLanguages, column_field, draft_columns

# The kinds of record that can be added to a passage, in link order.
HAND_KINDS = (
    Kind.CITY,
    Kind.DELEGATE,
    Kind.ORGANISATION,
    Kind.EVENT,
    Kind.INITIATIVE,
    Kind.FIGURE,
    Kind.STATEMENT,
)
_KIND_OF_MODEL = {model: kind for kind, model in MODELS.items()}
# Kinds of record that a figure may belong to.
_KINDS_WITH_FIGURES = (Kind.INITIATIVE, Kind.EVENT, Kind.ORGANISATION, Kind.CITY, Kind.COUNTRY)
# Required columns.
_REQUIRED = ("status", "role")
_ROLE_LABELS = {
    CityRole.LEAD: gettext_lazy("leading cities"),
    CityRole.PARTNER: gettext_lazy("partner cities"),
    CityRole.REFERENCE: gettext_lazy("model cities"),
}
# The column of each kind that is prefilled with the selected words.
_FIRST_COLUMN = {Kind.INITIATIVE: "title_en", Kind.FIGURE: "value", Kind.STATEMENT: "", Kind.CITY: "name"}


class HandValue(NamedTuple):
    """A value of the added record (the text of a column, or a relation with its related record)."""

    field: str
    value: Any
    target: Proposal | None = None


class HandForm(FormOfLanguages):
    """A form for one record, or for one figure of a record. Other records can be named in any language."""

    use_required_attribute = True

    def __init__(self, kind: str, intake: Intake, data=None, *, words: str = ""):
        self.kind, self.lookup = kind, NameLookup(intake)
        # The existing record with the entered name. For a figure, the record that the figure belongs to.
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
        model = MODELS[self.kind]
        self.fields |= {name: column_field(model, name) for name in draft_columns(model)}
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

    def _initial(self, words: str) -> dict[str, str]:
        column = _FIRST_COLUMN.get(self.kind, "name_en")
        return {column: " ".join(words.split()).strip(" ,.;:!?，。；：")[:200]} if column and words else {}

    @property
    def name_lists(self) -> Iterator[tuple[str, list[str]]]:
        """Pairs of the id of a datalist and the names of the intake's records that it offers."""
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
            self._find_subject_of_figure(cleaned["about"])
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
        """The values entered in a field. Each value gets its own footnote."""
        kind = self.fields[name].widget.attrs.get("list", "").removeprefix("names-")
        if kind:
            field, _underscore, role = name.partition("_") if name.startswith("cities_") else (name, "", "")
            found, unknown = self.lookup.find_all(kind, value)
            for each in unknown:
                self.add_error(name, _no_record(each))
            for match in found:
                slug = {"slug": match.slug} if match.slug else {}
                yield HandValue(field, slug | ({"role": role} if role else {}), match.subject)
        elif name == "themes":
            yield from (HandValue(name, {"slug": theme.slug}) for theme in value)
        elif value and name not in draft_columns(MODELS[self.kind]):
            yield HandValue(name, value)

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
        for kind in _KINDS_WITH_FIGURES:
            if match := self.lookup.find(kind, name):
                self.record, self.record_kind = match, kind
                return
        self.add_error("about", _no_record(name))

    @property
    def draft(self) -> dict[str, Any]:
        """The values of the new draft or figure by column."""
        values = self.plain_values()
        if self.kind == Kind.FIGURE:
            return {name: values[name] for name in FIGURE_COLUMNS}
        return {name: values[name] for name in draft_columns(MODELS[self.kind]) if values[name]}


def _no_record(name: str) -> str:
    return _("No record is named “%s”. Add it to the passage first.") % name
