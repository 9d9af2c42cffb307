"""The language of each answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from .choice import is_choosable, language_of


class LanguageMiddleware:
    """Answers in the language of the address, and in the admin in the curator's own.

    Django's own middleware speaks English wherever the address has no prefix, so in the admin too, and tells caches
    that English pages differ by the reader's browser, which they do not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if is_choosable(request):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response
