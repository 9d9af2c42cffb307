"""Template tags that describe the data for search engines in the head of pages."""

import orjson
from django import template

from sco_cities.core.html import json_ld_element
from sco_cities.discovery.schema_dataset import dataset_document
from sco_cities.releases.stored_releases import newest_release
from sco_cities.site.signposts import absolute_urls

register = template.Library()


@register.simple_tag(takes_context=True)
def dataset_description(context) -> str:
    """Renders the description of the data as a schema.org `Dataset`."""
    document = dataset_document(absolute_urls(context["request"]), newest_release())
    return json_ld_element(orjson.dumps(document).decode())
