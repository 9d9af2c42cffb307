"""Saves translations as one change, which can be reverted."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.core.translations import TranslatedTexts, digest, joined, made_from
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import lock_all
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.sources.base_models import Record

from .texts import TextKind


class TextHasChanged(Exception):
    """Someone has changed the text or its translation since the page was shown."""


@dataclass(frozen=True)
class NewTranslation:
    """A translation of a row, by column of the language, and the English text that it was made from."""

    column: str
    text: str
    english: str


# By kind and primary key of the row.
NewTranslations = Mapping[TextKind, Mapping[int, list[NewTranslation]]]


def seen_state(row: TranslatedTexts, kind: TextKind, language: str) -> str:
    """What a page has shown of a text, to find out whether it has changed since."""
    return ":".join(
        digest(getattr(row, column)) for column in (kind.text.english, kind.text.columns[language])
    )


def save_text(kind: TextKind, key: int, language: str, text: str, *, seen: str, user) -> int:
    """Saves a translation, also of equal texts that have none; returns the number of saved texts.

    Raises TextHasChanged if the text is not as `seen` any more.
    """
    row = kind.model._base_manager.filter(pk=key).first()
    if row is None or seen_state(row, kind, language) != seen:
        raise TextHasChanged
    column, english = kind.text.columns[language], getattr(row, kind.text.english)
    equal = kind.model._base_manager.filter(**{kind.text.english: english, column: ""}).values_list(
        "pk", flat=True
    )
    new = {each: [NewTranslation(column, text, english)] for each in {key, *equal}}
    save({kind: new}, user=user, reason=_("Translation"))
    return len(new)


def save(translations: NewTranslations, *, user, reason: str) -> ChangeSet | None:
    """Writes translations; those of another text than today's are to be checked."""
    with record_changes(ChangeSource.EDIT, user=user, reason=reason) as recorder:
        owners = defaultdict(set)
        for kind, by_key in translations.items():
            for model, keys in kind.owners(kind.model._base_manager.filter(pk_in(by_key))).items():
                owners[model] |= keys
        lock_all(owners)
        for model, keys in owners.items():
            recorder.watch(model, keys)
        changed = defaultdict(set)
        for kind, by_key in translations.items():
            for row in kind.model._base_manager.filter(pk_in(by_key)):
                if _write(row, by_key[row.pk]):
                    for model, keys in kind.owners([row]).items():
                        changed[model] |= keys
        _update_timestamps(changed)
    return recorder.change_set


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


def _update_timestamps(changed: Mapping[type[Record], set[int]]) -> None:
    """Readers see when a record was last changed."""
    for model, keys in changed.items():
        model._base_manager.filter(pk_in(keys)).update(updated_at=timezone.now())
