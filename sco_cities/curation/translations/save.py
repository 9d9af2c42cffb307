"""Saves translations as one change, which can be reverted."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sco_cities.changes.locking import lock_all
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.core.translations import TranslatedTexts, digest, joined, made_from
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import ChangeSource

from .texts import TextKind


@dataclass(frozen=True)
class NewTranslation:
    """A translation for a column of a row, with the English text that was translated.

    `seen` is the state of the row (see `seen_state`) for which the translation is valid. A translation that is only
    copied to a row with an equal text is skipped if that row's state has changed.
    """

    column: str
    text: str
    english: str
    seen: str
    is_of_equal_text: bool = False


# New translations by kind of text and by primary key of the row.
NewTranslations = Mapping[TextKind, Mapping[int, list[NewTranslation]]]


def seen_state(row: TranslatedTexts, kind: TextKind, language: str) -> str:
    """Returns digests of a text and its translation. Pages and files contain this state to detect later changes."""
    return _state(getattr(row, kind.text.english), getattr(row, kind.text.columns[language]))


def _state(english: str, translation: str) -> str:
    return f"{digest(english)}:{digest(translation)}"


def save_text(kind: TextKind, key: int, language: str, text: str, *, seen: str, user) -> int:
    """Saves a translation, and copies it to equal texts without one. Returns the number of changed texts.

    Raises Refused with `is_stale` if the text has changed since the state `seen`.
    """
    row = kind.model._base_manager.filter(pk=key).first()
    if row is None:
        raise Refused(is_stale=True)
    column, english = kind.text.columns[language], getattr(row, kind.text.english)
    equal = kind.model._base_manager.filter(**{kind.text.english: english, column: ""}).values_list(
        "pk", flat=True
    )
    of_equal_text = NewTranslation(column, text, english, _state(english, ""), is_of_equal_text=True)
    new = {each: [of_equal_text] for each in equal} | {key: [NewTranslation(column, text, english, seen)]}
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
        lock_all(owners)
        for model, keys in owners.items():
            recorder.watch(model, keys)
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
