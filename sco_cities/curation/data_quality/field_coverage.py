"""All that the records of a kind say, and what supports it: by field, the keys of the records.

The database gathers the keys (one cell for a field, not a row for a value), so that the number of queries is that
of the fields that a kind has, and a hundred thousand records are read in about a second. `remembered` reads them once.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Q, When
from pyroaring import BitMap

from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.evidence_coverage import figure_key, is_relation_to_many
from sco_cities.sources.models import Evidence, Figure, Report, Stance

from .config import DataQualityConfig, translated_fields

ByField = dict[str, BitMap]

# So many records are looked up one by one; of more than that, the whole table is read.
FEW = 2_000


@dataclass(frozen=True)
class ReportedKeys:
    """What one published report tells of some records: about which field, and how."""

    field: str
    stance: str
    report: int
    newest_day: datetime.date | None
    is_dead: bool
    keys: BitMap


class FieldCoverage:
    """The values of those records of a kind whose keys are `keys`."""

    def __init__(self, model: type[Record], health: DataQualityConfig, keys: BitMap):
        self.model = model
        self.health = health
        self.keys = keys

    def _narrowed(self, rows: models.QuerySet, column: str) -> models.QuerySet:
        """`rows`, in no order, but not of all records where only a few are asked about."""
        rows = rows.order_by()
        return rows.filter(pk_in(self.keys, column)) if len(self.keys) <= FEW else rows

    @cached_property
    def filled(self) -> ByField:
        """The records in which a field that evidence can speak of holds a value, figures among them."""
        names = [name for name in self.model.evidence_fields if name in self._held]
        return {name: self._held[name] for name in names} | self._figures

    def holding(self, name: str) -> BitMap:
        """The records in which a field holds a value."""
        return self._held[name]

    @cached_property
    def told(self) -> list[ReportedKeys]:
        """What published reports tell of the records."""
        evidence = Evidence.objects.about(self.model).from_published_reports()
        rows = self._narrowed(evidence, "object_id").values_list(
            "field", "figure__label", "stance", "passage__report", "passage__report__published_last",
            "passage__report__address_check__is_dead",
        )  # fmt: skip
        told = []
        for field, label, stance, report, day, is_dead, keys in rows.annotate(keys=KeyArray("object_id")):
            name = figure_key(label) if field == FIGURE else field
            told.append(ReportedKeys(name, stance, report, day, bool(is_dead), keys & self.keys))
        return told

    def supporting(self, name: str) -> Iterable[BitMap]:
        """By report, the records in which it supports a field, by itself or as part of the whole record."""
        by_report = defaultdict(BitMap)
        for field in (name,) if self.model.needs_its_own_evidence(name) else (name, WHOLE):
            for report, keys in self._support[field]:
                by_report[report] |= keys
        return by_report.values()

    @cached_property
    def dead_reports(self) -> BitMap:
        """The reports, as keys, whose address was dead when it was last looked up."""
        return Report.objects.filter(address_check__is_dead=True).aggregate(keys=KeyArray("pk"))["keys"]

    @cached_property
    def _support(self) -> dict[str, list[tuple[int, BitMap]]]:
        found = defaultdict(list)
        for told in self.told:
            if told.stance == Stance.SUPPORTS:
                found[told.field].append((told.report, told.keys))
        return found

    @cached_property
    def _held(self) -> ByField:
        names = {*self.model.evidence_fields, *self.health.dates, *self.health.places}
        names |= {name for others in translated_fields(self.model).values() for name in others}
        to_many = sorted(name for name in names if is_relation_to_many(self.model, name))
        columns = sorted(names - set(to_many))
        found = self._narrowed(self.model._base_manager, "pk").aggregate(
            **{name: KeyArray(Case(When(_holds_a_value(self.model, name), then="pk"))) for name in columns}
        )
        for name in to_many:
            rows, owner = stored_rows(self.model, name)
            found[name] = self._narrowed(rows, owner).aggregate(keys=KeyArray(owner))["keys"]
        return {name: keys & self.keys for name, keys in found.items()}

    @cached_property
    def _figures(self) -> ByField:
        figures = Figure.objects.filter(content_type=ContentType.objects.get_for_model(self.model))
        by_label = (
            self._narrowed(figures, "object_id").values_list("label").annotate(keys=KeyArray("object_id"))
        )
        return {figure_key(label): keys & self.keys for label, keys in by_label}


def _holds_a_value(model: type[Record], name: str) -> Q:
    """What `publication.holds_a_value` says, to the database."""
    field = model._meta.get_field(name)
    is_text = isinstance(field, models.CharField | models.TextField)
    return Q(**{f"{name}__isnull": False}) & (~Q(**{name: ""}) if is_text else Q())


def stored_rows(model: type[Record], name: str) -> tuple[models.QuerySet, str]:
    """The rows of a relation, and their column that names the record."""
    field = model._meta.get_field(name)
    if field.many_to_many:
        return field.remote_field.through._base_manager.all(), field.m2m_field_name()
    return field.related_model._base_manager.all(), field.field.name
