"""The list of deleted records: only the newest deletion of a record can be restored from it."""

import pytest

from tests.curation.admin_client import form_data, soup
from tests.history.snapshots import edit, recording, snapshot

pytestmark = pytest.mark.only_on("sqlite")


def delete(record) -> None:
    key = record.pk
    with recording(record):
        record.delete()
    record.pk = key


def listed(client) -> list[tuple[str, str | None]]:
    """What is offered for each deletion, newest first: text and link."""
    cells = soup(client.get("/admin/changes/deleted/")).select("#content tbody tr > td:last-child")
    return [(cell.text, cell.a and cell.a["href"]) for cell in cells]


def restore(client) -> None:
    link = listed(client)[0][1]
    client.post(link, form_data(client.get(link)) | {"reason": "It was right."})


def test_only_the_newest_deletion_of_a_record_can_be_restored(curator, lamps, draft):
    delete(draft)
    delete(lamps)
    restore(curator)
    assert [text for text, _link in listed(curator)] == ["already restored", "Restore dim-lamps"]
    lamps.refresh_from_db()
    edit(lamps, title_en="The right title")
    delete(lamps)
    assert [text for text, _link in listed(curator)] == [
        "Restore bright-lamps", "restored, and deleted again later", "Restore dim-lamps",
    ]  # fmt: skip
    restore(curator)
    assert snapshot(lamps)["title_en"] == "The right title"
    assert [text for text, _link in listed(curator)] == ["already restored"] * 2 + ["Restore dim-lamps"]
