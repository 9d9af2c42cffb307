"""The queues behind the board: just the records that a number counts, one after the other."""

from urllib.parse import urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.curation.data_quality.filter_form import QualityFilters
from sco_cities.curation.data_quality.metrics import METRICS
from sco_cities.curation.data_quality.work_queue import WorkQueue
from sco_cities.curation.permissions.groups import CONTRIBUTOR, CURATOR
from sco_cities.facet_index import refresh
from sco_cities.facet_index.models import Change
from sco_cities.sources.base_models import PublicationState, record_models
from tests import factories as make
from tests.curation.admin_client import Desk, address, client_of, filled_in, messages_in, soup

BOARD = "/admin/health/"


@pytest.mark.usefixtures("loaded")
def test_every_number_leads_to_a_queue_that_counts_the_same(curator):
    cells = soup(curator.get(BOARD)).select("#health td a")
    assert len(cells) > 50
    for cell in cells:
        queue = soup(curator.get(cell["href"]))
        caption = queue.select_one("#queue caption")
        assert (caption.text.split()[0] if caption else "0") == cell.text, cell["href"]


@pytest.mark.usefixtures("loaded")
def test_a_narrowed_number_leads_to_a_narrowed_queue(curator):
    page = soup(curator.get(f"{BOARD}?country=kg&theme=smart-city"))
    for cell in page.select("#health td a"):
        assert cell["href"].endswith("?country=kg&theme=smart-city")
        caption = soup(curator.get(cell["href"])).select_one("#queue caption")
        assert (caption.text.split()[0] if caption else "0") == cell.text, cell["href"]


def test_a_queue_names_records_with_the_values_that_are_meant(curator):
    record = make.make_initiative("lamps")
    make.make_evidence(record, "status")
    make.make_initiative("withdrawn", state=PublicationState.WITHDRAWN)
    page = soup(curator.get(f"{BOARD}initiatives/unsourced/"))
    assert page.select_one("#queue caption").text == "4 in all, in 1 record"
    [row] = page.select("#queue tbody tr")
    assert [cell.text for cell in row.select("td")] == [
        "published", "title in English, summary in English, kind and starts on",
    ]  # fmt: skip
    assert row.a["href"] == f"{address(record, 'change')}?queue=unsourced"


@pytest.mark.parametrize(
    "path",
    ["initiatives/nothing/", "nothing/unsourced/", "nothing/unsourced/after/1/", "initiatives/x/after/1/"],
)
def test_a_queue_that_is_none_is_not_found(path, curator):
    assert curator.get(BOARD + path).status_code == 404


# From record to record


@pytest.fixture
def undated(db):
    return [
        make.make_initiative(f"undated-{number}", starts_on="", state=PublicationState.DRAFT)
        for number in range(3)
    ]


UNDATED = f"{BOARD}initiatives/undated/"


def test_after_saving_a_record_of_a_queue_comes_the_next_one(undated, curator):
    first, second, third = undated
    make.make_initiative("dated")
    desk = Desk(curator)
    desk.address = f"{address(first, 'change')}?queue=undated"
    response = curator.post(desk.address, desk.read() | {"starts_on": "2024"}, follow=True)
    assert urlsplit(response.redirect_chain[-1][0]).path == address(second, "change")
    assert Initiative.objects.get(pk=first.pk).starts_on == "2024"
    # Skipped: it stays in the queue, and the next one comes.
    [skip] = soup(response).select('.object-tools a[rel="next"]')
    response = curator.get(skip["href"], follow=True)
    assert response.redirect_chain[-1][0] == f"{address(third, 'change')}?queue=undated"
    response = curator.post(
        response.redirect_chain[-1][0], filled_in(response) | {"starts_on": "2025"}, follow=True
    )
    assert response.redirect_chain[-1][0] == UNDATED
    assert "That was the last record of this queue. Here is what is left of it." in messages_in(response)
    assert [row.a.text for row in soup(response).select("#queue tbody tr")] == ["Undated 1"]


@pytest.mark.parametrize("button", ["_continue", "_addanother"])
def test_other_buttons_lead_where_they_say(button, undated, curator):
    desk = Desk(curator)
    desk.address = f"{address(undated[0], 'change')}?queue=undated"
    sent = desk.read() | {"starts_on": "2024", button: "1"}
    del sent["_save"]
    response = desk.send(sent)
    assert "/after/" not in response["Location"]


