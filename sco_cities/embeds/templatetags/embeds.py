"""Template tags for the links and metadata that other sites use to find embeds and share pictures."""

from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from initiatives.list_rows import lead_cell
from initiatives.models import CityRole
from initiatives.templatetags.initiative_rows import city_roles_html
from sco_cities.core.html import fill_template
from sco_cities.embeds import share_picture
from sco_cities.embeds.frame import RecordSummary
from sco_cities.i18n.punctuation import with_label
from sco_cities.listings.list_query import ListQuery
from sco_cities.sources.base_models import Record
from sco_cities.sources.html import localized_html

register = template.Library()

_DISCOVERY = '<link rel="alternate" type="application/json+oembed" href="{}">'
_PICTURE = """<meta property="og:image" content="{url}">
  <meta property="og:image:width" content="{width}">
  <meta property="og:image:height" content="{height}">
  <meta property="og:image:alt" content="{alt}">
  <meta name="twitter:image" content="{url}">
  <meta name="twitter:image:alt" content="{alt}">"""


@register.simple_tag
def summary_cities(summary: RecordSummary) -> str:
    """Returns the cities of an initiative, formatted as in its list. Returns "" for other records."""
    if not any(summary.cities.values()):
        return ""
    return city_roles_html(
        [lead_cell(name) for name in summary.cities[CityRole.LEAD]],
        [localized_html(name) for name in summary.cities[CityRole.PARTNER]],
        [localized_html(name) for name in summary.cities[CityRole.REFERENCE]],
    )


@register.simple_tag(takes_context=True)
def oembed_link(context, query: str = "", url: str = "") -> str:
    """Returns the discovery link to the oEmbed response of a URL, or of this page with another query string."""
    request = context["request"]
    url = url or request.build_absolute_uri(request.path) + query.removesuffix("?")
    return fill_template(
        _DISCOVERY, f"{request.build_absolute_uri(reverse('oembed'))}?{urlencode({'url': url})}"
    )


@register.simple_tag(takes_context=True)
def picture_of_list(context, list_query: ListQuery) -> str:
    """Metadata tags with the share picture of a list."""
    url = reverse("share-list", args=[list_query.listing.collection])
    query = list_query.filter_query.removesuffix("?")
    return _picture(context["request"], url + query, list_query.heading)


@register.simple_tag(takes_context=True)
def picture_of_record(context, record: Record) -> str:
    """Metadata tags with the share picture of a record."""
    url = reverse("share-record", args=[record.collection, record.slug])
    return _picture(context["request"], url, with_label(capfirst(record._meta.verbose_name), record))


def _picture(request: HttpRequest, url: str, alt: str) -> str:
    return fill_template(
        _PICTURE,
        url=f"{request.scheme}://{request.get_host()}{url}",
        width=str(share_picture.WIDTH),
        height=str(share_picture.HEIGHT),
        alt=alt,
    )
