"""The list of reports shows the number of footnotes that cite each report."""

import pytest

from initiatives.models import Initiative
from sco_cities.sources.models import Evidence
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(client):
    """Returns a function that reads each report's slug and footnote count, in list order."""

    def read(sort: str) -> list[tuple[str, int]]:
        address = f"/api/reports/?columns=slug,footnotes&sort={sort}"
        found = [(row["slug"], row["footnotes"]) for row in client.get(address).json()["results"]]
        lines = client.get(f"/reports.csv?columns=slug,footnotes&sort={sort}").content.decode().split()[1:]
        assert [tuple(line.split(",")) for line in lines] == [(slug, str(count)) for slug, count in found]
        return found

    return read


def test_footnotes_on_drafts_and_withdrawn_records_do_not_count(client, rows):
    often, seldom = make.make_report("often"), make.make_report("seldom")
    make.make_report("never")
    lamps, trams, ferry = (make.make_initiative(slug, sourced=False) for slug in ("lamps", "trams", "ferry"))
    for record in (lamps, trams, ferry):
        make.make_evidence(record, "status", often.passages.get())
    make.make_evidence(lamps, "kind", seldom.passages.get())
    make.make_evidence(lamps, "*", seldom.passages.get())
    make.make_evidence(make.make_city("osh"), "*", often.passages.get())
    assert rows("-footnotes")[:2] == [("often", 4), ("seldom", 2)]
    Initiative.objects.filter(slug="trams").update(state="draft")
    Initiative.objects.filter(slug="ferry").update(state="withdrawn")
    make.make_evidence(trams, "kind", seldom.passages.get(), stance="differs", reported_value="plan")
    counted = dict(rows("footnotes"))
    assert (counted["often"], counted["seldom"], counted["never"]) == (2, 2, 0)
    Evidence.objects.filter(object_id=lamps.pk, field="status").delete()
    assert dict(rows("-footnotes"))["often"] == 1
    assert '2<span class="cell-label"> footnotes' in client.get("/reports/").content.decode()
    Initiative.objects.filter(slug="trams").update(state="published")
    assert dict(rows("-footnotes"))["seldom"] == 3
