"""The titles of reports on pages: a report without a title is called by our description of it."""

from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template
from sco_cities.i18n.languages import html_language
from sco_cities.sources.models import Report

# How the data describes a page that has no title: "(Opening of the forum; no title in the stored copy)".
_REASON = "; no title in the stored copy"


def report_title(report: Report) -> str:
    """The title of a report as HTML; in second ink, "Untitled report: ..." if it has none."""
    title = report.title
    if not (title.startswith("(") and title.endswith(")")):
        return escape(title)
    description = title[1:-1].removesuffix(_REASON)
    before, _placeholder, after = _("Untitled report: %(description)s").partition("%(description)s")
    html = '<span class="untitled" lang="{}">{}<span lang="en">{}</span>{}</span>'
    return fill_template(html, html_language(get_language() or "en"), before, description, after)
