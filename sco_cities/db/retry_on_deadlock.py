"""Doing again what the database has undone because two were waiting for each other.

Whoever locks several records takes them in one order (`history.locking`). But PostgreSQL itself holds what a new row
names, in the order in which the rows are written; so a rename or a merge of two cities and a form that names both
may still wait for each other, and the database ends one of the two. Nothing of that one is left, so it can be begun
anew from what was sent.
"""

import copy
from functools import wraps

from django.contrib.messages.storage import default_storage
from django.db import OperationalError, connection

# PostgreSQL's codes: a deadlock was detected, a transaction could not be serialised.
_DEADLOCK_CODES = {"40P01", "40001"}


def is_deadlock(error: BaseException | None) -> bool:
    """Whether the database has taken back a transaction for another's sake."""
    while error is not None:
        if getattr(error, "pgcode", None) in _DEADLOCK_CODES:
            return True
        error = error.__cause__
    return False


def retry_on_deadlock(view):
    """The view, which is called a second time where its first transaction was undone; then the error page tells."""

    @wraps(view)
    def called(request, *args, **kwargs):
        if request.method != "POST" or connection.in_atomic_block:
            return view(request, *args, **kwargs)
        # What was sent is read while there is one request: each attempt has its own, with messages of its own.
        sent = request.POST, request.FILES
        try:
            return _attempt(view, request, args, kwargs)
        except OperationalError as error:
            if not is_deadlock(error):
                raise
        for file in sent[1].values():
            file.seek(0)
        return _attempt(view, request, args, kwargs)

    return called


def _attempt(view, request, args, kwargs):
    attempt = copy.copy(request)
    attempt._messages = default_storage(attempt)
    response = view(attempt, *args, **kwargs)
    request._messages = attempt._messages
    return response
