"""An iframe with an embed for other sites. It has a URL, a size, and HTML code to copy."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from sco_cities.dashboard.charts.drawings import DRAWING_LABELS
from sco_cities.i18n.punctuation import with_label
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.past_lists import AS_OF
from sco_cities.releases.stored_releases import Release

from .record_summary import RecordSummary

# The width in CSS pixels. Every embed also fits into narrower frames of at least 280 px. Longer content scrolls.
WIDTH = 600
RECORD, LIST, MAP, STATUS = "record", "list", "map", "status"
HEIGHTS = {RECORD: 260, LIST: 700, MAP: 640, STATUS: 560, **dict.fromkeys(DRAWING_LABELS, 560)}
# The available forms of embeds for initiatives. All other records can only be embedded as lists.
FORM_LABELS = {LIST: _("List"), MAP: _("Map"), STATUS: _("Status"), **DRAWING_LABELS}
# The code is as short as possible, because people paste it into forms that may limit the number of characters. The
# inline style is needed because other sites do not load our style sheet. This site shows the code as text.
_CODE = '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%" loading="lazy"></iframe>'


@dataclass(frozen=True)
class Frame:
    """An embed of form `kind`, with its title and absolute URLs of the embed, the full page and the share picture.

    An embed of a `release` has no share picture, because these show current data.
    """

    kind: str
    title: str
    url: str
    page: str
    picture: str = ""
    release: Release | None = None

    @property
    def height(self) -> int:
        """The height at which most embeds of this kind need no scrolling."""
        return HEIGHTS[self.kind]

    @property
    def code(self) -> str:
        """The HTML code to copy."""
        return self.code_within(WIDTH, self.height)

    def code_within(self, width: int, height: int) -> str:
        """The HTML code for a frame of this size, unescaped."""
        return _CODE.format(escape(self.url), escape(self.title), width, height)


def with_release(query: str, release: Release | None) -> str:
    """The query string with the day of a release. Without a release, it is unchanged."""
    return f"{query}{'&' if query else '?'}{AS_OF}={release.date}" if release else query


def record_frame(request: HttpRequest, summary: RecordSummary, release: Release | None = None) -> Frame:
    """The frame for the card of a record, or for the card in a release."""
    record, query = summary.record, with_release("", release)
    names = [record.collection, record.slug]
    return Frame(
        RECORD,
        str(summary.title),
        request.build_absolute_uri(reverse("embed-record", args=names)) + query,
        request.build_absolute_uri(record.get_absolute_url()) + query,
        "" if release else request.build_absolute_uri(reverse("share-record", args=names)),
        release,
    )


def list_frame(
    request: HttpRequest, list_query: ListQuery, kind: str = LIST, release: Release | None = None
) -> Frame:
    """The frame for a list. `kind` selects the first rows or, for initiatives, the map, the statuses or a chart.

    The full page of a list in a release is the page of the release.
    """
    names, query = [list_query.listing.collection], list_query.export_query
    page = {MAP: "map", **dict.fromkeys(DRAWING_LABELS, "themes-list")}.get(kind, f"{names[0]}-list")
    section = f"#{kind}" if kind in DRAWING_LABELS else ""
    embed = reverse("embed-list", args=names) if kind == LIST else reverse(f"embed-{kind}")
    full_page = release.get_absolute_url() if release else reverse(page) + query + section
    return Frame(
        kind,
        frame_title(list_query, kind),
        request.build_absolute_uri(embed) + with_release(query, release),
        request.build_absolute_uri(full_page),
        "" if release else request.build_absolute_uri(reverse("share-list", args=names)) + query,
        release,
    )


def frame_title(list_query: ListQuery, kind: str) -> str:
    """The title of an embedded list, map, status table or chart."""
    return list_query.heading if kind == LIST else with_label(FORM_LABELS[kind], list_query.heading)
