"""The language of each answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Answers in the language of the address, and in the admin in the curator's own.

    Django's own middleware speaks English wherever the address has no prefix, so in the admin too, and tells caches
    that English pages differ by the reader's browser, which they do not.
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


# Where the address says nothing of the language.
ADMIN = "/admin/"


def is_language_selectable(request: HttpRequest) -> bool:
    """Whether the reader chooses the language, and not the address."""
    return request.path_info.startswith(ADMIN)


def request_language(request: HttpRequest) -> str:
    """The language of the address: English has no prefix. In the admin the one that was chosen there, else the first
    that the browser asks for and the site speaks.
    """
    if is_language_selectable(request):
        return translation.get_language_from_request(request)
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
