"""A work queue of the data quality report contains exactly the records that are counted in its number."""

from urllib.parse import urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.curation.data_quality.filter_form import QualityFilters
from sco_cities.curation.data_quality.metrics import METRICS
from sco_cities.curation.data_quality.views import WorkQueue
from sco_cities.curation.permissions.groups import CONTRIBUTOR, CURATOR
from sco_cities.facet_index import refresh
from sco_cities.facet_index.models import Change
from sco_cities.sources.base_models import PublicationState, record_models
from tests import factories as make
from tests.curation.admin_client import (
    SIDEBAR_QUERIES,
    RecordPage,
    admin_url,
    client_with_role,
    form_data,
    messages_in,
    soup,
)

REPORT_URL = "/admin/health/"


@pytest.mark.usefixtures("loaded_package")
def test_every_number_links_to_a_queue_with_as_many_records(curator):
    cells = soup(curator.get(REPORT_URL)).select("#data-quality td a")
    assert len(cells) > 30
    for cell in cells:
        queue = soup(curator.get(cell["href"]))
        caption = queue.select_one("#queue caption")
        assert (caption.text.split()[0] if caption else "0") == cell.text, cell["href"]


@pytest.mark.usefixtures("loaded_package")
def test_a_filtered_number_links_to_a_filtered_queue(curator):
    page = soup(curator.get(f"{REPORT_URL}?country=kg&theme=smart-city"))
    for cell in page.select("#data-quality td a"):
        assert cell["href"].endswith("?country=kg&theme=smart-city")
        caption = soup(curator.get(cell["href"])).select_one("#queue caption")
        assert (caption.text.split()[0] if caption else "0") == cell.text, cell["href"]


def test_a_queue_lists_records_with_the_counted_fields(curator):
    record = make.make_initiative("lamps")
    make.make_evidence(record, "status")
    make.make_initiative("withdrawn", state=PublicationState.WITHDRAWN)
    page = soup(curator.get(f"{REPORT_URL}initiatives/unsourced/"))
    assert page.select_one("#queue caption").text == "4 in total, in 1 record"
    [row] = page.select("#queue tbody tr")
    assert [cell.text for cell in row.select("td")] == [
        "published", "title in English, summary in English, kind and starts on",
    ]  # fmt: skip
    assert row.a["href"] == f"{admin_url(record, 'change')}?queue=unsourced"


@pytest.mark.parametrize(
    "path",
    ["initiatives/nothing/", "nothing/unsourced/", "nothing/unsourced/after/1/", "initiatives/x/after/1/"],
)
def test_an_unknown_queue_is_not_found(path, curator):
    assert curator.get(REPORT_URL + path).status_code == 404


# From record to record


@pytest.fixture
def undated(db):
    return [
        make.make_initiative(f"undated-{number}", starts_on="", state=PublicationState.DRAFT)
        for number in range(3)
    ]


UNDATED = f"{REPORT_URL}initiatives/undated/"


def test_saving_a_record_of_a_queue_opens_the_next_record(undated, curator):
    first, second, third = undated
    make.make_initiative("dated")
    page = RecordPage(curator)
    page.url = f"{admin_url(first, 'change')}?queue=undated"
    response = curator.post(page.url, page.read() | {"starts_on": "2024"}, follow=True)
    assert urlsplit(response.redirect_chain[-1][0]).path == admin_url(second, "change")
    assert Initiative.objects.get(pk=first.pk).starts_on == "2024"
    # A skipped record stays in the queue.
    [skip] = soup(response).select('.object-tools a[rel="next"]')
    response = curator.get(skip["href"], follow=True)
    assert response.redirect_chain[-1][0] == f"{admin_url(third, 'change')}?queue=undated"
    response = curator.post(
        response.redirect_chain[-1][0], form_data(response) | {"starts_on": "2025"}, follow=True
    )
    assert response.redirect_chain[-1][0] == UNDATED
    assert "That was the last record in this queue. The remaining records are listed below." in messages_in(
        response
    )
    assert [row.a.text for row in soup(response).select("#queue tbody tr")] == ["Undated 1"]


@pytest.mark.parametrize("button", ["_continue", "_addanother"])
def test_other_buttons_keep_their_meaning(button, undated, curator):
    page = RecordPage(curator)
    page.url = f"{admin_url(undated[0], 'change')}?queue=undated"
    data = page.read() | {"starts_on": "2024", button: "1"}
    del data["_save"]
    response = page.send(data)
    assert "/after/" not in response["Location"]


