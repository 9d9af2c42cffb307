"""The read replica: public pages read from a copy of the database, so that readers do not slow down curators.

With DATABASE_REPLICA_URL, anonymous requests for public pages read from the replica. Everything else uses the default
database: the admin, users who are logged in (curators must see their own changes immediately), all writes, and
management commands.
"""

import logging
import time
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.signals import request_finished
from django.db import DEFAULT_DB_ALIAS, Error, connections

from .request_info import is_personal

log = logging.getLogger(__name__)

REPLICA = "replica"
# Seconds until an unavailable replica is tried again: each attempt may cost a reader the connection time-out.
RETRY_AFTER_S = 10

_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)


class ReplicaRouter:
    """Routes queries as ReplicaMiddleware has decided for the request."""

    def db_for_read(self, model, **hints):
        return REPLICA if _reads_replica.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints):
        # Explicit: by default, Django writes a record to the database that it was read from.
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return False if db == REPLICA else None


class ReplicaMiddleware:
    """Decides which database a request reads from; the default one while the replica is unavailable."""

    def __init__(self, get_response):
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.unavailable_until = 0.0
        # Not when the view returns: a streaming export reads until its last block is sent.
        request_finished.connect(_reset)

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_read = request.method in ("GET", "HEAD") and not is_personal(request)
        _reads_replica.set(is_read and self._is_replica_available())

    def _is_replica_available(self) -> bool:
        if time.monotonic() < self.unavailable_until:
            return False
        connection = connections[REPLICA]
        try:
            connection.close_if_health_check_failed()
            connection.ensure_connection()
        except Error:
            self.unavailable_until = time.monotonic() + RETRY_AFTER_S
            log.warning("The replica does not answer; reading from the default database.", exc_info=True)
            return False
        return True


def _reset(**kwargs) -> None:
    _reads_replica.set(False)
