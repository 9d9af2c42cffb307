"""Previews of changes, and the form field for their reason.

Each form submits the fingerprint of its preview, to ensure that the applied result equals the previewed result.
"""

import hashlib
from collections.abc import Collection

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.exceptions import Refused

# The form field that contains the fingerprint.
FINGERPRINT = "seen"


def fingerprint_of(outcome: object) -> str:
    """Returns a hash of `repr(outcome)`."""
    return hashlib.sha256(repr(outcome).encode()).hexdigest()


class Preview:
    """Compares submitted data with the last preview. Ignores the `ignored` fields, such as buttons."""

    def __init__(self, request: HttpRequest, ignored: Collection[str]):
        self.request = request
        ignored = {"csrfmiddlewaretoken", FINGERPRINT, *ignored}
        self._submitted_data = sorted(
            (name, values) for name, values in request.POST.lists() if name not in ignored
        )

    def fingerprint(self, outcome: object) -> str:
        """Returns a hash of the submitted data and of the outcome's `repr`."""
        return fingerprint_of((self._submitted_data, outcome))

    def verify(self, outcome: object) -> None:
        """Raises Refused if the submitted data or the outcome differ from the last preview."""
        if self.request.POST.get(FINGERPRINT) != self.fingerprint(outcome):
            raise Refused(_("The data has changed since the preview. Check it again."), is_stale=True)


def hidden_fields(request: HttpRequest, action: str) -> list[tuple[str, str]]:
    """Returns the names and values of hidden fields that repeat the list action for the same records."""
    select_across = request.POST.get("select_across", "0")
    selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
    # If "select across" is set, Django's action view requires only one selected record.
    keys = selected[:1] if select_across == "1" else selected
    return [
        ("action", action),
        ("select_across", select_across),
        *((ACTION_CHECKBOX_NAME, key) for key in keys),
    ]


class ReasonField(forms.CharField):
    """A form field for the reason for a change. The help text explains who can read the reason."""

    def __init__(self, **options):
        super().__init__(
            max_length=1000,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
            help_text=gettext_lazy("Readers see this reason in the history of the record."),
            **options,
        )
