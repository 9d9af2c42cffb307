"""A status has the date of a report only if a published passage supports the status itself."""

import pytest

from initiatives.models import Initiative
from sco_cities.sources.models import Evidence, Report
from tests import factories as make
from tests.curation.admin_client import soup

pytestmark = pytest.mark.django_db
DAY = "2 July 2026"


@pytest.fixture
def lamps(db):
    report = make.make_report("gazette", published_on="2026-07-02")
    record = make.make_initiative("lamps", lead=[make.make_city()], status="operating")
    make.support_everything(record, report.passages.get())
    return record


def shown(client) -> dict[str, bool]:
    """Maps each place of a date to whether the page shows the date there."""
    addresses = {
        "page": "/initiatives/lamps/",
        "list": "/initiatives/",
        "brief": "/initiatives/?view=brief",
        "csv": "/initiatives.csv?columns=slug,status_reported_on",
        "api": "/api/initiatives/",
        "filter": "/initiatives.csv?reported=under_1",
    }
    texts = {name: client.get(address) for name, address in addresses.items()}
    found = {
        name: f"reported {DAY}" in " ".join(soup(texts[name]).select_one("main").text.split())
        for name in ("page", "brief")
    }
    found["list"] = soup(texts["list"]).select_one(".state .date").text == "reported 2 Jul 2026"
    found["csv"] = "lamps,2026-07-02" in b"".join(texts["csv"]).decode()
    found["api"] = texts["api"].json()["results"][0]["status_reported_on"] == "2026-07-02"
    found["filter"] = "lamps" in b"".join(texts["filter"]).decode()
    return found


def test_the_date_is_shown_for_a_status_that_a_passage_supports(lamps, client):
    assert set(shown(client).values()) == {True}, shown(client)


@pytest.mark.parametrize(
    "lose",
    [
        lambda: Evidence.objects.filter(field="status").delete(),
        lambda: Evidence.objects.filter(field="status").update(stance="differs", reported_value="agreed"),
        lambda: Evidence.objects.filter(field="status").update(stance="earlier", reported_value="as of 2025: agreed"),
        lambda: Report.objects.update(state="withdrawn"),
    ],
    ids=["removed", "contradicts", "earlier", "withdrawn report"],
)  # fmt: skip
def test_no_date_is_shown_for_a_status_that_no_passage_supports(lamps, client, lose):
    # The evidence for the whole record stays, but does not support the status.
    lose()
    Initiative.objects.update(status="completed")
    assert set(shown(client).values()) == {False}, shown(client)
