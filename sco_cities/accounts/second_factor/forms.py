"""The field for a code."""

from django import forms
from django.utils.translation import gettext_lazy as _

# Also in a form that is sent again with the code, so it must be no name of another field.
CODE_FIELD = "second_factor_code"
MAX_CODE_LENGTH = 40


def _code_input() -> forms.TextInput:
    return forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }
    )


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    second_factor_code = forms.CharField(
        label=_("Authentication code"), max_length=MAX_CODE_LENGTH, widget=_code_input()
    )


class FirstCodeForm(forms.Form):
    """The first code of an authenticator that is being set up."""

    code = forms.CharField(label=_("Authentication code"), max_length=MAX_CODE_LENGTH, widget=_code_input())
