"""How many records are written to at once from a page."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

# More than this is no work for a page that is waited for, and no change to be taken back in one.
MAX_RECORDS = 20_000


def exceeds_limit(request: HttpRequest, count: int) -> bool:
    """Whether so many records are more than are written to at once; then a message says so."""
    if count <= MAX_RECORDS:
        return False
    text = _(
        "Too many records selected: %(count)s. Select at most %(most)s at a time: filter the list first."
    )
    messages.error(request, text % {"most": MAX_RECORDS, "count": count})
    return True
