"""The page of a theme."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.related_records import related_records
from sco_cities.sources.views import for_record, record_page

from .models import Theme


@require_safe
@for_record(Theme)
def theme(request: HttpRequest, theme: Theme) -> HttpResponse:
    """Shows a theme with participating cities and countries, initiatives by status, statements and events."""
    with facet_index(theme.collection) as state:
        statements, events = (
            len(state.filter_keys(kind, "theme", theme.pk)) for kind in ("statements", "events")
        )
        return record_page(
            request,
            "themes/theme.html",
            theme,
            statements=related_records(
                theme.statements.published().for_mention(), statements, theme=theme.slug
            ),
            events=related_records(theme.events.published().for_mention(), events, theme=theme.slug),
        )
