"""The page that adds evidence to a record, as a browser sends it."""

from django.urls import reverse

from sco_cities.sources.models import Passage


def adding_address(record, *fields) -> str:
    """The address of the page, with these fields ticked."""
    query = "&".join(f"field={field}" for field in fields)
    page = reverse("admin:add_evidence", args=[record.collection, record.pk])
    return f"{page}?{query}" if fields else page


def claim(source, *fields, stance="supports", reported="", **more) -> dict:
    """What is sent: `source` is a passage, or "new", or "report:KEY" with what is typed of a new passage."""
    chosen = f"passage:{source.pk}" if isinstance(source, Passage) else source
    told = {"source": chosen, "fields_told": list(fields), "stance": stance, "reported_value": reported}
    return {"_add": "Add evidence", **told, **more}


NEW_REPORT = {
    "report-title": "Lamps at night", "report-publisher": "The Gazette", "report-published_on": "2025-07-08",
    "report-language": "en", "report-address": "https://gazette.example/night", "passage-number": "",
    "passage-summary": "The lamps are lit.",
}  # fmt: skip
