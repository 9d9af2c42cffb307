"""The URL and the posted data of the page that adds evidence to a record."""

from django.urls import reverse

from sco_cities.sources.models import Passage


def add_evidence_url(record, *fields) -> str:
    """The URL of the page with these fields ticked."""
    query = "&".join(f"field={field}" for field in fields)
    page = reverse("admin:add_evidence", args=[record.collection, record.pk])
    return f"{page}?{query}" if fields else page


def claim_data(source, *fields, stance="supports", reported="", **more) -> dict:
    """The posted data of the page.

    `source` is a passage, "new", or "report:KEY" (with the fields of a new passage in `more`).
    """
    selection = f"passage:{source.pk}" if isinstance(source, Passage) else source
    claim = {"source": selection, "fields_told": list(fields), "stance": stance, "reported_value": reported}
    return {"_add": "Add evidence", **claim, **more}


NEW_REPORT = {
    "report-title": "Lamps at night", "report-publisher": "The Gazette", "report-published_on": "2025-07-08",
    "report-language": "en", "report-address": "https://gazette.example/night", "passage-number": "",
    "passage-summary": "The lamps are lit.",
}  # fmt: skip
