"""The site's languages with their native names, and language selection per request."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

SITE_LANGUAGE_NAMES = {"en": ("EN", "English"), "ru": ("РУ", "Русский"), "zh-hans": ("中文", "中文")}
# Language codes that are suffixes of text columns, the main language first.
TEXT_LANGUAGES = ("en", "ru", "zh")
# A regular expression for the beginning of a path in any language, such as "/" or "/ru/".
LANGUAGE_PREFIX = rf"/(?:(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/)?"


def html_language(code: str) -> str:
    """Returns the value of HTML's lang attribute for a language code of the site ("zh-hans") or of a field ("zh")."""
    return "zh-Hans" if code in ("zh", "zh-hans") else code


def active_language() -> str:
    """Returns the two-letter code of the reader's language. It is the suffix of the text columns in this language."""
    return (get_language() or "en")[:2]


@cache
def preference_order(language: str) -> tuple[str, str, str]:
    """Returns the languages in order of preference for readers of `language`, with `language` first, then English."""
    first, second, third = sorted(TEXT_LANGUAGES, key=lambda each: each != language)
    return first, second, third


class LanguageMiddleware:
    """Activates the language of the URL, or the curator's language in the admin.

    Django's middleware uses English for all URLs without a prefix, including the admin. It also sets `Vary:
    Accept-Language` on English pages, although they do not depend on that header.
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
    """Returns True if the user can select the language. Otherwise, the URL determines it."""
    return request.path_info.startswith(ADMIN)


def request_language(request: HttpRequest) -> str:
    """Returns the language of the URL. URLs of English pages have no language prefix.

    In the admin, it is the selected language or, if none is selected, the supported language that the reader prefers.
    """
    if is_language_selectable(request):
        return translation.get_language_from_request(request)
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
