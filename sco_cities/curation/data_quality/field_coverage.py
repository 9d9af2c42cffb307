"""Filled values and evidence for all records of a kind, as bitmaps of primary keys by field.

The database aggregates the keys and returns one cell per field instead of one row per value. The number of queries
depends only on the number of fields. Reading a hundred thousand records takes about a second. Values confirmed without
evidence are read from the history.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Q, When
from pyroaring import BitMap

from sco_cities.changes.changed_values import changed_values, planned_values, values_without_evidence
from sco_cities.core.translations import TRANSLATIONS, TranslatedField, is_outdated, translated_fields
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.history.delta import diff
from sco_cities.history.models import Revision
from sco_cities.history.serialization import document_schema, read_documents
from sco_cities.history.versions import documents_at
from sco_cities.sources.base_models import FIGURE, WHOLE, PublicationState, Record
from sco_cities.sources.evidence_coverage import figure_key, is_to_many, row_model
from sco_cities.sources.link_checker import has_dead_link
from sco_cities.sources.models import Evidence, Figure, Stance


@dataclass(frozen=True)
class DataQualityConfig:
    """Data quality settings for a kind of record. Its admin declares them as `data_quality`.

    A record should have a value in at least one of the fields in `dates` and at least one of the fields in `places`. An
    empty tuple means that no date or place is expected. `status` is the field whose evidence becomes stale. `countries`
    and `themes` are lookups for the report's filters, from a record to its countries and themes ("pk" if the kind
    itself is the country or theme).
    """

    dates: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    status: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


ByField = dict[str, BitMap]


@dataclass(frozen=True)
class TranslationCoverage:
    """Translatable texts, missing translations, and translations to be checked, for one language.

    All child rows of one kind are treated as one field, such as "figures" for the records with figures.
    """

    texts: ByField = field(default_factory=dict)
    missing: ByField = field(default_factory=dict)
    outdated: ByField = field(default_factory=dict)


def _measure(
    coverage: dict[str, TranslationCoverage],
    rows: models.QuerySet,
    owner: str,
    texts: list[TranslatedField],
    name: str = "",
) -> None:
    conditions: dict[tuple[str, str, str], Q] = {}
    for text in texts:
        for language, column in text.translations.items():
            conditions["texts", language, column] = text.to_translate
            conditions["missing", language, column] = text.to_translate & Q(**{column: ""})
            conditions["outdated", language, column] = is_outdated(column)
    measured = rows.order_by().aggregate(
        **{
            "/".join(key): KeyArray(Case(When(condition, then=owner)))
            for key, condition in conditions.items()
        }
    )
    for part, language, column in conditions:
        by_field = getattr(coverage[language], part)
        field_name = name or column
        by_field[field_name] = by_field.get(field_name, BitMap()) | measured[f"{part}/{language}/{column}"]


# Maximum number of records selected by primary key. For more records, the entire table is read.
MAX_FILTERED_KEYS = 2_000


@dataclass(frozen=True)
class ReportedKeys:
    """The records (`keys`) with a field that one published report supports or disputes, depending on `stance`."""

    field: str
    stance: str
    report: int
    newest_day: datetime.date | None
    is_dead: bool
    keys: BitMap


class FieldCoverage:
    """Filled values and their evidence for one kind's records with the primary keys `keys`."""

    def __init__(self, model: type[Record], config: DataQualityConfig, keys: BitMap):
        self.model = model
        self.config = config
        self.keys = keys

    def _limited(self, rows: models.QuerySet, column: str) -> models.QuerySet:
        """Removes the ordering from `rows` and, if there are few keys, limits the rows to these keys."""
        rows = rows.order_by()
        return rows.filter(pk_in(self.keys, column)) if len(self.keys) <= MAX_FILTERED_KEYS else rows

    @cached_property
    def filled(self) -> ByField:
        """The records with a value, for each evidence field and figure."""
        names = [name for name in self.model.evidence_fields if name in self.filled_fields]
        return {name: self.filled_fields[name] for name in names} | self._figures

    @cached_property
    def reported(self) -> list[ReportedKeys]:
        """Evidence from published reports, grouped by field, stance and report."""
        evidence = Evidence.objects.for_records(self.model).from_published_reports()
        rows = self._limited(evidence, "object_id").values_list(
            "field", "figure__label", "stance", "passage__report", "passage__report__published_last",
            Case(When(has_dead_link("passage__report__"), then=True), default=False),
        )  # fmt: skip
        reported = []
        for key, label, stance, report, day, is_dead, keys in rows.annotate(keys=KeyArray("object_id")):
            name = figure_key(label) if key == FIGURE else key
            reported.append(ReportedKeys(name, stance, report, day, is_dead, keys & self.keys))
        return reported

    def support_by_report(self, name: str) -> Iterable[BitMap]:
        """Returns a bitmap per report, with the records that the report supports in this field or as a whole."""
        by_report = defaultdict(BitMap)
        for key in (name,) if self.model.needs_own_evidence(name) else (name, WHOLE):
            for report, keys in self._support[key]:
                by_report[report] |= keys
        return by_report.values()

    @cached_property
    def translations(self) -> dict[str, TranslationCoverage]:
        """The translated texts by language, with one query for the records and one for each kind of row."""
        coverage = {language: TranslationCoverage() for language in TRANSLATIONS}
        if texts := translated_fields(self.model).values():
            _measure(coverage, self._limited(self.model._base_manager.all(), "pk"), "pk", list(texts))
        for rows in document_schema(self.model).rows.values():
            if texts := translated_fields(rows.model).values():
                own = self._limited(rows.of_kind(self.model), rows.owner_column)
                _measure(coverage, own, rows.owner_column, list(texts), rows.name)
        return coverage

    @cached_property
    def _support(self) -> dict[str, list[tuple[int, BitMap]]]:
        by_field = defaultdict(list)
        for each in self.reported:
            if each.stance == Stance.SUPPORTS:
                by_field[each.field].append((each.report, each.keys))
        return by_field

    @cached_property
    def filled_fields(self) -> ByField:
        """The records with a value, for each evidence field, date and place."""
        names = {*self.model.evidence_fields, *self.config.dates, *self.config.places}
        to_many = sorted(name for name in names if is_to_many(self.model, name))
        columns = sorted(names - set(to_many))
        by_field = self._limited(self.model._base_manager, "pk").aggregate(
            **{name: KeyArray(Case(When(_has_value(self.model, name), then="pk"))) for name in columns}
        )
        for name in to_many:
            field = self.model._meta.get_field(name)
            owner = field.m2m_field_name() if field.many_to_many else field.field.name
            rows = self._limited(row_model(field)._base_manager.all(), owner)
            by_field[name] = rows.aggregate(keys=KeyArray(owner))["keys"]
        return {name: keys & self.keys for name, keys in by_field.items()}

    @cached_property
    def _figures(self) -> ByField:
        figures = Figure.objects.filter(content_type=ContentType.objects.get_for_model(self.model))
        by_label = (
            self._limited(figures, "object_id").values_list("label").annotate(keys=KeyArray("object_id"))
        )
        return {figure_key(label): keys & self.keys for label, keys in by_label}


