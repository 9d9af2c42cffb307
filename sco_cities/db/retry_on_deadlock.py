"""Retries a view if another transaction made the database abort its own.

Code that locks several records locks them in one order (`changes.locking`). But PostgreSQL also locks the rows that a
new row references, in the order in which rows are written. So a rename or merge of two cities and a form that
references both may still wait for each other, and PostgreSQL aborts one of them. Nothing of an aborted transaction
remains, so the view can run again with the same POST data.

The same holds if another transaction has added a row with the same slug, or another unique value, since the form was
validated. When the view runs again, the validation finds that row, and the form shows the error.
"""

import copy
from functools import wraps

from django.contrib.messages.storage import default_storage
from django.db import IntegrityError, OperationalError, connection

# PostgreSQL's error codes for a detected deadlock, a serialisation failure and a duplicate unique value. On SQLite
# transactions that write wait for each other.
_RETRIED = {"40P01", "40001", "23505"}


def _is_retried(error: BaseException | None) -> bool:
    """Whether the database aborted a transaction because of another one."""
    while error is not None:
        if getattr(error, "pgcode", None) in _RETRIED:
            return True
        error = error.__cause__
    return False


def retry_on_deadlock(view):
    """Runs the decorated view a second time after a deadlock, or if a unique value was taken since.

    If that fails too, the error propagates.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.method != "POST" or connection.in_atomic_block:
            return view(request, *args, **kwargs)
        # Parses the data before the request is copied. Each attempt has its own request, with its own messages.
        _data, files = request.POST, request.FILES
        try:
            return _attempt(view, request, args, kwargs)
        except (IntegrityError, OperationalError) as error:
            if not _is_retried(error):
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
