"""The part of the records that the board counts: of a country, on a theme, in a state."""

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

from .config import DataQualityConfig


def data_quality_config(model: type[Record]) -> DataQualityConfig:
    """What a kind of record declares for the board."""
    return admin.site.get_model_admin(model).health


@dataclass(frozen=True)
class QualityFilters:
    """What is counted, by the slugs of a country and of a theme and by state; "" narrows nothing.

    Without a state it is all records but those that were withdrawn.
    """

    country: str = ""
    theme: str = ""
    state: str = ""

    def applies_to(self, model: type[Record]) -> bool:
        """Whether a kind of record has countries, and themes, where it is asked for some."""
        health = data_quality_config(model)
        return bool((health.countries or not self.country) and (health.themes or not self.theme))

    def keys_among(self, model: type[Record], states: Mapping[str, BitMap]) -> BitMap:
        """The records of a kind that are counted, of the ones in `states`."""
        health = data_quality_config(model)
        counted = (self.state,) if self.state else states.keys() - {PublicationState.WITHDRAWN}
        found = BitMap.union(BitMap(), *(states[state] for state in counted if state in states))
        for slug, lookups in ((self.country, health.countries), (self.theme, health.themes)):
            if slug:
                having = (_records_with(model, lookup, slug) for lookup in lookups)
                found &= BitMap.union(BitMap(), *having)
        return found

    @property
    def query(self) -> str:
        """The narrowing as a query string."""
        asked = {"country": self.country, "theme": self.theme, "state": self.state}
        return urlencode({name: value for name, value in asked.items() if value})


def _records_with(model: type[Record], lookup: str, slug: str) -> BitMap:
    path = "slug" if lookup == "pk" else f"{lookup}__slug"
    return model._base_manager.order_by().filter(**{path: slug}).aggregate(keys=KeyArray("pk"))["keys"]


class QualityFilterForm(forms.Form):
    """The narrowing as it is typed; a wrong value leaves nothing to be counted."""

    country = forms.ChoiceField(label=_("country"), required=False)
    theme = forms.ChoiceField(label=_("theme"), required=False)
    state = forms.ChoiceField(
        label=_("publication state"),
        required=False,
        choices=[("", _("all except withdrawn")), *PublicationState.choices],
    )

    def __init__(self, asked):
        super().__init__(asked)
        self.fields["country"].choices = [("", _("all countries")), *_named_by("countries")]
        self.fields["theme"].choices = [("", _("all themes")), *_named_by("themes")]

    def narrowing(self) -> QualityFilters | None:
        """What is to be counted; None where a value is wrong."""
        return QualityFilters(**self.cleaned_data) if self.is_valid() else None


def _named_by(declared: str) -> Iterator[tuple[str, str]]:
    """Slugs and names of the records to which the lookups in this field of `DataQualityConfig` lead."""
    kind = next(
        (model for model in record_models() if "pk" in getattr(data_quality_config(model), declared)), None
    )
    if kind is not None:
        for record in kind._base_manager.defer("search_text").order_by(F("name_en"), "slug"):
            yield record.slug, capfirst(str(record))
