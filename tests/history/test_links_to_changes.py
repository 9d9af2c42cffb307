"""Links to changes are shown to accounts that may open them. A long history has links to its other pages."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from sco_cities.history.models import ChangeSet, Revision
from tests import factories as make
from tests.curation.admin_client import admin_url, form_data, soup, staff_client
from tests.history.snapshots import edit
from tests.imports.import_pages import applied, checked
from tests.imports.sheets import as_csv

pytestmark = pytest.mark.only_on("sqlite")


def import_page(client):
    row = {"slug": "lamps", "name_en": "Lamps", "pillar": "governance", "description": "All about lamps"}
    return applied(client, checked(client, as_csv([row]), kind="themes"))


def page_after_merge(client):
    pair = [make.make_city(slug).pk for slug in ("alphaville", "alfaville")]
    merge = reverse("admin:merge", args=["cities", *pair])
    return client.post(merge, form_data(client.get(merge)), follow=True)


PAGES = {"import": (import_page, ["change_set", "revert"]), "merge": (page_after_merge, ["revert"])}


@pytest.mark.parametrize("may_revert", [True, False])
@pytest.mark.parametrize(("open_page", "names"), PAGES.values(), ids=PAGES)
def test_changes_are_linked_for_those_who_may_open_them(open_page, names, may_revert, db):
    permissions = ["import_records", "merge_records", "review_records", "change_city"]
    permissions += ["revert_changes"] * may_revert
    page = open_page(staff_client(*Permission.objects.filter(codename__in=permissions)))
    expected = [reverse(f"admin:{name}", args=[ChangeSet.objects.get().pk]) for name in names]
    links = re.findall(r'href="(/admin/changes/\d[^"]*)"', page.content.decode())
    assert links == (expected if may_revert else [])


def test_a_long_history_keeps_the_comparison_from_page_to_page(curator):
    theme = make.make_theme("lamps")
    for number in range(26):
        edit(theme, name_en=f"Lamps {number}")
    first = Revision.objects.of(theme).last()
    history = admin_url(theme, "history")
    page = soup(curator.get(history, {"since": first.pk}))
    assert [link["href"] for link in page.select(".paginator a")] == [f"?since={first.pk}&page=2"]
    page = soup(curator.get(history + page.select_one(".paginator a")["href"]))
    assert page.select_one("#comparison")
    compare = page.select_one(f"#revision-{first.pk} .revision-actions").find_all("a")[-1]
    assert compare["href"] == f"?since={first.pk}&page=2"
    page = soup(curator.get(history, {"since": "x"}))
    assert [link["href"] for link in page.select(".paginator a")] == ["?page=2"]
