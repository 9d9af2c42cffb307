"""Applies exactly the previewed result. A form sends back the fingerprint of its preview."""

import hashlib
from collections.abc import Collection

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused

# The form field that carries the fingerprint.
FINGERPRINT = "seen"


class Preview:
    """The submitted data without the `ignored` fields (buttons, for example), compared with the last preview."""

    def __init__(self, request: HttpRequest, ignored: Collection[str]):
        self.request = request
        ignored = {"csrfmiddlewaretoken", FINGERPRINT, *ignored}
        self._submitted_data = sorted(
            (name, values) for name, values in request.POST.lists() if name not in ignored
        )

    def fingerprint(self, outcome: object) -> str:
        """A hash of the submitted data and of its outcome. `outcome` is compared by its `repr`."""
        return hashlib.sha256(repr((self._submitted_data, outcome)).encode()).hexdigest()

    def verify(self, outcome: object) -> None:
        """Raises Refused unless the last preview showed the same data and the same outcome."""
        if self.request.POST.get(FINGERPRINT) != self.fingerprint(outcome):
            raise Refused(_("The data has changed since the preview. Check it again."), is_stale=True)


def hidden_fields(request: HttpRequest, action: str) -> list[tuple[str, str]]:
    """Names and values with which a list runs the same action on the same records."""
    select_across = request.POST.get("select_across", "0")
    selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
    # With "select across", Django's action view needs only one selected record.
    keys = selected[:1] if select_across == "1" else selected
    return [
        ("action", action),
        ("select_across", select_across),
        *((ACTION_CHECKBOX_NAME, key) for key in keys),
    ]
