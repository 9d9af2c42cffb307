"""Filters of the change set list: user, method, kind of record and date."""

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.base_models import record_model, record_models

from .models import ChangeSet, ChangeSource, Revision


def _kinds() -> list[tuple[str, str]]:
    return [(model.collection, capfirst(model._meta.verbose_name_plural)) for model in record_models()]


def _day(**attributes) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attributes}, format="%Y-%m-%d")


class ChangeSetFilterSet(django_filters.FilterSet):
    """Filters of change sets on the History page."""

    who = django_filters.CharFilter("made_by_name", "icontains", label=_("user"), max_length=150)
    how = django_filters.ChoiceFilter(
        "source", label=_("method"), choices=ChangeSource, empty_label=_("any method")
    )
    kind = django_filters.ChoiceFilter(
        label=_("kind of record"), choices=_kinds, empty_label=_("all kinds"), method="filter_kind"
    )
    first = django_filters.DateFilter("made_at", "date__gte", label=_("from"), widget=_day())
    last = django_filters.DateFilter("made_at", "date__lte", label=_("until"), widget=_day())

    class Meta:
        model = ChangeSet
        fields = ()

    def filter_kind(self, change_sets: QuerySet, _name: str, collection: str) -> QuerySet:
        content_type = ContentType.objects.get_for_model(record_model(collection))
        return change_sets.filter(
            Exists(Revision.objects.filter(change_set=OuterRef("pk"), content_type=content_type))
        )

    @property
    def results(self) -> QuerySet[ChangeSet]:
        """The matching change sets; none if a parameter is invalid."""
        return self.qs if not self.is_bound or self.is_valid() else self.queryset.none()
