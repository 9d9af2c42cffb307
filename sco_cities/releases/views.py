"""Views of the pages and files under /data/."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL, declare_licence
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from sco_cities.site.error_pages import conditional_response
from sco_cities.site.signposts import absolute_urls, add_signposts

from .column_dictionary import column_dictionary
from .release_files import DESCRIPTIONS, TITLE, citation
from .stored_releases import MANIFEST, Release, doi_url, newest_release, release, releases

IMMUTABLE = "public, max-age=31536000, immutable"
# 18 digits are sufficient for any file size.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_CHUNK_SIZE = 64 * 1024


# Django's `FileResponse` does not support ranges. WhiteNoise's `StaticFile` rejects ranges of one byte and ignores
# `If-Range`.
def file_response(
    request: HttpRequest, path: Path, *, etag: str, content_type: str, name: str
) -> HttpResponseBase:
    """Returns the file as a response that browsers save as `name`. Raises Http404 if the file does not exist.

    The status is 304 if the client already has the file, 412 if the client requires another version, and 206 or 416 for
    a range. Proxies must not compress the file, because the ETag is computed from its bytes.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Http404 from None
    response = conditional_response(request, etag) or _content(request, path, size, etag)
    response["Accept-Ranges"] = "bytes"
    if response.status_code >= 400:
        return response
    response["ETag"] = etag
    response["Cache-Control"] = IMMUTABLE
    if response.status_code in (200, 206):
        response["Content-Type"] = content_type
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        declare_licence(response)
    return response


def _content(request: HttpRequest, path: Path, size: int, etag: str) -> HttpResponseBase:
    asked = _range(request, size, etag)
    if asked is None:
        return FileResponse(path.open("rb"))
    if not asked:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_parts(path, asked), status=206)
    response["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{size}"
    response["Content-Length"] = str(len(asked))
    return response


def _range(request: HttpRequest, size: int, etag: str) -> range | None:
    """Returns the requested byte range. It is empty if the file lacks these bytes, and None for the entire file.

    Multiple ranges and malformed ranges are ignored, as RFC 9110 allows.
    """
    asked = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").strip())
    if request.method != "GET" or asked is None or request.META.get("HTTP_IF_RANGE", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(size - int(last), 0), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last or size), size - 1) + 1)


def _parts(path: Path, asked: range) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(asked.start)
        remaining = len(asked)
        while remaining and (part := file.read(min(remaining, _CHUNK_SIZE))):
            remaining -= len(part)
            yield part


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Renders the newest release with its files, the earlier releases, and the meaning of columns."""
    stored = releases()
    context = {
        "release": _context(request, stored[0]) if stored else None,
        "earlier": stored[1:],
        "tables": [
            (name, list(entries))
            for name, entries in groupby(column_dictionary(), key=lambda entry: entry.table)
        ],
        "latest": request.build_absolute_uri(reverse("latest-file", args=["initiatives.csv"])),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    response = render(request, "releases/data.html", context)
    absolute = absolute_urls(request)
    links = [(absolute(reverse("catalogue-turtle")), "describedby", "text/turtle")]
    if stored:
        links.append((absolute(reverse("croissant")), "describedby", "application/ld+json"))
    with translation.override("en"):
        cite_as = doi_url() or absolute(reverse("data"))
    add_signposts(response, cite_as, links, kind="DataCatalog")
    return response


@require_safe
def release_page(request: HttpRequest, date: str) -> HttpResponse:
    """Renders a release with its files and its citation."""
    found = _or_404(release(date))
    newest = newest_release()
    context = {
        "release": _context(request, found),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "newer": newest if newest.date != found.date else None,
    }
    response = render(request, "releases/release.html", context)
    absolute = absolute_urls(request)
    links = [
        (absolute(reverse("release-file", args=[found.date, name])), relation, media_type.partition(";")[0])
        for name, relation, media_type in (
            (MANIFEST, "describedby", "application/json"),
            *((file.name, "item", file.media_type) for file in found.files),
        )
    ]
    with translation.override("en"):
        cite_as = absolute(found.get_absolute_url())
    add_signposts(response, cite_as, links, kind="Dataset")
    return response


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """Redirects to the page of the newest release."""
    return redirect(_or_404(newest_release()))


@require_safe
def latest_file(request: HttpRequest, name: str) -> HttpResponse:
    """Redirects to a file of the newest release."""
    newest = _or_404(newest_release())
    if newest.file(name) is None:
        raise Http404
    return redirect("release-file", newest.date, name)


@require_safe
def release_file(request: HttpRequest, date: str, name: str) -> HttpResponseBase:
    """Returns a file of a release, which clients may cache forever."""
    found = _or_404(release(date))
    file = found.file(name)
    if file is None:
        raise Http404
    # The name of a downloaded file is "sco-cities-2026-11-28.zip" or "sco-cities-2026-11-28-evidence.csv".
    ending = name.removeprefix("sco-cities")
    saved_name = f"sco-cities-{date}{ending}" if ending.startswith(".") else f"sco-cities-{date}-{name}"
    etag = f'"{file.sha256}"'
    return file_response(request, file.path, etag=etag, content_type=file.media_type, name=saved_name)


@require_safe
def releases_document(request: HttpRequest) -> HttpResponse:
    """Returns the manifests of all releases as JSON, newest first, with the URLs of their files."""
    document = {
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "releases": [
            each.manifest
            | {
                "url": _page_url(request, each),
                "manifest": _file_url(request, each, MANIFEST),
                "files": [
                    entry | {"url": _file_url(request, each, entry["name"])}
                    for entry in each.manifest["files"]
                ],
            }
            for each in releases()
        ],
    }
    response = HttpResponse(orjson.dumps(document), content_type="application/json")
    declare_licence(response)
    return response


def _file_url(request: HttpRequest, found: Release, name: str) -> str:
    return request.build_absolute_uri(reverse("release-file", args=[found.date, name]))


def _context(request: HttpRequest, found: Release) -> dict[str, Any]:
    rows = found.rows
    return {
        "date": found.date,
        "day": found.day,
        "cite_as": citation(found.date, _page_url(request, found)),
        "doi": settings.DOI,
        "doi_url": doi_url(),
        "title": f"{TITLE} (release {found.date})",
        "cited_url": _page_url(request, found),
        "files": [
            {
                "name": file.name,
                "description": DESCRIPTIONS.get(file.name, file.description),
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in found.files
        ],
        "manifest": MANIFEST,
        "rows": [
            (each.listing.title, rows[each.collection])
            for each in SEARCHABLE_LISTS
            if each.collection in rows
        ],
    }


def _page_url(request: HttpRequest, found: Release) -> str:
    """Returns the URL for citations, which is the same in every language."""
    with translation.override("en"):
        return request.build_absolute_uri(found.get_absolute_url())


def _or_404(found: Release | None) -> Release:
    if found is None:
        raise Http404
    return found
