"""The kinds of translatable text, and the missing and outdated translations of each kind."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.translations import (
    TRANSLATIONS,
    TranslatedField,
    TranslatedTexts,
    is_outdated,
    translated_fields,
)
from sco_cities.history.references import model_of
from sco_cities.history.serialization import document_schema, natural_key
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.models import Passage


class Show(models.TextChoices):
    """Filters texts by the state of their translation."""

    MISSING = "missing", gettext_lazy("not translated")
    OUTDATED = "outdated", gettext_lazy("to be checked")
    ALL = "all", gettext_lazy("all")


@dataclass(frozen=True, eq=False)
class TextKind:
    """A translatable field of a model, such as the roles of delegates or the summaries of passages.

    `table` is the table in the data package. `owner` is the foreign key to the record if the model itself is not a
    record.
    """

    table: str
    model: type[TranslatedTexts]
    text: TranslatedField
    owner: str = ""

    @property
    def name(self) -> str:
        """The name of the kind in URLs, such as "delegates-role"."""
        return f"{self.table}-{self.text.stem}"

    @property
    def label(self) -> str:
        return _("%(kind)s: %(field)s") % {
            "kind": capfirst(self.model._meta.verbose_name_plural),
            "field": self.model._meta.get_field(self.text.english).verbose_name,
        }

    @property
    def key_is_text(self) -> bool:
        """True if texts repeat and have no key, so that a file identifies them by the English text."""
        return not issubclass(self.model, Record) and self.model is not Passage

    def rows(self, language: str, show: str) -> QuerySet:
        """Returns the rows with a text to translate into `language`, ordered by primary key."""
        column = self.text.columns[language]
        rows = self.model._base_manager.filter(self.text.to_translate).order_by("pk")
        if show == Show.MISSING:
            return rows.filter(**{column: ""})
        return rows.filter(is_outdated(column)) if show == Show.OUTDATED else rows

    def counts(self) -> dict[str, dict[str, int]]:
        """Returns the numbers of all texts, of missing translations and of translations to be checked, by language."""
        wanted: dict[str, Q] = {"all": Q()}
        for language in TRANSLATIONS:
            column = self.text.columns[language]
            wanted |= {f"missing_{language}": Q(**{column: ""}), f"outdated_{language}": is_outdated(column)}
        counted = (
            self.rows(TRANSLATIONS[0], Show.ALL)
            .order_by()
            .aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})
        )
        return {
            language: {
                "all": counted["all"],
                "missing": counted[f"missing_{language}"],
                "outdated": counted[f"outdated_{language}"],
            }
            for language in TRANSLATIONS
        }

    def key_of(self, row: TranslatedTexts) -> str:
        """Returns the key of a text in a file. It is a slug, report#number, or the English text itself."""
        return getattr(row, self.text.english) if self.key_is_text else natural_key(row)

    def owners(self, rows: Iterable[TranslatedTexts]) -> dict[type[Record], set[int]]:
        """Returns the keys of the records that own the rows, by model."""
        owners = defaultdict(set)
        for row in rows:
            if isinstance(row, Record):
                owners[type(row)].add(row.pk)
            elif self.owner:
                field = self.model._meta.get_field(self.owner)
                owners[field.related_model].add(getattr(row, field.attname))
            else:
                owners[model_of(row.content_type_id)].add(row.object_id)
        return owners


@cache
def text_kinds() -> dict[str, TextKind]:
    """Returns all kinds of text by name, first the fields of records, then the fields of their rows."""
    kinds = [
        TextKind(model.collection, model, text)
        for model in record_models()
        for text in translated_fields(model).values()
    ]
    for rows in {rows.model: rows for rows in _row_schemas()}.values():
        table = str(rows.name)
        owner = rows.owner.name if rows.owner is not None else ""
        kinds += [TextKind(table, rows.model, text, owner) for text in translated_fields(rows.model).values()]
    return {kind.name: kind for kind in kinds}


def _row_schemas() -> Iterator:
    for model in record_models():
        yield from document_schema(model).rows.values()
