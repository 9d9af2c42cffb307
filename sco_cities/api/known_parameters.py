"""The query string of an address that knows only some parameters."""

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from sco_cities.listings import querystring
from sco_cities.listings.query_errors import ErrorCode, QueryError


def read_parameters(request: HttpRequest, *known: str) -> tuple[QueryDict, dict[str, list[QueryError]]]:
    """The parameters of a request, and the mistakes by parameter: each that is not `known` is one."""
    params, problem = querystring.read(request)
    mistakes = {"": [QueryError(problem, ErrorCode.TOO_LONG)]} if problem else {}
    for name in sorted(set(params).difference(known)):
        sentence = _("Unknown parameter. Correct or remove it.")
        mistakes[name] = [QueryError(sentence, ErrorCode.UNKNOWN_PARAMETER)]
    return params, mistakes
