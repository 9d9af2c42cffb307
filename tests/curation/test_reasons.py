"""The reason for a change, which published records require, and the note on who can read it."""

import pytest
from django.urls import reverse

from sco_cities.history.models import Revision
from tests import factories as make
from tests.curation.admin_client import admin_url, errors_in, run_action, soup
from tests.history.snapshots import edit, snapshot
from tests.imports.import_pages import checked

pytestmark = pytest.mark.only_on("sqlite")

READERS_SEE_IT = "Readers see this reason in the history of the record."
WITHDRAWAL = (
    "Readers no longer see the record. Its page shows that it was withdrawn. If it is published again, its "
    "history shows this reason. The record stays on pages as of earlier dates and in existing releases, and "
    "its slug stays in feeds. To "
    "remove personal data, delete the record."
)


def action_page(action, state):
    return lambda client: run_action(client, action, [make.make_theme("lamps", state=state)])


def review_page(state):
    def page(client):
        theme = make.make_theme("lamps", state=state)
        return client.get(reverse("admin:review_record", args=["themes", theme.pk]))

    return page


def revert_page(client):
    change_set = edit(make.make_theme("lamps"), name_en="Brighter lamps")
    return client.get(reverse("admin:revert", args=[change_set.pk]))


def import_page(client):
    make.make_theme("lamps")
    return checked(client, b"slug,name_en\nlamps,Brighter lamps\n", kind="themes")


def merge_page(client):
    cities = [make.make_city(slug).pk for slug in ("alphaville", "alfaville")]
    return client.get(reverse("admin:merge", args=["cities", *cities]))


def delete_page(client):
    return client.get(admin_url(make.make_theme("lamps"), "delete"))


PAGES = {
    "withdraw": (action_page("withdraw", "published"), WITHDRAWAL),
    "send back": (action_page("send_back", "in_review"), None),
    "bulk edit": (action_page("edit_many", "published"), READERS_SEE_IT),
    "withdraw one": (review_page("published"), WITHDRAWAL),
    "send one back": (review_page("in_review"), None),
    "revert": (revert_page, READERS_SEE_IT),
    "import": (import_page, READERS_SEE_IT),
    "delete": (delete_page, "If the record is restored, readers see this reason in its history."),
    "merge": (merge_page, READERS_SEE_IT),
}


@pytest.mark.parametrize(("open_page", "text"), PAGES.values(), ids=PAGES)
def test_a_form_with_a_reason_explains_whether_readers_see_it(open_page, text, curator):
    shown = soup(open_page(curator))
    field = shown.select_one("#content-main :is([name$=reason], [name=why])")
    described_by = field.get("aria-describedby")
    assert (shown.find(id=described_by).text if described_by else None) == text


def test_a_published_record_is_not_changed_without_a_reason(record_page, db):
    lamps = make.make_initiative("lamps", lead=[make.make_city()], sourced=True)
    sent = record_page.open(lamps)
    record_page.send(sent | {"title_en": "Brighter lamps", "why": ""})
    assert "Enter a short reason for the change" in errors_in(record_page.response)
    assert snapshot(lamps)["title_en"] == "Lamps"
    record_page.send(sent | {"why": ""})
    assert record_page.was_saved  # Nothing was changed.
    record_page.send(sent | {"title_en": "Brighter lamps", "why": "A better name"})
    assert record_page.was_saved
    assert Revision.objects.get().change_set.reason == "A better name"


def test_a_draft_needs_no_reason(record_page, db):
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    record_page.send(record_page.open(lamps) | {"title_en": "Brighter lamps", "why": ""})
    assert record_page.was_saved
