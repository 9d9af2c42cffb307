"""What every answer of the site carries, and what is refused before any view sees it."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers
from zlib_ng import zlib_ng

from sco_cities.site.error_pages import too_large

from .request_info import accepts_gzip, is_in_admin, is_personal

# Abilities of the browser that no page here has a use for.
_UNUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    # Other sites may link here, and fetch what is open with CORS, but not embed it.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{ability}=()" for ability in _UNUSED_FEATURES),
}
PUBLIC_CACHING = "public, max-age=0, must-revalidate"
SAFE_METHODS = ("GET", "HEAD")
# The form of gzip, as zlib calls it.
GZIP = zlib_ng.MAX_WBITS | 16
# Shorter pages are left as they are.
SHORT = 200


class HeadersMiddleware(SecurityMiddleware):
    """The headers of HEADERS and of Django's SecurityMiddleware, on whatever answer.

    SecurityMiddleware is listed further in as well, where it redirects to HTTPS. An unknown Host makes it
    raise, and the error page that results is made outside it: only a middleware still further out can give
    that page its headers.
    """

    def process_request(self, request):
        return None

    def process_response(self, request, response):
        response = super().process_response(request, response)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class HeadMiddleware:
    """Leaves the body out for HEAD, which the web server would drop, with a warning in its log each time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()
            else:
                # Content-Length stays what it is for GET.
                response.content = b""
        return response


class RequestValidationMiddleware:
    """Refuses what no view should have to think of: NUL bytes, huge bodies, writing to public pages.

    The method is judged before Django's CSRF check, so that a POST to a public page is told that the page is
    read only (405) and not that a token is missing (403).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            # PostgreSQL refuses to compare with a text that has one, which would be a 500.
            raise Http404
        if "\0" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            # Written as "\000" in the header. Not a key that this site gave out.
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        if _body_size(request) > settings.MAX_BODY_SIZE:
            return too_large(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs):
        in_admin = is_in_admin(request)
        allowed = (*SAFE_METHODS, "OPTIONS", "POST") if in_admin else SAFE_METHODS
        if request.method not in allowed:
            return HttpResponseNotAllowed(allowed)
        if in_admin and "%00" in request.META["QUERY_STRING"]:
            # Public pages show the error beside the filter; the admin would hand it to the database.
            raise BadRequest("NUL byte in the query string")
        return None


def _body_size(request: HttpRequest) -> int:
    # Django takes a body without a length, or with one that is no number, for empty.
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class CacheControlMiddleware:
    """Says who may keep an answer: everybody a public one, nobody a personal one or an error.

    A kept page is asked about again each time it is wanted, because it must never be older than the data.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_personal(request) or response.cookies:
            response["Cache-Control"] = "private, no-store"
        elif response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", PUBLIC_CACHING)
        return response


class TextGZipMiddleware(GZipMiddleware):
    """Django's compression, kept to text (a workbook is compressed already), and quicker for what is public.

    Secrets cannot be guessed from the size of an answer (BREACH): public pages have none, the admin's CSRF
    tokens are masked anew in each answer, and Django adds a random length to it.
    """

    TEXT = ("text/", "application/json", "application/geo+json", "application/atom+xml")

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith(self.TEXT) or "Content-Encoding" in response:
            return response
        accepts = accepts_gzip(request)
        if accepts and not response.streaming and (is_personal(request) or len(response.content) < SHORT):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        if not accepts:
            return response
        if response.streaming:
            # Django's holds 300 kB of CSV back before it sends any.
            response.streaming_content = _gzip_blocks(response.streaming_content)
            del response["Content-Length"]
        else:
            response.content = _gzip(response.content)
            response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        return response


# zlib-ng in place of Python's zlib: the page of a list comes to the same size in 0.5 ms and not 1.3. The same page is
# the same bytes, in whatever process: browsers ask by its hash whether it changed.
def _gzip(page: bytes) -> bytes:
    return zlib_ng.compress(page, level=5, wbits=GZIP)


def _gzip_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Each block is compressed and sent as soon as it is there: quicker than rows are made."""
    compressor = zlib_ng.compressobj(level=2, wbits=GZIP)
    for block in blocks:
        yield compressor.compress(block) + compressor.flush(zlib_ng.Z_SYNC_FLUSH)
    yield compressor.flush()


class EarlyFlushMiddleware:
    """Makes the first block of a streamed answer before its status is sent.

    A database that is away by then is a 503 that says so, and not a 200 that breaks off.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming and not response.is_async and not isinstance(response, FileResponse):
            blocks = iter(response.streaming_content)
            first = list(islice(blocks, 1))
            response.streaming_content = chain(first, blocks)
        return response
