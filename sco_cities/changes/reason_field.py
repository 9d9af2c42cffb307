"""The form field for the reason of a change, with a note on who can read the reason."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonField(forms.CharField):
    """The reason for changing records."""

    def __init__(self, **options):
        super().__init__(
            max_length=1000,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
            help_text=_("Readers see this reason in the history of the record."),
            **options,
        )
