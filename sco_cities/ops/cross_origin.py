"""Which responses scripts on other sites may read: the API, exports and feeds, and nothing that is personal."""

from django.http import HttpRequest, HttpResponse

from sco_cities.site.machine_paths import is_mcp, is_open_to_other_sites, is_reconciliation

from .request_info import is_personal

METHODS = "GET, HEAD, OPTIONS"
MCP_METHODS = "POST, OPTIONS"
RECONCILIATION_METHODS = "GET, HEAD, POST, OPTIONS"
EXPOSED_HEADERS = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Memento-Datetime, Retry-After, "
    "Unrecorded-Changes"
)
# Conditional requests and those for ranges are the only ones that need a preflight.
REQUEST_HEADERS = "If-None-Match, If-Modified-Since, If-Range, Range"
# What clients of the Model Context Protocol send; those of older versions also send the id of a session.
MCP_REQUEST_HEADERS = (
    "Accept, Content-Type, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, Last-Event-Id"
)
PREFLIGHT_MAX_AGE_S = 24 * 60 * 60


class CrossOriginMiddleware:
    """Sets the CORS headers of open files, and answers preflight requests.

    By URL and outside the page cache, so that errors and cached responses have the same headers. Requests with a
    session are refused: their responses may be those of a curator.
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
    """The methods and the request headers of a URL."""
    if is_mcp(request):
        return MCP_METHODS, MCP_REQUEST_HEADERS
    return (RECONCILIATION_METHODS if is_reconciliation(request) else METHODS), REQUEST_HEADERS
