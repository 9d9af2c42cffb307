"""The list of deleted records offers to restore a record only from its newest deletion."""

import pytest

from tests import factories as make
from tests.curation.admin_client import admin_url, client_with_role, form_data, soup, with_creator
from tests.history.snapshots import edit, recording, snapshot

pytestmark = pytest.mark.only_on("sqlite")


def delete(record) -> None:
    key = record.pk
    with recording(record):
        record.delete()
    record.pk = key


def listed(client) -> list[tuple[str, str | None]]:
    """The text and the link offered for each deletion, newest first."""
    cells = soup(client.get("/admin/changes/deleted/")).select("#content tbody tr > td:last-child")
    return [(cell.text, cell.a and cell.a["href"]) for cell in cells]


def restore(client) -> None:
    link = listed(client)[0][1]
    client.post(link, form_data(client.get(link)) | {"reason": "It was right."})


def test_only_the_newest_deletion_of_a_record_can_be_restored(curator, lamps, draft):
    delete(draft)
    delete(lamps)
    restore(curator)
    assert [text for text, _link in listed(curator)] == ["already restored", "Restore Dim lamps"]
    lamps.refresh_from_db()
    edit(lamps, title_en="The right title")
    delete(lamps)
    assert [text for text, _link in listed(curator)] == [
        "Restore The right title", "restored, and deleted again later", "Restore Dim lamps",
    ]  # fmt: skip
    restore(curator)
    assert snapshot(lamps)["title_en"] == "The right title"
    assert [text for text, _link in listed(curator)] == ["already restored"] * 2 + ["Restore Dim lamps"]


ONLY_A_CURATOR = "Only a curator can restore a deleted record."


@pytest.mark.parametrize(
    ("role", "before", "after"),
    [
        (
            "curator",
            "Deleted records can be restored from the history.",
            "Show who deleted it and restore it",
        ),
        ("contributor", ONLY_A_CURATOR, f"Show who deleted it {ONLY_A_CURATOR}"),
    ],
)
def test_users_who_cannot_restore_a_record_are_not_asked_to(role, before, after, db):
    client = client_with_role(role)
    theme = with_creator(client.user, make.make_theme(state="draft"))
    change, removal = admin_url(theme, "change"), admin_url(theme, "delete")
    form = form_data(client.get(change))
    page = client.get(removal)
    sentences = [line for text in soup(page).select("#content-main p") for line in text.text.splitlines()]
    assert before in sentences
    client.post(removal, form_data(page))
    page = soup(client.post(change, form | {"name_en": "Lanterns"}))
    assert page.select(".edit-conflict p")[1].text == after
