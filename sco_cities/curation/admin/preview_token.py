"""Doing what a curator has looked at, and nothing else: a form sends back what its preview is told by."""

import hashlib
from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

SEEN = "seen"


class StalePreview(Exception):
    """Something else would come of what was sent than what was looked at."""


class Preview:
    """What was sent, but for the `passing` fields such as buttons, and what was looked at before."""

    def __init__(self, request: HttpRequest, passing: Collection[str]):
        self.request = request
        passing = {"csrfmiddlewaretoken", SEEN, *passing}
        self._typed = sorted((name, values) for name, values in request.POST.lists() if name not in passing)

    def fingerprint(self, outcome: object) -> str:
        """A text that is another one where something else was sent, or something else comes of it."""
        return hashlib.sha256(repr((self._typed, outcome)).encode()).hexdigest()

    def hold(self, outcome: object) -> None:
        """StalePreview, unless just this was looked at."""
        if self.request.POST.get(SEEN) != self.fingerprint(outcome):
            raise StalePreview

    def tell_changed(self) -> None:
        """Says why nothing has been done."""
        messages.warning(self.request, _("The data has changed since the preview. Check it again."))
