"""The steps of a bulk edit in a browser, from the selection and the preview to the change."""

from tests.curation.admin_client import admin_url, soup

REASON = "As stated in the new reports."


def edit_data(records, **values) -> dict:
    """The data that the page submits for these records."""
    return {
        "action": "edit_many",
        "_selected_action": [record.pk for record in records],
        "reason": REASON,
        **values,
    }


def preview_edit(client, records, **values):
    return client.post(admin_url(records[0]), edit_data(records, **values, _preview="1"))


def fingerprint_in(response) -> str:
    """The fingerprint of the preview, which the form submits."""
    return soup(response).select_one("input[name=seen]")["value"]


def edit(client, records, **values):
    """Previews and applies an edit, and returns the list page that follows."""
    fingerprint = fingerprint_in(preview_edit(client, records, **values))
    data = edit_data(records, **values, _apply="1", seen=fingerprint)
    return client.post(admin_url(records[0]), data, follow=True)


def previewed_changes(response) -> list[tuple[str, ...]]:
    """The field, old value, new value and number of records of each row of the preview table."""
    return [
        tuple(cell.text for cell in row.select("th, td"))
        for row in soup(response).select("#changes tbody tr")
    ]


def preview_sentences(response) -> list[str]:
    """The sentences of a preview."""
    return [" ".join(item.get_text(" ").split()) for item in soup(response).select(".preview > ul > li")]
