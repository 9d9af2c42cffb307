"""The form in which people change their own password."""

from django.contrib.admin.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


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
