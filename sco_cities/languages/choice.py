"""In which language a request is answered, as far as its address and its headers tell."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

# Where the address says nothing of the language.
ADMIN = "/admin/"


def is_choosable(request: HttpRequest) -> bool:
    """Whether the reader chooses the language, and not the address."""
    return request.path_info.startswith(ADMIN)


def language_of(request: HttpRequest) -> str:
    """The language of the address: English has no prefix. In the admin the one that was chosen there, else the first
    that the browser asks for and the site speaks.
    """
    if is_choosable(request):
        return translation.get_language_from_request(request)
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
