"""City ties in the API, with a row for each pair of cities in each initiative."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.columns import INITIATIVES
from initiatives.models import CityRole
from sco_cities.dashboard.ties import CITY_COUNT, COLUMNS, INITIATIVE, TieRows, TiesMixin
from sco_cities.listings.exports.params import COLUMNS as COLUMNS_PARAMETER
from sco_cities.listings.exports.params import LABELS
from sco_cities.listings.list_query import PER_PAGE

from .json_schema import TEXT, URL, Schema, column_schemas, enum_of, labelled, object_of
from .list_document import page_document
from .list_parameters import AFTER, FACETS, FACETS_ALL, FOOTNOTES, SLUG, ListParameters, list_parameters

TIES_PATH = "/api/ties/"
# List parameters that ties do not support, because rows are not records and the columns are fixed.
_NOT_OF_TIES = (COLUMNS_PARAMETER, FACETS, FACETS_ALL, FOOTNOTES)


class TieParameters(TiesMixin, ListParameters):
    """The validated query of the list of ties. A page contains all rows of its initiatives."""

    @property
    def api_parameters(self):
        return (LABELS, SLUG, AFTER)

    @property
    def path(self):
        return reverse("api-ties")


def ties_document(query: TieParameters, request: HttpRequest) -> dict[str, Any]:
    """Returns a page of ties for a valid query, with the total number of rows and links to other pages."""
    initiatives_url = request.build_absolute_uri(reverse("initiatives-list"))
    rows = TieRows(query, labels=query.export.labels)
    return page_document(
        query,
        request,
        query.row_count,
        lambda keys: rows.objects(keys, lambda slug: f"{initiatives_url}{slug}/") if keys else (),
    )


def ties_operation(page: Schema, errors: dict[str, Any]) -> dict[str, Any]:
    """Returns the OpenAPI operation that lists ties."""
    parameters = [each for each in list_parameters(INITIATIVES) if each["name"] not in _NOT_OF_TIES]
    for each in parameters:
        if each["name"] == PER_PAGE:
            each["description"] = _(
                "The number of initiatives per page. All rows of an initiative are on the same page."
            )
    return {
        "operationId": "list_ties",
        "summary": _("Pairs of cities with their joint initiatives"),
        "description": _(
            "The filters are the same as for initiatives. “country”, “with_country”, “city” and “with_city” also "
            "apply to the two cities of a row. For example, “country=cn,ru” returns rows with one city in China and "
            "the other in Russia. If the query names two places, the first city belongs to the first place."
        ),
        "tags": ["ties"],
        "parameters": parameters,
        "responses": {"200": page} | errors,
    }


def tie_schema() -> Schema:
    """Returns the JSON schema of a row."""
    texts = {
        "": (_("The slug of the first city"), _("The code of its country"), _("Its role in the initiative")),
        "with_": (
            _("The slug of the other city"),
            _("The code of its country"),
            _("Its role in the initiative"),
        ),
    }
    roles = enum_of(dict(CityRole.choices))
    properties: dict[str, Schema] = {"url": URL | {"description": _("The URL of the initiative's page")}}
    for prefix, (city, country, role) in texts.items():
        properties |= {
            **labelled(f"{prefix}city", TEXT | {"description": city}),
            **labelled(f"{prefix}country", {"type": ["string", "null"], "description": country}),
            f"{prefix}role": roles | {"description": role},
        }
    count = _(
        "The number of cities in the initiative. A footnote on cities supports all cities of the "
        "initiative. If there are more than two, its report may name one city of a row or none."
    )
    properties |= {
        INITIATIVE: TEXT | {"description": _("The slug of the initiative")},
        CITY_COUNT: {"type": "integer", "description": count},
    }
    required = [name for name in properties if not name.endswith("_names")]
    for column in COLUMNS:
        schemas = column_schemas(INITIATIVES, column)
        properties |= schemas
        required += [name for name in schemas if not name.endswith("_names")]
    return object_of(properties, required)
