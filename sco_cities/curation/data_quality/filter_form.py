"""Filters of the data quality report by country, theme and publication state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import F
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.sources.base_models import PublicationState, Record, record_models

from .field_coverage import DataQualityConfig


def data_quality_config(model: type[Record]) -> DataQualityConfig:
    """Returns the data quality settings of a kind of record."""
    return admin.site.get_model_admin(model).data_quality


@dataclass(frozen=True)
class QualityFilters:
    """Filters by country slug, theme slug and publication state. "" means no filter.

    If no state is selected, withdrawn records are omitted.
    """

    country: str = ""
    theme: str = ""
    state: str = ""

    def applies_to(self, model: type[Record]) -> bool:
        """Returns True if records of this kind have the relations that the filters use."""
        config = data_quality_config(model)
        return bool((config.countries or not self.country) and (config.themes or not self.theme))

    def matching_keys(self, model: type[Record], states: Mapping[str, BitMap]) -> BitMap:
        """Returns the keys of the matching records of a kind. `states` maps each state to the keys of its records."""
        config = data_quality_config(model)
        included = (self.state,) if self.state else states.keys() - {PublicationState.WITHDRAWN}
        keys = BitMap.union(BitMap(), *(states[state] for state in included if state in states))
        for slug, lookups in ((self.country, config.countries), (self.theme, config.themes)):
            if slug:
                related = (_related_keys(model, lookup, slug) for lookup in lookups)
                keys &= BitMap.union(BitMap(), *related)
        return keys

    @property
    def query(self) -> str:
        """The filters as a query string."""
        parameters = {"country": self.country, "theme": self.theme, "state": self.state}
        return urlencode({name: value for name, value in parameters.items() if value})


def _related_keys(model: type[Record], lookup: str, slug: str) -> BitMap:
    path = "slug" if lookup == "pk" else f"{lookup}__slug"
    return model._base_manager.order_by().filter(**{path: slug}).aggregate(keys=KeyArray("pk"))["keys"]


class QualityFilterForm(forms.Form):
    """The report's filter form. If a value is invalid, the report counts nothing."""

    country = forms.ChoiceField(label=_("country"), required=False)
    theme = forms.ChoiceField(label=_("theme"), required=False)
    state = forms.ChoiceField(
        label=_("publication state"),
        required=False,
        choices=[("", _("all except withdrawn")), *PublicationState.choices],
    )

    def __init__(self, data):
        super().__init__(data)
        self.fields["country"].choices = [("", _("all countries")), *_slug_choices("countries")]
        self.fields["theme"].choices = [("", _("all themes")), *_slug_choices("themes")]

    def filters(self) -> QualityFilters | None:
        """Returns the submitted filters, or None if a value is invalid."""
        return QualityFilters(**self.cleaned_data) if self.is_valid() else None


def _slug_choices(config_field: str) -> Iterator[tuple[str, str]]:
    """Yields the slug and name of each record of the kind whose `DataQualityConfig` has "pk" in `config_field`."""
    kind = next(
        (model for model in record_models() if "pk" in getattr(data_quality_config(model), config_field)),
        None,
    )
    if kind is not None:
        for record in kind._base_manager.defer("search_text").order_by(F("name_en"), "slug"):
            yield record.slug, capfirst(str(record))
