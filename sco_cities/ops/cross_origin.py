"""Cross-origin access, which means reading responses in scripts and framing pages."""

import re

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

from sco_cities.i18n.languages import LANGUAGE_PREFIX
from sco_cities.site.machine_paths import is_mcp, is_open_to_other_sites, is_reconciliation

from .request_info import is_personal

METHODS = "GET, HEAD, OPTIONS"
MCP_METHODS = "POST, OPTIONS"
RECONCILIATION_METHODS = "GET, HEAD, POST, OPTIONS"
EXPOSED_HEADERS = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Memento-Datetime, Retry-After, "
    "Unrecorded-Changes"
)
# Only conditional requests and range requests need a preflight.
REQUEST_HEADERS = "If-None-Match, If-Modified-Since, If-Range, Range"
# Headers sent by clients of the Model Context Protocol. Older versions also send a session id.
MCP_REQUEST_HEADERS = (
    "Accept, Content-Type, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, Last-Event-Id"
)
PREFLIGHT_MAX_AGE_S = 24 * 60 * 60


class CrossOriginMiddleware:
    """Sets the CORS headers of open files, and answers preflight requests.

    The headers are set by URL and outside the page cache, so that errors and cached responses have the same headers.
    Requests with a session are rejected, because the responses may be meant for a curator.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_personal(request) or not is_open_to_other_sites(request):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            del response["Content-Type"]
            methods, headers = _allowed(request)
            response["Allow"] = response["Access-Control-Allow-Methods"] = methods
            response["Access-Control-Allow-Headers"] = headers
            response["Access-Control-Max-Age"] = str(PREFLIGHT_MAX_AGE_S)
        else:
            response = self.get_response(request)
            response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _allowed(request: HttpRequest) -> tuple[str, str]:
    """The allowed methods and request headers of a URL."""
    if is_mcp(request):
        return MCP_METHODS, MCP_REQUEST_HEADERS
    return (RECONCILIATION_METHODS if is_reconciliation(request) else METHODS), REQUEST_HEADERS


# URLs of embeds, which other sites may frame, and of pages that preview an embed, in every language.
_EMBED = re.compile(rf"{LANGUAGE_PREFIX}(?:embed|reconcile/preview)/")
_EMBED_CODE = re.compile(rf"{LANGUAGE_PREFIX}embed-code/")


class FramePolicyMiddleware:
    """Lets any site frame embeds, and lets pages with a preview frame an embed.

    The headers are set by URL and outside the page cache, so that errors and cached responses have the same headers. A
    view cannot set them, because XFrameOptionsMiddleware forbids framing unless the response object itself is marked as
    exempt.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.get_embed = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(get_response))
        self.get_preview = csp_update({"frame-src": [SELF]})(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _EMBED.match(request.path_info):
            request.is_embed = True
            return self.get_embed(request)
        if _EMBED_CODE.match(request.path_info):
            return self.get_preview(request)
        return self.get_response(request)
