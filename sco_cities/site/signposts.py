"""FAIR signposting (https://signposting.org), with which programs find the identifier, licence and files of a page."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponse

from sco_cities.core.link_header import Link, add_links
from sco_cities.listings.exports.attribution import LICENCE_URL

_SCHEMA_ORG = "https://schema.org/"


def add_signposts(
    response: HttpResponse, cite_as: str, links: Iterable[Link] = (), *, kind: str = ""
) -> None:
    """Adds the URL for citations, the licence, the types and the author to the header of a page, and `links`.

    `kind` is the schema.org type of what the page is about. Only a contact with a URL on the web is an author.
    """
    contact = settings.PUBLISHER_CONTACT
    add_links(
        response,
        [
            (cite_as, "cite-as", ""),
            (f"{_SCHEMA_ORG}AboutPage", "type", ""),
            *([(f"{_SCHEMA_ORG}{kind}", "type", "")] if kind else []),
            *([(contact, "author", "")] if contact.startswith("https:") else []),
            (LICENCE_URL, "license", ""),
            *links,
        ],
    )
