"""A passage with its report as JSON, for records and for the footnotes of lists."""

from typing import Any

from sco_cities.listings.exports.json_rows import possible_days
from sco_cities.sources.models import Report

# The fields of a passage with its texts.
PASSAGE_TEXTS = ("summary", "summary_ru", "summary_zh", "quotation", "archive_address")


def passage_document(report: dict[str, Any], number: int, reports_url: str, *texts: str) -> dict[str, Any]:
    """A passage in our own words, with its address on the site and its report as `report_document` gives it."""
    slug = report["slug"]
    known = (text or None for text in texts)
    return {
        "passage": f"{slug}#{number}",
        "url": f"{reports_url}{slug}/#p{number}",
        **dict(zip((*PASSAGE_TEXTS[:-1], "archive_url"), known, strict=True)),
        "report": report,
    }


def report_document(report: Report) -> dict[str, Any]:
    """A report, as passages name it."""
    first, last = possible_days(report.published_on)
    return {
        "slug": report.slug,
        "title": report.title,
        "publisher": report.publisher,
        "published_on": report.published_on or None,
        "published_first": first,
        "published_last": last,
        "language": report.language,
        "address": report.address,
        "title_ru": report.title_ru or None,
        "title_zh": report.title_zh or None,
    }
