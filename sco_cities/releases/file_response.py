"""Sends a file of a release: whole, or the range of bytes that a client asks for (RFC 9110).

`FileResponse` of Django knows no ranges, and `StaticFile` of WhiteNoise refuses a range of one byte and does not know
`If-Range`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.site.error_pages import conditional_response

IMMUTABLE = "public, max-age=31536000, immutable"
# Not more digits than the size of a file has.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_CHUNK_SIZE = 64 * 1024


def file_response(
    request: HttpRequest, path: Path, *, etag: str, content_type: str, name: str
) -> HttpResponseBase:
    """The file, under `name` if it is saved.

    Status 304 if the client has it, 412 if it accepts only another version, 206 or 416 if it asks for a range.

    The ETag is that of the bytes, so it must not be compressed on its way. 404 if the file does not exist.
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
    """The bytes that the client asks for; empty if there are none. None for the whole file.

    Several ranges at once, and what is no range, count as none, as the standard allows.
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