def _has_value(model: type[Record], name: str) -> Q:
    """Returns `evidence_coverage.has_value` as an SQL condition."""
    field = model._meta.get_field(name)
    is_text = isinstance(field, models.CharField | models.TextField)
    return Q(**{f"{name}__isnull": False}) & (~Q(**{name: ""}) if is_text else Q())


PUBLISHED = PublicationState.PUBLISHED


def confirmed_values(
    model: type[Record], keys: Collection[int] | None = None
) -> dict[int, dict[str, Revision]]:
    """Maps the key of each record to its confirmed values without evidence, each with the newest confirming revision.

    Omits values that were changed back or received evidence after the change. If `keys` is None, all records are
    included.
    """
    revisions = Revision.objects.of_model(model, keys)
    confirmed = set(revisions.filter(change_set__evidence_stands=True).values_list("object_id", flat=True))
    left: dict[int, int] = {}
    # Maps each record to its confirmed changes, paired with the version that was public before the change.
    changes: dict[int, list[tuple[int, Revision]]] = defaultdict(list)
    own = revisions.filter(pk_in(confirmed, "object_id")).select_related("change_set").order_by("pk")
    for revision in own if confirmed else ():
        was_published = revision.state_before == PUBLISHED
        if was_published and revision.state != PUBLISHED:
            left[revision.object_id] = revision.pk
        elif revision.state == PUBLISHED and revision.change_set.evidence_stands:
            seen = revision.pk if was_published else left.get(revision.object_id, revision.pk)
            changes[revision.object_id].append((seen - 1, revision))
    current = read_documents(model, list(changes))
    values: dict[int, dict[str, Revision]] = defaultdict(dict)
    # Each pass processes the newest remaining change of each record.
    while changes := {key: each for key, each in changes.items() if each and key in current}:
        newest = {key: each.pop() for key, each in changes.items()}
        documents = documents_at(model, {key: version for key, (version, _revision) in newest.items()})
        deltas = {key: diff(document, current[key]) for key, document in documents.items()}
        for key, names in values_without_evidence(model, planned_values(model, deltas)).items():
            revision = newest[key][1]
            if revision.state_before == PUBLISHED:
                names = changed_values(model, revision.changes).intersection(names)
            values[key] = dict.fromkeys(names, revision) | values[key]
    return {key: own for key, own in values.items() if own}
