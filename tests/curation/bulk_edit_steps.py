"""Editing many records at once as a browser does it: choose, look at the preview, apply."""

from tests.curation.admin_client import address, soup

WHY = "So the new reports say."


def chosen(records, **values) -> dict:
    """What the page sends for these records."""
    return {
        "action": "edit_many",
        "_selected_action": [record.pk for record in records],
        "reason": WHY,
        **values,
    }


def look(client, records, **values):
    return client.post(address(records[0]), chosen(records, **values, _preview="1"))


def seen_in(response) -> str:
    return soup(response).select_one("input[name=seen]")["value"]


def edit(client, records, **values):
    """Previews and applies, as a browser does; the list that follows."""
    seen = seen_in(look(client, records, **values))
    sent = chosen(records, **values, _apply="1", seen=seen)
    return client.post(address(records[0]), sent, follow=True)


def previewed(response) -> list[tuple[str, ...]]:
    return [
        tuple(cell.text for cell in row.select("th, td"))
        for row in soup(response).select("#changes tbody tr")
    ]


def told(response) -> list[str]:
    """The sentences of a preview."""
    return [" ".join(item.get_text(" ").split()) for item in soup(response).select(".preview > ul > li")]
