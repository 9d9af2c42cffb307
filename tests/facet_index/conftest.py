"""Fixtures for tests of the facet index."""

import pytest
from django.db.models import Max

from sco_cities.facet_index import change_log
from sco_cities.facet_index.models import Change


@pytest.fixture
def version_of_one_database(monkeypatch):
    """Makes two connections see the same version until a write to this database.

    On PostgreSQL, a version also includes transactions of other test processes, because all test databases are in the
    same cluster.
    """

    def version(using):
        return Change.objects.using(using).aggregate(newest=Max("pk"))["newest"] or 0

    monkeypatch.setattr(change_log, "version", version)
