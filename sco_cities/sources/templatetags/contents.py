"""The table of contents of a long page, built from the headings of its sections."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from sco_cities.site.templatetags.site import plain_text

register = template.Library()

# Pages with fewer sections have no table of contents.
MIN_SECTIONS = 5
# The id of a section about the page itself.
_ABOUT_PAGE = "changes"
_HEADING = re.compile(r'<h2 id="([\w-]+)"[^>]*>(.*?)</h2>', re.DOTALL)


@register.simple_block_tag(end_name="endcontents")
def contents(content: str) -> str:
    """A table of contents followed by the content of the page. Each <h2> with an id starts a section."""
    sections = [
        (anchor, plain_text(heading))
        for anchor, heading in _HEADING.findall(content)
        if anchor != _ABOUT_PAGE
    ]
    if len(sections) < MIN_SECTIONS:
        return content
    return format_html(
        '<nav class="contents related-links" aria-label="{}"><ul>{}</ul></nav>\n{}',
        _("On this page"),
        format_html_join("", '<li><a href="#{}">{}</a></li>', sections),
        content,
    )
