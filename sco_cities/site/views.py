"""Pages about the site itself, robots.txt and security.txt."""

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from sco_cities.listings.exports import attribution

_TEXT = "text/plain; charset=utf-8"
# Paths excluded from crawling, because there are too many filtered lists and downloads repeat the content of pages.
# Crawlers of social networks are allowed, because they only fetch the title and picture of shared pages.
ROBOTS = """\
User-agent: Twitterbot
User-agent: facebookexternalhit
User-agent: LinkedInBot
Disallow: /admin/

User-agent: *
Disallow: /admin/
Disallow: /*correction-requests/
Disallow: /*?
Disallow: /*.csv
Disallow: /*.xlsx
Disallow: /*.geojson
Disallow: /*.json
Disallow: /*api/
Allow: /*api/docs/
Disallow: /*.atom
Disallow: /*.zip
Disallow: /*.sqlite3
Allow: /data/catalog.
Allow: /data/croissant.json

Sitemap: {sitemap}
"""
# The validity period of security.txt. The standard recommends less than a year.
VALID = datetime.timedelta(days=180)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Serves robots.txt with the exclusions for crawlers and the URL of the sitemap."""
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(ROBOTS.format(sitemap=sitemap), content_type=_TEXT)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Serves security.txt (RFC 9116) with the security contact. Returns status 404 if SECURITY_CONTACT is not set."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.datetime.now(datetime.UTC).date() + VALID
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        "Preferred-Languages: en, ru, zh",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=_TEXT)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Returns the page about the site, with its terms and data sources."""
    context = {
        "data_sources": attribution.data_sources,
        "licence": attribution.LICENCE,
        "licence_url": attribution.LICENCE_URL,
        "publisher": settings.PUBLISHER_NAME,
        "contact": settings.PUBLISHER_CONTACT,
    }
    return render(request, "site/about.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirects to the versioned URL of the icon."""
    return redirect(static("img/favicon.svg"))
