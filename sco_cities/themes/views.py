"""The list of themes, and each theme with who works on it and what is said about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sco_cities.browse.exports import csv_export
from sco_cities.browse.views import list_page
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.pages import for_record

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
    return render(
        request,
        "themes/theme.html",
        {
            "theme": theme,
            "footnotes": Footnotes(theme),
            "initiatives": theme.initiatives.published().for_mention(),
            "statements": theme.statements.published().for_mention(),
            "events": theme.events.published().for_mention(),
        },
    )