@pytest.mark.parametrize("key", [0, 2**32 - 1, 2**32, 10**40])
def test_after_any_number_there_is_a_record_or_the_end(key, undated, curator):
    leads_to = curator.get(f"{UNDATED}after/{key}/")["Location"]
    assert leads_to == (UNDATED if key else f"{address(undated[0], 'change')}?queue=undated")


def test_a_queue_keeps_its_narrowing_from_record_to_record(undated, curator):
    country = make.make_country("xa")
    for record in (undated[0], undated[2]):
        record.countries.add(country)
    page = soup(curator.get(f"{UNDATED}?country=xa"))
    address_of_first = page.select_one("#queue tbody a")["href"]
    assert address_of_first == f"{address(undated[0], 'change')}?queue=undated&country=xa"
    [following] = soup(curator.get(address_of_first)).select('a[rel="next"]')
    assert curator.get(following["href"])["Location"] == (
        f"{address(undated[2], 'change')}?queue=undated&country=xa"
    )


@pytest.mark.parametrize("query", ["queue=nothing", "queue=undated&country=nowhere", "queue="])
def test_a_form_opened_from_no_queue_is_a_form_like_any_other(query, undated, curator):
    response = curator.get(f"{address(undated[0], 'change')}?{query}")
    assert response.status_code == 200
    assert not soup(response).select('a[rel="next"]')


@pytest.mark.django_db
def test_the_next_record_is_the_next_of_those_that_are_left_wherever_one_comes_from():
    records = [make.make_initiative(starts_on="")]
    records += [make.make_initiative() for _ in range(8)]
    last = make.make_initiative(starts_on="")

    def following(record):
        return WorkQueue(Initiative, METRICS["undated"], QualityFilters()).following(record.pk)

    assert [following(record) for record in (records[0], records[4], last)] == [last.pk, last.pk, None]


# Who sees it, and what it costs


@pytest.mark.parametrize(("role", "status"), [("", 403), (CONTRIBUTOR, 403), (CURATOR, 200)])
@pytest.mark.django_db
def test_the_board_is_for_those_who_review(role, status):
    record = make.make_initiative(starts_on="")
    client = client_of(role)
    for page in (BOARD, UNDATED):
        assert client.get(page).status_code == status
    skip = client.get(f"{UNDATED}after/{record.pk}/")
    assert skip.status_code == (302 if status == 200 else status)


@pytest.mark.parametrize("page", [BOARD, UNDATED, f"{UNDATED}after/1/"])
def test_nothing_is_posted_to_the_board(page, curator):
    assert curator.post(page).status_code == 405


# Session, user, permissions of user and group (4); the countries and themes to choose from (2). For each of the
# nine kinds the records by state, the figures and the evidence (27); of all but reports the columns (8), and of
# reports the dead addresses (1). The lists: themes and attendances of events, themes of statements, countries,
# organisations, themes and cities of initiatives (7). What has changed since the facet index was read (1).
FIRST_QUERIES = 50
# Session, user and permissions (4); countries and themes (2); what has changed since the index was read, and since
# the board was looked at (2).
NEXT_QUERIES = 8


def board_queries(curator) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        curator.get(BOARD)
    asked = [query["sql"] for query in captured.captured_queries]
    assert all(sql.lstrip().startswith(("SELECT", "BEGIN", "ROLLBACK")) for sql in asked)
    return [sql for sql in asked if sql.lstrip().startswith("SELECT")]


def test_the_board_asks_as_many_queries_for_many_records_as_for_few(curator):
    ContentType.objects.get_for_models(*record_models())
    counts = []
    for number in (1, 20):
        for _ in range(number):
            record = make.make_initiative(sourced=True, lead=[make.make_city()], themes=[make.make_theme()])
            make.make_figure(record)
        refresh.clear()
        if connection.vendor == "postgresql":
            # There a transaction takes all that it has written for new, however often it has looked.
            Change.objects.all().delete()
        with refresh.require_facet_index("reports"):
            pass
        counts.append((len(board_queries(curator)), len(board_queries(curator))))
    assert counts == [(FIRST_QUERIES, NEXT_QUERIES)] * 2


def test_a_queue_costs_the_same_however_long_it_is(curator):
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
