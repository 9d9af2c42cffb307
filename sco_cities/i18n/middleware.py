"""The language of each response."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Uses the language of the URL, and in the admin the curator's language.

    Django's own middleware uses English for all URLs without a prefix, including the admin. It also sets `Vary:
    Accept-Language` on English pages, although they do not depend on it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request_language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if is_language_selectable(request):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


# URLs without a language prefix.
ADMIN = "/admin/"


def is_language_selectable(request: HttpRequest) -> bool:
    """Whether the user selects the language instead of the URL."""
    return request.path_info.startswith(ADMIN)


def request_language(request: HttpRequest) -> str:
    """The language of the URL, where English has no prefix.

    In the admin, the selected language, or the first one accepted by both the browser and the site.
    """
    if is_language_selectable(request):
        return translation.get_language_from_request(request)
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
