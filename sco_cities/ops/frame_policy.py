"""Which pages may be shown inside other pages: embeds and previews of candidates on any site, and nothing else."""

import re

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

from sco_cities.i18n.languages import LANGUAGE_PREFIX

# Pages that are made to be framed by other sites, and those that show a preview of one, in every language.
_EMBED = re.compile(rf"{LANGUAGE_PREFIX}(?:embed|reconcile/preview)/")
_EMBED_CODE = re.compile(rf"{LANGUAGE_PREFIX}embed-code/")


class FramePolicyMiddleware:
    """Lets any site frame embeds, and pages with a preview frame an embed.

    By URL and outside the page cache, so that errors and cached responses have the same headers. A view could not set
    them: XFrameOptionsMiddleware forbids framing unless the response object of this very request says otherwise.
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
