"""FAIR signposting (https://signposting.org). Programs use it to find a page's identifier, licence and files."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponse

from sco_cities.core.responses import Link, add_links
from sco_cities.listings.exports.attribution import LICENCE_URL

_SCHEMA_ORG = "https://schema.org/"


def add_signposts(
    response: HttpResponse, cite_as: str, links: Iterable[Link] = (), *, kind: str = ""
) -> None:
    """Adds Link headers to a page, with its citation URL, licence, types and author, and `links`.

    `kind` is the schema.org type of the page's subject. The contact is given as the author only if it is a web URL.
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
