"""SQLite updates its statistics after migrations, so a query for one record does not scan all evidence."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from initiatives.facets import INITIATIVES
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " ".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize("dimension", ["evidence", "status_reported_on"])
def test_after_migrations_a_query_for_one_record_does_not_scan_all_evidence(dimension):
    passages = [make.make_report(f"report-{number}").passages.get() for number in range(3)]
    for number in range(40):
        initiative = make.make_initiative(f"lamps-{number}")
        for passage in passages:
            make.make_evidence(initiative, "status", passage=passage)
    with connection.cursor() as cursor:
        # This is the state after a migration that has rebuilt the table.
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'sources_evidence'")
        cursor.execute("ANALYZE sqlite_schema")
    config = apps.get_app_config("facet_index")
    post_migrate.send(config, app_config=config, using="default", verbosity=0, interactive=False, plan=[])
    with CaptureQueriesContext(connection) as queries:
        INITIATIVES.dimension(dimension).read_keys("default", BitMap([initiative.pk]))
    assert "(content_type_id=?)" not in plan_of(queries[-1]["sql"])
