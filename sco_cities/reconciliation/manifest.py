"""The manifest of the service: what it offers, and where."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from .kinds import COLLECTIONS, type_document

VERSIONS = ("0.1", "0.2")
# Queries of one request: more are refused, and clients send half as many.
MAX_BATCH, BATCH_SIZE = 200, 100
# Records of one request for new columns.
MAX_EXTENDED = 1_000
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 300
_ID = "ID"


def manifest(request: HttpRequest) -> dict[str, Any]:
    """The manifest in the language of the address."""

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
        # The same in every language: cells that were reconciled in one are known in all.
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
