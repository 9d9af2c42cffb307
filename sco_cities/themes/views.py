"""The page of a theme: who works on it and what is said about it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.sources.pages import for_record, record_page
from sco_cities.sources.related import related

from .models import Theme


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
