"""Runs a view again if the database aborted its transaction because of a deadlock.

Code that locks several records locks them in one order (`history.locking`). But PostgreSQL also locks the rows that a
new row references, in the order in which rows are written. So a rename or merge of two cities and a form that
references both may still wait for each other, and PostgreSQL aborts one of them. Nothing of an aborted transaction
remains, so the view can run again with the same POST data.
"""

import copy
from functools import wraps

from django.contrib.messages.storage import default_storage
from django.db import OperationalError, connection

# PostgreSQL's error codes for a detected deadlock and for a serialisation failure.
_DEADLOCK_CODES = {"40P01", "40001"}


def is_deadlock(error: BaseException | None) -> bool:
    """Whether the database has aborted a transaction because of another one."""
    while error is not None:
        if getattr(error, "pgcode", None) in _DEADLOCK_CODES:
            return True
        error = error.__cause__
    return False


def retry_on_deadlock(view):
    """Decorates a view: it runs a second time after a deadlock. If that fails too, the error propagates."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.method != "POST" or connection.in_atomic_block:
            return view(request, *args, **kwargs)
        # Parse the data before the request is copied: each attempt has its own request, with its own messages.
        _data, files = request.POST, request.FILES
        try:
            return _attempt(view, request, args, kwargs)
        except OperationalError as error:
            if not is_deadlock(error):
                raise
        for file in files.values():
            file.seek(0)
        return _attempt(view, request, args, kwargs)

    return wrapper


def _attempt(view, request, args, kwargs):
    attempt = copy.copy(request)
    attempt._messages = default_storage(attempt)
    response = view(attempt, *args, **kwargs)
    request._messages = attempt._messages
    return response
