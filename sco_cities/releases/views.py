"""The pages and files below /data/."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL, declare_licence
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS

from .column_dictionary import DictionaryEntry, column_dictionary
from .file_response import file_response
from .release_texts import DESCRIPTIONS, citation
from .stored_releases import MANIFEST, Release, newest_release, release, releases


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The newest release with its files, the earlier ones, and what the columns mean."""
    stored = releases()
    context = {
        "release": _context(request, stored[0]) if stored else None,
        "earlier": stored[1:],
        "tables": _tables(),
        "latest": request.build_absolute_uri(reverse("latest-file", args=["initiatives.csv"])),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    return _of_files(render(request, "releases/data.html", context))


@require_safe
def release_page(request: HttpRequest, date: str) -> HttpResponse:
    """A release with its files and how to cite it."""
    found = _release_or_404(date)
    newest = newest_release()
    context = {
        "release": _context(request, found),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "newer": newest if newest.date != found.date else None,
    }
    return _of_files(render(request, "releases/release.html", context))


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """A redirect to the page of the newest release."""
    return redirect(_newest_or_404())


@require_safe
def latest_file(request: HttpRequest, name: str) -> HttpResponse:
    """A redirect to a file of the newest release."""
    newest = _newest_or_404()
    if newest.file(name) is None:
        raise Http404
    return redirect("release-file", newest.date, name)


@require_safe
def release_file(request: HttpRequest, date: str, name: str) -> HttpResponseBase:
    """A file of a release; it never changes."""
    found = _release_or_404(date)
    file = found.file(name)
    if file is None:
        raise Http404
    return file_response(
        request,
        file.path,
        etag=f'"{file.sha256}"',
        content_type=file.media_type,
        name=_saved_name(date, name),
    )


def _saved_name(date: str, name: str) -> str:
    """The name for a downloaded file: "sco-cities-2026-11-28.zip", "sco-cities-2026-11-28-evidence.csv"."""
    ending = name.removeprefix("sco-cities")
    return f"sco-cities-{date}{ending}" if ending.startswith(".") else f"sco-cities-{date}-{name}"


@require_safe
def releases_document(request: HttpRequest) -> HttpResponse:
    """The manifests of all releases, the newest first, with the addresses of their files."""
    document = {
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "releases": [_with_addresses(request, each) for each in releases()],
    }
    response = HttpResponse(orjson.dumps(document), content_type="application/json")
    declare_licence(response)
    return _of_files(response)


def _with_addresses(request: HttpRequest, each: Release) -> dict[str, Any]:
    return each.manifest | {
        "url": _address(request, each),
        "manifest": request.build_absolute_uri(reverse("release-file", args=[each.date, MANIFEST])),
        "files": [
            entry
            | {"url": request.build_absolute_uri(reverse("release-file", args=[each.date, entry["name"]]))}
            for entry in each.manifest["files"]
        ],
    }


def _context(request: HttpRequest, found: Release) -> dict[str, Any]:
    rows = found.rows
    return {
        "date": found.date,
        "day": found.day,
        "address": found.get_absolute_url(),
        "cite_as": citation(found.date, _address(request, found)),
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


def _address(request: HttpRequest, found: Release) -> str:
    """The address for citations: the same in every language."""
    with translation.override("en"):
        return request.build_absolute_uri(found.get_absolute_url())


def _tables() -> Iterator[tuple[str, list[DictionaryEntry]]]:
    for name, entries in groupby(column_dictionary(), key=lambda entry: entry.table):
        yield name, list(entries)


def _release_or_404(date: str) -> Release:
    found = release(date)
    if found is None:
        raise Http404
    return found


def _newest_or_404() -> Release:
    found = newest_release()
    if found is None:
        raise Http404
    return found


def _of_files(response: HttpResponse) -> HttpResponse:
    """Keeps the response out of the page cache, which knows when the database changes, and nothing of files."""
    response.is_from_files = True
    return response
