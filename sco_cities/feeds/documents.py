"""Feeds as Atom (RFC 4287) and as JSON Feed 1.1."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import orjson
from django.http import HttpRequest
from django.utils.translation import get_language

from sco_cities.core.xml_characters import replace_invalid
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.attribution import LICENCE_URL, attribution_lines
from sco_cities.listings.exports.csv_file import format_utc
from sco_cities.site.signposts import site_host, site_origin

from .entries import FeedEntry

SITE = "SCO Cities"
ATOM_TYPE, JSON_TYPE = "application/atom+xml", "application/feed+json"
# The year when the feeds were introduced. It is part of every entry id (RFC 4151).
FIRST_YEAR = 2026


@dataclass(frozen=True)
class FeedDocument:
    """The format-independent content of a feed. `previous` is the path of the previous archive."""

    request: HttpRequest
    title: str
    subtitle: str
    self_path: str
    newest_path: str
    list_path: str
    previous_path: str
    is_archive: bool
    entries: Sequence[FeedEntry]

    def url(self, path: str) -> str:
        return self.request.build_absolute_uri(path)

    def entry_id(self, entry: FeedEntry) -> str:
        """The id of an entry. It is the same in every language, format and archive."""
        return f"tag:{site_host(self.request)},{FIRST_YEAR}:c-{entry.number}"

    @property
    def feed_id(self) -> str:
        """The id of a feed. It is the same under every host name of the site."""
        return site_origin(self.request) + self.newest_path


def atom(document: FeedDocument) -> bytes:
    """Serialises the feed as Atom."""
    url = document.url
    updated = format_utc(document.entries[0].made_at) if document.entries else f"{FIRST_YEAR}-01-01T00:00:00Z"
    language = html_language(get_language() or "en")
    links = [
        ("self", ATOM_TYPE, url(document.self_path)),
        ("alternate", "text/html", url(document.list_path)),
        ("license", "text/html", LICENCE_URL),
    ]
    if document.previous_path:
        links.append(("prev-archive", ATOM_TYPE, url(document.previous_path)))
    if document.is_archive:
        links.append(("current", ATOM_TYPE, url(document.newest_path)))
    head = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:fh="http://purl.org/syndication/history/1.0" xml:lang="{language}">',
        f"<id>{_text(document.feed_id)}</id>",
        f"<title>{_text(document.title)}</title>",
        f"<subtitle>{_text(document.subtitle)}</subtitle>",
        f"<updated>{updated}</updated>",
        f"<author><name>{SITE}</name><uri>{_text(url('/'))}</uri></author>",
        f"<rights>{_text(' '.join(attribution_lines()))}</rights>",
        *(f'<link rel="{rel}" type="{kind}" href={quoteattr(href)}/>' for rel, kind, href in links),
        "<fh:archive/>" if document.is_archive else "",
    ]
    entries = (
        f"\n<entry><id>{_text(document.entry_id(entry))}</id><title>{_text(entry.title)}</title>"
        f"<updated>{format_utc(entry.made_at)}</updated>"
        f'<link rel="alternate" type="text/html" href={quoteattr(url(entry.path))}/>'
        f"<summary>{_text(chr(10).join(entry.lines))}</summary></entry>"
        for entry in document.entries
    )
    return "".join([*head, *entries, "\n</feed>\n"]).encode()


def json_feed(document: FeedDocument) -> bytes:
    """Serialises the feed as JSON Feed."""
    url = document.url
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "description": document.subtitle,
        "home_page_url": url(document.list_path),
        "feed_url": url(document.self_path),
        "language": html_language(get_language() or "en"),
        "authors": [{"name": SITE, "url": url("/")}],
        "items": [
            {
                "id": document.entry_id(entry),
                "url": url(entry.path),
                "title": entry.title,
                "content_text": "\n".join(entry.lines),
                "date_published": format_utc(entry.made_at),
            }
            for entry in document.entries
        ],
        "_licence": {"url": LICENCE_URL, "credits": attribution_lines()},
    }
    if document.previous_path:
        content["next_url"] = url(document.previous_path)
    return orjson.dumps(content)


def _text(text: str) -> str:
    return escape(replace_invalid(text))
