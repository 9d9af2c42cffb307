"""Endpoints of the service for queries (GET and POST), suggestions, flyouts and previews."""

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    UnreadablePostError,
)
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.embeds import views as embeds
from sco_cities.facet_index.refresh import facet_index
from sco_cities.site.machine_paths import problem_response

from . import answers
from .queries import COLLECTIONS, KINDS, RecordId, type_document

VERSIONS = ("0.1", "0.2")
# Maximum number of queries per request, and the recommended batch size in the manifest.
MAX_BATCH, BATCH_SIZE = 200, 100
# Maximum number of records in a request for property values.
MAX_EXTENDED = 1_000
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 300
_ID = "ID"


def manifest(request: HttpRequest) -> dict[str, Any]:
    """Returns the service manifest, in the language of the URL."""

    def url(name: str, *args: str) -> str:
        return request.build_absolute_uri(reverse(name, args=args))

    def with_id(name: str) -> str:
        return url(name, _ID).removesuffix(_ID) + "{{id}}"

    base = request.build_absolute_uri("/").rstrip("/")

    def service(name: str, flyout: str = "") -> dict[str, str]:
        paths = {"service_url": base, "service_path": reverse(name)}
        if flyout:
            paths |= {"flyout_service_url": base, "flyout_service_path": f"{reverse(flyout)}?id=${{id}}"}
        return paths

    return {
        "versions": list(VERSIONS),
        "name": _("SCO Cities"),
        # The URL is the same in every language, so that reconciled cells are valid in every language.
        "identifierSpace": f"{base}/reconcile/view/",
        "schemaSpace": f"{base}/reconcile/types/",
        "documentation": f"{url('api-docs')}#reconciliation",
        "logo": request.build_absolute_uri(static("img/favicon.svg")),
        "defaultTypes": [type_document(collection) for collection in COLLECTIONS],
        "view": {"url": with_id("reconcile-view")},
        "preview": {"url": with_id("reconcile-preview"), "width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {
            name: service(f"reconcile-suggest-{name}", f"reconcile-flyout-{name}")
            for name in ("entity", "type", "property")
        },
        "extend": {"propose_properties": service("reconcile-properties"), "property_settings": []},
        "batchSize": BATCH_SIZE,
    }


# Maximum length of a prefix. Longer prefixes are truncated, because search fields never contain so much text.
MAX_PREFIX, MAX_START = 200, 10_000


class InvalidRequest(ValueError):
    """Raised if the request as a whole is invalid. The message contains the reason."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def reconcile(request: HttpRequest) -> HttpResponse:
    """Returns the manifest, the candidates for `queries`, or the property values for `extend`.

    A CSRF check is not necessary, because queries change no data and the response does not depend on the user.
    """
    try:
        return _reconcile(request)
    except InvalidRequest as invalid:
        title = str(_("This request is invalid"))
        return problem_response(request, 400, "status-400", title, str(invalid))


def _reconcile(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" and request.path_info.endswith("/"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(reverse("reconcile") + (f"?{query}" if query else ""))
    try:
        parameters = request.POST if request.method == "POST" else request.GET
    except (UnreadablePostError, RequestDataTooBig, TooManyFieldsSent) as error:
        raise InvalidRequest(_("The form data is invalid.")) from error
    if "queries" in parameters:
        queries = _json(parameters["queries"], "queries")
        if not isinstance(queries, dict):
            raise InvalidRequest(_("“queries” must be a JSON object of queries."))
        if len(queries) > MAX_BATCH:
            raise InvalidRequest(_("Send at most %d queries at a time.") % MAX_BATCH)
        with facet_index(*COLLECTIONS) as state:
            return _answer(request, answers.results(queries, state, request.get_host()))
    if "extend" in parameters:
        document = _json(parameters["extend"], "extend")
        ids = document.get("ids") if isinstance(document, dict) else None
        if isinstance(ids, list) and len(ids) > MAX_EXTENDED:
            raise InvalidRequest(_("Send at most %d identifiers at a time.") % MAX_EXTENDED)
        with facet_index(*COLLECTIONS) as state:
            return _answer(request, answers.extension(document, state))
    if request.method == "POST":
        raise InvalidRequest(_("Send “queries” or “extend” as form data."))
    return _response(manifest(request))


def _json(text: str, name: str) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise InvalidRequest(_("“%s” is not valid JSON.") % name) from error


def _answer(request: HttpRequest, document: Any) -> HttpResponse:
    response = _response(document)
    if request.method == "POST":
        response["Cache-Control"] = "no-store"
    return response


def _response(document: Any) -> HttpResponse:
    return HttpResponse(orjson.dumps(document), content_type="application/json")


@require_safe
def view_record(request: HttpRequest, record: str) -> HttpResponse:
    """Redirects to the page of a record."""
    known = _known(record)
    return HttpResponseRedirect(reverse(f"{known.collection}-record", args=[known.slug]))


@require_safe
def preview(request: HttpRequest, record: str) -> HttpResponse:
    """Returns the card of a record for a small frame next to a table."""
    known = _known(record)
    return embeds.record(request, collection=known.collection, slug=known.slug)


def _known(text: str) -> RecordId:
    record = RecordId.parse(text)
    if record is None:
        raise Http404
    return record


@require_safe
def propose_properties(request: HttpRequest) -> HttpResponse:
    """Returns the properties of a type."""
    limit = request.GET.get("limit", "")
    return _response(
        answers.proposed_properties(
            request.GET.get("type", ""), int(limit) if _is_small_number(limit) else None
        )
    )


@require_safe
def suggest_entities(request: HttpRequest) -> HttpResponse:
    """Suggests records by the start of their name. Unknown parameters are ignored."""
    prefix, types = _prefix(request), [name for name in request.GET.getlist("type") if name in KINDS]
    with facet_index(*COLLECTIONS) as state:
        return _response(answers.suggested_entities(prefix, state, _start(request), types or COLLECTIONS))


@require_safe
def suggest_types(request: HttpRequest) -> HttpResponse:
    """Suggests types by name."""
    documents = [type_document(collection) for collection in COLLECTIONS]
    return _response(answers.suggestions(_prefix(request), documents, _start(request)))


@require_safe
def suggest_properties(request: HttpRequest) -> HttpResponse:
    """Suggests properties of any kind of record by name."""
    documents = [each.document() for each in answers.all_properties().values()]
    return _response(answers.suggestions(_prefix(request), documents, _start(request)))


def _prefix(request: HttpRequest) -> str:
    return request.GET.get("prefix", "")[:MAX_PREFIX].replace("\0", " ").strip()


def _start(request: HttpRequest) -> int:
    cursor = request.GET.get("cursor", "")
    return min(MAX_START, int(cursor)) if _is_small_number(cursor) else 0


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


@require_safe
def flyout(request: HttpRequest, kind: str) -> HttpResponse:
    """Returns a short description of a record, a type or a property. Returns status 404 if it does not exist."""
    identifier = request.GET.get("id", "")[:MAX_PREFIX]
    if kind == "property":
        html = answers.property_html(identifier)
    else:
        with facet_index(*COLLECTIONS) as state:
            html = (answers.entity_html if kind == "entity" else answers.type_html)(identifier, state)
    if html is None:
        raise Http404
    return _response({"id": identifier, "html": html})
