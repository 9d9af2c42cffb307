"""The forms of the translation page."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.translations import TRANSLATIONS
from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES, html_language

from .texts import Show, TextKind, text_kinds

_NAMES = {html_language(code): name for code, (_short, name) in SITE_LANGUAGE_NAMES.items()}
LANGUAGE_NAMES = {language: _NAMES[html_language(language)] for language in TRANSLATIONS}


class TextFilterForm(forms.Form):
    """Which texts to translate into which language."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"))
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=list(LANGUAGE_NAMES.items()))
    show = forms.ChoiceField(label=gettext_lazy("show"), choices=Show.choices)

    def __init__(self, data):
        super().__init__(data)
        self.fields["kind"].choices = [(name, kind.label) for name, kind in text_kinds().items()]


class TranslationForm(forms.Form):
    """A translation, and what the page has shown of the text."""

    text = forms.CharField(
        label=gettext_lazy("translation"), widget=forms.Textarea(attrs={"rows": 6, "autofocus": True})
    )
    key = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, kind: TextKind, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        self._field = kind.model._meta.get_field(kind.text.columns[language])
        self.fields["text"].widget.attrs |= {"lang": html_language(language)}

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if "\0" in text:
            raise ValidationError(_("Null characters are not allowed."))
        return self._field.clean(text, None)
