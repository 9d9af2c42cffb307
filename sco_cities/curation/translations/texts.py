"""Finds missing and outdated translations of each kind of text, and saves translations.

New translations are saved as one change, which can be reverted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.core.translations import (
    TRANSLATIONS,
    TranslatedField,
    TranslatedTexts,
    digest,
    is_outdated,
    joined,
    made_from,
    translated_fields,
)
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import ChangeSource
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

    `table` is the name of the model's table in the data package. `owner` is the foreign key to the record if the model
    itself is not a record.
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
        """True if texts repeat and have no key, so that files identify them by their English text."""
        return not issubclass(self.model, Record) and self.model is not Passage

    def rows(self, language: str, show: str) -> QuerySet:
        """Returns the rows with a text to translate into `language`, ordered by primary key."""
        column = self.text.columns[language]
        rows = self.model._base_manager.filter(self.text.to_translate).order_by("pk")
        if show == Show.MISSING:
            return rows.filter(**{column: ""})
        return rows.filter(is_outdated(column)) if show == Show.OUTDATED else rows

    def counts(self) -> dict[str, dict[str, int]]:
        """Returns the numbers of texts, missing translations and translations to be checked, by language."""
        counts = {"all": Count("pk")}
        for language, column in self.text.translations.items():
            counts[f"missing_{language}"] = Count("pk", filter=Q(**{column: ""}))
            counts[f"outdated_{language}"] = Count("pk", filter=is_outdated(column))
        counted = self.rows(TRANSLATIONS[0], Show.ALL).order_by().aggregate(**counts)
        return {
            language: {"all": counted["all"]}
            | {name: counted[f"{name}_{language}"] for name in ("missing", "outdated")}
            for language in TRANSLATIONS
        }

    def key_of(self, row: TranslatedTexts) -> str:
        """Returns the key of a text in a file. The key is a slug, report#number, or the English text."""
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
    """Returns all kinds of text by name. Fields of records precede fields of their rows."""
    kinds = [
        TextKind(model.collection, model, text)
        for model in record_models()
        for text in translated_fields(model).values()
    ]
    schemas = {rows.model: rows for model in record_models() for rows in document_schema(model).rows.values()}
    for rows in schemas.values():
        owner = rows.owner.name if rows.owner is not None else ""
        kinds += [
            TextKind(rows.name, rows.model, text, owner) for text in translated_fields(rows.model).values()
        ]
    return {kind.name: kind for kind in kinds}


@dataclass(frozen=True)
class NewTranslation:
    """A translation for a row's column, with its English source text.

    The translation is valid for the row's state `seen` (see `seen_state`). Translations copied to rows with an equal
    text are skipped if the row's state has changed.
    """

    column: str
    text: str
    english: str
    seen: str
    is_of_equal_text: bool = False


# New translations by kind of text and row primary key.
NewTranslations = Mapping[TextKind, Mapping[int, list[NewTranslation]]]


def seen_state(row: TranslatedTexts, kind: TextKind, language: str) -> str:
    """Returns digests of a text and its translation. Pages and files contain the digests to detect later changes."""
    return _state(getattr(row, kind.text.english), getattr(row, kind.text.columns[language]))


def _state(english: str, translation: str) -> str:
    return f"{digest(english)}:{digest(translation)}"


def save_text(kind: TextKind, key: int, language: str, text: str, *, seen: str, user) -> int:
    """Saves a translation, and copies it to equal texts without a translation. Returns the number of changed texts.

    Raises Refused with `is_stale` if the text has changed since the state `seen`.
    """
    row = kind.model._base_manager.filter(pk=key).first()
    if row is None:
        raise Refused(is_stale=True)
    column, english = kind.text.columns[language], getattr(row, kind.text.english)
    equal_rows = kind.model._base_manager.filter(**{kind.text.english: english, column: ""})
    of_equal_text = NewTranslation(column, text, english, _state(english, ""), is_of_equal_text=True)
    new = {each: [of_equal_text] for each in equal_rows.values_list("pk", flat=True)}
    new[key] = [NewTranslation(column, text, english, seen)]
    return save({kind: new}, user=user, reason=_("Translation"))


def save(translations: NewTranslations, *, user, reason: str) -> int:
    """Saves translations and marks translations of an outdated English text. Returns the number of changed texts.

    Raises Refused with `is_stale` and saves nothing if a text has changed since it was seen.
    """
    number = 0
    with record_changes(ChangeSource.EDIT, user=user, reason=reason, sets_dates=True) as recorder:
        owners = defaultdict(set)
        for kind, by_key in translations.items():
            for model, keys in kind.owners(kind.model._base_manager.filter(pk_in(by_key))).items():
                owners[model] |= keys
        recorder.lock(owners)
        for kind, by_key in translations.items():
            rows = {row.pk: row for row in kind.model._base_manager.filter(pk_in(by_key))}
            for key, translations_of_row in by_key.items():
                row = rows.get(key)
                new = [each for each in translations_of_row if _is_current(each, row, kind)]
                if new and _write(row, new):
                    number += 1
    return number


def _is_current(new: NewTranslation, row: TranslatedTexts | None, kind: TextKind) -> bool:
    # The result is reliable only while the rows are locked.
    if row and _state(getattr(row, kind.text.english), getattr(row, new.column)) == new.seen:
        return True
    if new.is_of_equal_text:
        return False
    raise Refused(is_stale=True)


def _write(row: TranslatedTexts, new: list[NewTranslation]) -> bool:
    digests = made_from(row)
    before = (row.translated_from, *(getattr(row, each.column) for each in new))
    for each in new:
        setattr(row, each.column, each.text)
        digests[each.column] = digest(each.english)
    row.translated_from = joined(digests)
    row.take_translated_from_as_given()
    row.current_translated_from()
    if (row.translated_from, *(each.text for each in new)) == before:
        return False
    row.take_translated_from_as_given()
    row.save()
    return True
