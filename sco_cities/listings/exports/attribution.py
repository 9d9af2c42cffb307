"""The licence of exported data and the credits for its sources, as on the About page."""

from collections.abc import Sequence
from typing import Protocol

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sco_cities.core.responses import add_links
from sco_cities.i18n.punctuation import with_remark

# The licence of the facts. The site summarises the facts in its own words.
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
# The last columns of a release's flat files. Each row contains the licence, because rows may be copied without the
# file. Imports ignore them.
LICENCE_COLUMN, PAGE_COLUMN = "licence", "record_url"
# The kinds of record that require evidence before publication (`Record.must_be_sourced`). Pages translate the text.
# Files and responses to programs contain the English text.
FOOTNOTE_RULE = gettext_noop(
    "All values of initiatives, delegates, events and statements are supported by passages of reports. Cities, "
    "countries, organisations and themes are reference data: many of them have no footnotes."
)


class CreditedWork(Protocol):
    """A reference work that supplies values."""

    name: str
    contents: str
    licence: str
    url: str


# The app that declares the works adds them here, because this package must not import record models.
data_sources: list[CreditedWork] = []


def register(sources: Sequence[CreditedWork]) -> None:
    """Sets the works that exports credit."""
    data_sources[:] = sources


def attribution_lines() -> list[str]:
    """Returns the licence, followed by a sentence per credited work."""
    licence = _(
        "Information from reports is summarised in our own words and may be used under CC BY "
        "4.0. The reports belong to their publishers."
    )
    return [
        f"{licence} {LICENCE_URL}",
        *(f"{with_remark(work.name, work.licence)}: {work.contents}. {work.url}" for work in data_sources),
    ]


def declare_licence(response: HttpResponseBase) -> None:
    """Adds the licence to a file's HTTP headers (RFC 8288), because a CSV file contains only rows."""
    add_links(response, [(LICENCE_URL, "license", "")])
