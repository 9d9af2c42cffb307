"""The sidebar links to the permitted custom pages of the admin and marks the current page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import capfirst

from initiatives.models import Initiative
from sco_cities.admin_framework import site
from tests.curation.admin_client import (
    SIDEBAR_QUERIES,
    admin_url,
    client_with_role,
    curated_models,
    soup,
)
from tests.factories import make_initiative


def sidebar_pages(client, page: str) -> dict[str, str | None]:
    """The custom pages in the sidebar of a page, with their values of `aria-current`."""
    links = soup(client.get(page)).select("#nav-sidebar .app-admin-pages th[scope=row] a")
    return {link.text: link.get("aria-current") for link in links}


@pytest.mark.parametrize("role", ["contributor", "curator", "administrator"])
@pytest.mark.django_db
def test_the_start_page_links_to_every_admin_page_of_the_sidebar(role):
    client = client_with_role(role)
    page = soup(client.get(reverse("admin:index")))
    titles = {link.text for link in page.select(".admin-pages li > a, .queues .quiet a")}
    assert titles
    assert set(sidebar_pages(client, admin_url(Initiative))) == titles


@pytest.mark.django_db
def test_a_contributor_sees_no_admin_pages_of_reviewers():
    assert list(sidebar_pages(client_with_role("contributor"), admin_url(Initiative))) == [
        "My grids",
        "My records",
        "Comments",
        "From reports",
    ]


CHECK = ["Data quality", "Translations", "Duplicates", "History"]
START_PAGES = [
    ("contributor", ["New from a report"], {"Add records": ["From reports"]}),
    ("curator", ["New from a report", "Import a spreadsheet"],
     {"Add records": ["From reports", "Import"], "Check and correct": CHECK}),
]  # fmt: skip


@pytest.mark.parametrize(("role", "buttons", "groups"), START_PAGES)
@pytest.mark.django_db
def test_the_start_page_has_the_admin_pages_by_what_they_are_for(role, buttons, groups):
    page = soup(client_with_role(role).get(reverse("admin:index")))
    assert [link.text for link in page.select(".start-buttons a")] == buttons
    assert {
        section.h2.text: [link.text for link in section.select("li > a")]
        for section in page.select(".admin-pages")
    } == groups


@pytest.mark.django_db
def test_accounts_groups_and_the_security_log_are_one_group():
    client = client_with_role("administrator")
    groups = soup(client.get(reverse("admin:index"))).select(".module:has(> table)")
    assert [row.text.strip() for row in groups[-1].select("caption, th[id]")] == [
        "Accounts and logins", "Groups", "Users", "Security log",
    ]  # fmt: skip
    assert soup(client.get("/admin/auth/")).h1.text == "Accounts and logins administration"


def test_the_current_admin_page_and_the_parent_of_a_subpage_are_marked(curator):
    assert sidebar_pages(curator, reverse("admin:review"))["Review"] == "page"
    within = sidebar_pages(curator, reverse("admin:deleted_records"))
    assert {name for name, current in within.items() if current} == {"History"}
    assert within["History"] == "true"
    assert not any(sidebar_pages(curator, admin_url(Initiative)).values())


@pytest.mark.django_db
def test_each_number_in_the_sidebar_is_one_query_and_popups_need_none(monkeypatch):
    client = client_with_role("curator")
    addresses = {"page": admin_url(Initiative), "popup": admin_url(Initiative) + "?_popup=1"}

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    with_links = {name: queries(address) for name, address in addresses.items()}
    monkeypatch.setattr(site, "admin_page_links", lambda request: [])
    without = {name: queries(address) for name, address in addresses.items()}
    assert with_links["page"] - without["page"] == SIDEBAR_QUERIES
    assert with_links["popup"] == without["popup"]


def breadcrumbs(client, address: str) -> list[str]:
    return [part.strip() for part in soup(client.get(address)).select_one(".breadcrumbs").text.split("›")]


def test_breadcrumbs_repeat_no_name(curator):
    lamps = make_initiative("bright-lamps")
    assert breadcrumbs(curator, admin_url(lamps, "change")) == ["Home", "Initiatives", "Bright lamps"]
    assert breadcrumbs(curator, admin_url(lamps, "delete")) == [
        "Home", "Initiatives", "Bright lamps", "Delete",
    ]  # fmt: skip
    for model in curated_models():
        plural = capfirst(model._meta.verbose_name_plural)
        assert breadcrumbs(curator, admin_url(model)) == ["Home", plural]
        assert breadcrumbs(curator, admin_url(model, "add")) == [
            "Home", plural, f"Add {model._meta.verbose_name}",
        ]  # fmt: skip
