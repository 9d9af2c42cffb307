"""The maximum number of records that one admin action may write."""

from functools import wraps

from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.http import HttpRequest
from django.utils.translation import gettext as _

# Maximum number of records per change. A request takes too long to write more, or to revert them together.
MAX_RECORDS = 20_000


def exceeds_limit(request: HttpRequest, count: int, most: int | None = None) -> bool:
    """Returns True and adds an error message if `count` exceeds `most`, by default MAX_RECORDS."""
    most = MAX_RECORDS if most is None else most
    if count <= most:
        return False
    text = _(
        "You have selected too many records: %(count)s. Filter the list, and select at most %(most)s at a time."
    )
    messages.error(request, text % {"most": most, "count": count})
    return True


@wraps(delete_selected)
def delete_selected_records(model_admin, request, queryset):
    """Django's delete action, but rejected if too many rows are selected."""
    if exceeds_limit(request, queryset.count()):
        return None
    return delete_selected(model_admin, request, queryset)
