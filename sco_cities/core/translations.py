"""Texts in English, Russian and Chinese, their columns, and the translations to be checked.

A model declares its texts in `translated`. Forms, exports, search, pages and data quality use this declaration.

If an English text changes and its translation does not, the translation must be checked. `translated_from` then
contains the translation's column and a digest of the original English text. Translations of the current English text
are not listed, so `translated_from` is empty for almost all rows.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sco_cities.i18n.languages import TEXT_LANGUAGES

from .fields import ComputedTextField

TRANSLATED_FROM = "translated_from"
ENGLISH, TRANSLATIONS = TEXT_LANGUAGES[0], TEXT_LANGUAGES[1:]
_ENTRY = r"[a-z_]+:[0-9a-f]{8}"


@dataclass(frozen=True, eq=False)
class TranslatedField:
    """A text in several languages, with its columns by language code.

    `to_translate` is a condition for rows whose text needs translations.
    """

    stem: str
    columns: dict[str, str]
    to_translate: Q

    @property
    def english(self) -> str:
        return self.columns[ENGLISH]

    @property
    def translations(self) -> dict[str, str]:
        return {language: self.columns[language] for language in TRANSLATIONS}


@cache
def translated_fields(model: type[models.Model]) -> dict[str, TranslatedField]:
    """Returns the translated texts of `model` by stem, such as "name" or "summary". The result may be empty."""
    return {stem: _translated_field(model, stem) for stem in getattr(model, "translated", ())}


def _translated_field(model: type[models.Model], stem: str) -> TranslatedField:
    # Texts that were originally only in English keep their column names, because exports and packages contain the
    # names.
    names = {field.name for field in model._meta.concrete_fields}
    english = f"{stem}_{ENGLISH}" if f"{stem}_{ENGLISH}" in names else stem
    columns = {ENGLISH: english} | {code: f"{stem}_{code}" for code in TRANSLATIONS}
    return TranslatedField(stem, columns, ~Q(**{english: ""}) & model.translated_only.get(stem, Q()))


def translation_columns(model: type[models.Model]) -> list[str]:
    """Returns the columns with Russian and Chinese texts."""
    return [column for text in translated_fields(model).values() for column in text.translations.values()]


def optional_columns(model: type[models.Model]) -> list[str]:
    """Returns the translation columns of `model`. Older histories and packages do not contain them."""
    translated = translation_columns(model)
    return [*translated, TRANSLATED_FROM] if translated else []


class TranslatedFromField(ComputedTextField):
    """The translations to be checked, such as "summary_ru:1f3c9a20; summary_zh:1f3c9a20"."""

    # The value depends on the texts both before and after a change, so it cannot be recomputed later.
    depends_on_history = True

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("by", "current_translated_from")
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators.append(
            RegexValidator(
                rf"\A(?:{_ENTRY}(?:; {_ENTRY})*)?\Z",
                _("Do not change the exported value. It contains columns and digests, separated by “; ”."),
            )
        )


class TranslatedTexts(models.Model):
    """Base class for models with texts in several languages. `translated` contains the stems of the texts."""

    translated: ClassVar[tuple[str, ...]] = ()
    # Maps a stem to a condition for rows whose text is translated. Other stems are translated in all rows.
    translated_only: ClassVar[dict[str, Q]] = {}

    translated_from = TranslatedFromField(_("translations to be checked"))

    # Translations that a curator has confirmed for the new English text.
    checked_translations: Collection[str] = ()
    # Names and values of the columns before the change. None for a new record, or if the caller sets `translated_from`.
    # The values are not converted, because lists load thousands of records.
    _former_row: tuple[Iterable[str], Iterable] | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values, **options):
        record = super().from_db(db, field_names, values, **options)
        record._former_row = (field_names, values)
        return record

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._keep_row()

    def _keep_row(self) -> None:
        loaded = self.__dict__
        names = [name for name in _text_columns(type(self)) if name in loaded]
        self._former_row = (names, [loaded[name] for name in names])

    def current_translated_from(self) -> str:
        """Returns the value of `translated_from` for the current texts."""
        if self._former_row is None and not self.translated_from:
            # A faster path for imports, which may create a hundred thousand records.
            self._keep_row()
            return ""
        former, given = (
            dict(zip(*self._former_row or ((), ()), strict=True)),
            entries(self.translated_from),
        )
        if former and self.translated_from == former.get(TRANSLATED_FROM, ""):
            given = self._digests_after_change(former, given)
        outdated = {}
        for text in translated_fields(type(self)).values():
            names = [name for name in text.translations.values() if name in given and getattr(self, name)]
            if names:
                current = digest(getattr(self, text.english))
                outdated |= {name: given[name] for name in names if given[name] != current}
        for name in self.checked_translations:
            outdated.pop(name, None)
        self.translated_from = joined(outdated)
        self._keep_row()
        return self.translated_from

    def _digests_after_change(self, former: dict[str, str], given: dict[str, str]) -> dict[str, str]:
        digests = {}
        for text in translated_fields(type(self)).values():
            english = former.get(text.english)
            for name in text.translations.values():
                if english is not None and getattr(self, name) == former.get(name):
                    digests[name] = given.get(name) or digest(english)
        return digests

    def take_translated_from_as_given(self) -> None:
        """Makes the next save keep the value of `translated_from` that the caller has set."""
        self._former_row = None

    @property
    def outdated_translations(self) -> list[str]:
        """The columns of translations to be checked."""
        return list(entries(self.translated_from))


@cache
def _text_columns(model: type[TranslatedTexts]) -> tuple[str, ...]:
    texts = translated_fields(model).values()
    return (TRANSLATED_FROM, *(column for text in texts for column in text.columns.values()))


def entries(translated_from: str) -> dict[str, str]:
    """Parses a value of `translated_from` into the digests by column."""
    pairs = (entry.partition(":") for entry in translated_from.split("; ") if entry)
    return {name: made_from for name, _colon, made_from in pairs}


def made_from(record: TranslatedTexts) -> dict[str, str]:
    """Maps the column of each translation of `record` to the digest of its English source text."""
    outdated = entries(record.translated_from)
    return {
        name: outdated.get(name) or digest(getattr(record, text.english))
        for text in translated_fields(type(record)).values()
        for name in text.translations.values()
        if getattr(record, name)
    }


def joined(digests: dict[str, str]) -> str:
    """Returns the value of `translated_from` for digests by column."""
    return "; ".join(f"{name}:{made_from}" for name, made_from in digests.items())


def digest(text: str) -> str:
    """Returns a short digest of an English text, ignoring line endings and leading or trailing white space."""
    normalized = re.sub(r"\r\n?", "\n", text).strip()
    return hashlib.blake2b(normalized.encode(), digest_size=4).hexdigest()


def is_outdated(column: str) -> Q:
    """Returns a query condition for records whose translation in `column` must be checked."""
    return Q(translated_from__startswith=f"{column}:") | Q(translated_from__contains=f"; {column}:")
