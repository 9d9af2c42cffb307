"""Which texts of records, and of their passages, figures, evidence and attendances, are translated.

By field, the keys of the records. The texts of rows count together: "figures" has the records with such a figure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Case, Q, When
from pyroaring import BitMap

from sco_cities.core.translations import TRANSLATIONS, TranslatedField, is_outdated, translated_fields
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.history.serialization import document_schema
from sco_cities.sources.base_models import Record

ByField = dict[str, BitMap]
# Limits rows to the measured records, given the column with the record.
Limit = Callable[[models.QuerySet, str], models.QuerySet]


@dataclass(frozen=True)
class TranslationCoverage:
    """The texts in one language: all that there are in English, the missing ones and those to be checked."""

    texts: ByField = field(default_factory=dict)
    missing: ByField = field(default_factory=dict)
    outdated: ByField = field(default_factory=dict)


def translation_coverage(model: type[Record], limit: Limit) -> dict[str, TranslationCoverage]:
    """The coverage by language; one query for the records, and one for each kind of their rows."""
    coverage = {language: TranslationCoverage() for language in TRANSLATIONS}
    if texts := translated_fields(model).values():
        _measure(coverage, limit(model._base_manager.all(), "pk"), "pk", list(texts))
    for rows in document_schema(model).rows.values():
        if texts := translated_fields(rows.model).values():
            owner = rows.owner.attname if rows.owner is not None else "object_id"
            _measure(coverage, limit(rows.of_kind(model), owner), owner, list(texts), rows.name)
    return coverage


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
