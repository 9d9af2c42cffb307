"""Texts in three languages, side by side in admin forms. Translations that must be checked are marked."""

from collections.abc import Iterable

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from sco_cities.core.translations import TranslatedTexts, translated_fields

Names = tuple[str | tuple[str, ...], ...]


def side_by_side(model: type[Model], names: Iterable[str]) -> Names:
    """Arranges `names` for a fieldset, with the languages of each text on one line (English, Russian, Chinese)."""
    lines = {text.english: tuple(text.columns.values()) for text in translated_fields(model).values()}
    others = {name for line in lines.values() for name in line[1:]}
    return tuple(lines.get(name, name) for name in names if name not in others)


def in_one_row(model: type[Model], names: Iterable[str]) -> tuple[str, ...]:
    """Arranges `names` for the columns of an inline, with each English text followed by its translations."""
    lines = side_by_side(model, names)
    return tuple(name for line in lines for name in (line if isinstance(line, tuple) else (line,)))


class TranslationMarksMixin(forms.ModelForm):
    """A form that marks translations that must be checked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not isinstance(self.instance, TranslatedTexts):
            return
        for name in self.instance.outdated_translations:
            if field := self.fields.get(name):
                mark = _("This translation must be checked, because the English text has changed.")
                field.help_text = mark
                field.widget.attrs |= {"title": mark, "data-outdated": ""}