@pytest.mark.parametrize("key", [0, 2**32 - 1, 2**32, 10**40])
def test_after_any_key_comes_a_record_or_the_end(key, undated, curator):
    location = curator.get(f"{UNDATED}after/{key}/")["Location"]
    assert location == (UNDATED if key else f"{admin_url(undated[0], 'change')}?queue=undated")


def test_a_queue_keeps_its_filters_from_record_to_record(undated, curator):
    country = make.make_country("xa")
    for record in (undated[0], undated[2]):
        record.countries.add(country)
    page = soup(curator.get(f"{UNDATED}?country=xa"))
    first_url = page.select_one("#queue tbody a")["href"]
    assert first_url == f"{admin_url(undated[0], 'change')}?queue=undated&country=xa"
    [next_link] = soup(curator.get(first_url)).select('a[rel="next"]')
    assert curator.get(next_link["href"])["Location"] == (
        f"{admin_url(undated[2], 'change')}?queue=undated&country=xa"
    )


@pytest.mark.parametrize("query", ["queue=nothing", "queue=undated&country=nowhere", "queue="])
def test_a_form_opened_without_a_valid_queue_has_no_queue_navigation(query, undated, curator):
    response = curator.get(f"{admin_url(undated[0], 'change')}?{query}")
    assert response.status_code == 200
    assert not soup(response).select('a[rel="next"]')


@pytest.mark.django_db
def test_the_next_record_is_the_next_key_in_the_queue_from_any_key():
    records = [make.make_initiative(starts_on="")]
    records += [make.make_initiative() for _ in range(8)]
    last = make.make_initiative(starts_on="")

    def next_key(record):
        return WorkQueue(Initiative, METRICS["undated"], QualityFilters()).next_key(record.pk)

    assert [next_key(record) for record in (records[0], records[4], last)] == [last.pk, last.pk, None]


# Permissions and queries


@pytest.mark.parametrize(("role", "status"), [("", 403), (CONTRIBUTOR, 403), (CURATOR, 200)])
@pytest.mark.django_db
def test_the_report_requires_the_review_permission(role, status):
    record = make.make_initiative(starts_on="")
    client = client_with_role(role)
    for page in (REPORT_URL, UNDATED):
        assert client.get(page).status_code == status
    skip = client.get(f"{UNDATED}after/{record.pk}/")
    assert skip.status_code == (302 if status == 200 else status)


@pytest.mark.parametrize("page", [REPORT_URL, UNDATED, f"{UNDATED}after/1/"])
def test_the_report_accepts_no_post(page, curator):
    assert curator.post(page).status_code == 405


# The queries of the first report:
# - Session, user, permissions of user and group (4). Choices of country and theme (2).
# - For each of the ten kinds: records by state, figures and evidence (30).
# - For all kinds the columns (10), and for reports the dead URLs (1).
# - Many-to-many relations: themes and attendances of events, themes of statements, countries, organisations, themes and
#   cities of initiatives (7), countries of groups (1).
# - Changes since the facet index was read (1). For the kinds with evidence, whether a change was confirmed (9).
FIRST_QUERIES = 93
# The queries read session, user, permissions (4), countries, themes (2) and changes since the index was read (1).
NEXT_QUERIES = 7


def report_queries(curator) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        curator.get(REPORT_URL)
    queries = [query["sql"] for query in captured.captured_queries]
    assert all(sql.lstrip().startswith(("SELECT", "BEGIN", "ROLLBACK")) for sql in queries)
    return [sql for sql in queries if sql.lstrip().startswith("SELECT")]


def test_the_report_needs_the_same_queries_for_few_and_many_records(curator):
    ContentType.objects.get_for_models(*record_models())
    counts = []
    for number in (1, 20):
        for _ in range(number):
            record = make.make_initiative(sourced=True, lead=[make.make_city()], themes=[make.make_theme()])
            make.make_figure(record)
        refresh.clear()
        if connection.vendor == "postgresql":
            # On PostgreSQL a transaction sees all its writes as new changes each time.
            Change.objects.all().delete()
        with refresh.facet_index("reports"):
            pass
        counts.append((len(report_queries(curator)), len(report_queries(curator))))
    assert counts == [(FIRST_QUERIES + SIDEBAR_QUERIES, NEXT_QUERIES + SIDEBAR_QUERIES)] * 2


def test_a_short_and_a_long_queue_need_the_same_queries(curator):
    ContentType.objects.get_for_models(*record_models())
    counts = []
    for number in (1, 30):
        for _ in range(number):
            make.make_initiative(starts_on="")
        refresh.clear()
        with CaptureQueriesContext(connection) as captured:
            curator.get(UNDATED)
        counts.append(len(captured))
    assert counts[0] == counts[1]
