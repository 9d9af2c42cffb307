"""The forms in which people change their own password, and which e-mails they get."""

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import EmailPreference


class OwnPasswordChangeForm(AdminPasswordChangeForm):
    """The old password and a new one, which must not be the same."""

    def clean(self):
        data = super().clean()
        new = self.cleaned_data.get("new_password1")
        if new and new == self.cleaned_data.get("old_password"):
            self.add_error(
                "new_password1", ValidationError(_("This is your current password. Choose another one."))
            )
        return data


class EmailPreferenceForm(forms.ModelForm):
    """Whether one wants e-mail, and in which language: at first the one in which the page is read."""

    class Meta:
        model = EmailPreference
        fields = ("is_wanted", "language")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = self.fields["language"]
        self.fields["language"] = forms.ChoiceField(
            label=stored.label, choices=settings.LANGUAGES, initial=get_language()
        )
        if not self.instance.language:
            self.initial.pop("language", None)
