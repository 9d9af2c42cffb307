"""The desks beside every page of the admin: those that the curator may open, and which one is open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.curation.admin import site
from tests.curation.admin_client import address, client_of, soup


def beside(client, page: str) -> dict[str, str | None]:
    """The desks that a page names at its side, with what it says of the one that is open."""
    links = soup(client.get(page)).select("#nav-sidebar .app-desks th[scope=row] a")
    return {link.text: link.get("aria-current") for link in links}


@pytest.mark.parametrize("role", ["contributor", "curator", "administrator"])
@pytest.mark.django_db
def test_every_page_names_beside_it_the_desks_of_the_index(role):
    client = client_of(role)
    named = [link.text for link in soup(client.get(reverse("admin:index"))).select(".desks li > a")]
    assert named
    assert list(beside(client, address(Initiative))) == named


@pytest.mark.django_db
def test_a_contributor_is_not_shown_the_desks_of_reviewers():
    assert list(beside(client_of("contributor"), address(Initiative))) == ["My records"]


def test_the_desk_that_is_open_is_marked_and_so_is_the_one_of_a_page_within(curator):
    assert beside(curator, reverse("admin:review"))["Review"] == "page"
    within = beside(curator, reverse("admin:deleted_records"))
    assert {name for name, current in within.items() if current} == {"History"}
    assert within["History"] == "true"
    assert not any(beside(curator, address(Initiative)).values())


@pytest.mark.django_db
def test_to_name_the_desks_beside_a_page_asks_no_query_more(monkeypatch):
    client = client_of("curator")
    client.get(address(Initiative))
    with CaptureQueriesContext(connection) as with_desks:
        client.get(address(Initiative))
    monkeypatch.setattr(site, "admin_page_links", lambda request: [])
    with CaptureQueriesContext(connection) as without:
        client.get(address(Initiative))
    assert len(with_desks) == len(without)
