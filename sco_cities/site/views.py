"""Pages about the site itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from sco_cities.listings.exports import attribution


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How to read the site, the meaning of its terms, and its data sources."""
    context = {
        "data_sources": attribution.data_sources,
        "licence": attribution.LICENCE,
        "licence_url": attribution.LICENCE_URL,
    }
    return render(request, "site/about.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """A redirect to the versioned URL of the icon."""
    return redirect(static("img/favicon.svg"))
