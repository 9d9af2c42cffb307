"""Reading what everybody may see from a copy of the database, so that readers do not slow the curators down.

With DATABASE_REPLICA_URL, public pages read from the replica as long as the request is nobody's in
particular. Everything else goes to the default database: the admin, whoever is logged in (curators must see
at once what they have saved), every write, and management commands.
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
# How long a replica that did not answer is left alone: each try may cost a reader the connection time-out.
RETRY_AFTER_S = 10

_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)


class ReplicaRouter:
    """Django's questions which database to use, answered by what ReplicaMiddleware has decided."""

    def db_for_read(self, model, **hints):
        return REPLICA if _reads_replica.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints):
        # Said, and not left to Django, which would write a record back to where it was read.
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return False if db == REPLICA else None


class ReplicaMiddleware:
    """Decides for each request where it reads: while the replica is away, from the default database."""

    def __init__(self, get_response):
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.away_until = 0.0
        # Not when the view returns: a streamed export reads on until its last block is sent.
        request_finished.connect(_forget)

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_read = request.method in ("GET", "HEAD") and not is_personal(request)
        _reads_replica.set(is_read and self._answers())

    def _answers(self) -> bool:
        if time.monotonic() < self.away_until:
            return False
        connection = connections[REPLICA]
        try:
            connection.close_if_health_check_failed()
            connection.ensure_connection()
        except Error:
            self.away_until = time.monotonic() + RETRY_AFTER_S
            log.warning("The replica does not answer; reading from the default database.", exc_info=True)
            return False
        return True


def _forget(**kwargs) -> None:
    _reads_replica.set(False)
