"""The list of themes, and each theme with who works on it and what is said about it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.browse.exports import csv_export
from sco_cities.browse.views import list_page
from sco_cities.sources.pages import for_record, record_page
from sco_cities.sources.related import related

from .columns import THEMES
from .models import Theme


@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    """All themes, pillar by pillar."""
    return list_page(request, THEMES)


@require_safe
def theme_csv(request: HttpRequest) -> HttpResponse:
    """The list of themes as CSV."""
    return csv_export(request, THEMES)


@require_safe
@for_record(Theme)
def theme(request: HttpRequest, theme: Theme) -> HttpResponse:
    """A theme with its initiatives, statements and events."""
    return record_page(
        request,
        "themes/theme.html",
        theme,
        initiatives=related(theme.initiatives.published().for_mention(), theme=theme.slug),
        statements=theme.statements.published().for_mention(),
        events=related(theme.events.published().for_mention(), theme=theme.slug),
    )
