"""City ties in the API. There is a row for each pair of cities in each initiative."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.columns import INITIATIVES
from initiatives.models import CityRole
from sco_cities.dashboard.ties.files import CITY_COUNT, COLUMNS, INITIATIVE, TieRows
from sco_cities.dashboard.ties.query import TiesMixin
from sco_cities.listings.exports.params import COLUMNS as COLUMNS_PARAMETER
from sco_cities.listings.exports.params import LABELS
from sco_cities.listings.list_query import PER_PAGE

from .column_schema import column_schemas, labelled
from .json_schema import TEXT, URL, Schema, enum_of, object_of
from .list_document import page_document
from .list_parameters import AFTER, FACETS, FACETS_ALL, FOOTNOTES, SLUG, ListParameters
from .parameter_schema import list_parameters

TIES_PATH = "/api/ties/"
# List parameters that ties do not accept, because the rows are not records and have fixed columns.
_NOT_OF_TIES = (COLUMNS_PARAMETER, FACETS, FACETS_ALL, FOOTNOTES)


class TieParameters(TiesMixin, ListParameters):
    """The validated query of the ties. A page contains all rows of its initiatives."""

    @property
    def api_parameters(self):
        return (LABELS, SLUG, AFTER)

    @property
    def path(self):
        return reverse("api-ties")


def ties_document(query: TieParameters, request: HttpRequest) -> dict[str, Any]:
    """A page of ties for a valid query, with the total number of rows and links to other pages."""
    initiatives_url = request.build_absolute_uri(reverse("initiatives-list"))
    rows = TieRows(query, labels=query.export.labels)
    return page_document(
        query,
        request,
        query.row_count,
        lambda keys: rows.objects(keys, lambda slug: f"{initiatives_url}{slug}/") if keys else (),
    )


def ties_operation(page: Schema, errors: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI operation that lists ties."""
    parameters = [each for each in list_parameters(INITIATIVES) if each["name"] not in _NOT_OF_TIES]
    for each in parameters:
        if each["name"] == PER_PAGE:
            each["description"] = _(
                "The number of initiatives of a page; all rows of an initiative are on the same page."
            )
    return {
        "operationId": "list_ties",
        "summary": _("Pairs of cities, with each initiative that they share"),
        "description": _(
            "The filters are the same as for initiatives. “country”, “with_country”, “city” and “with_city” hold "
            "for the two cities of a row as well: with “country=cn,ru” one city is in China and the other one in "
            "Russia, and the place that the query names first comes first."
        ),
        "tags": ["ties"],
        "parameters": parameters,
        "responses": {"200": page} | errors,
    }


def tie_schema() -> Schema:
    """The JSON schema of a row."""
    texts = {
        "": (_("The first city, by slug"), _("Its country, by code"), _("Its role in the initiative")),
        "with_": (_("The other city, by slug"), _("Its country, by code"), _("Its role in the initiative")),
    }
    roles = enum_of(dict(CityRole.choices))
    properties: dict[str, Schema] = {"url": URL | {"description": _("The page of the initiative")}}
    for prefix, (city, country, role) in texts.items():
        properties |= {
            **labelled(f"{prefix}city", TEXT | {"description": city}),
            **labelled(f"{prefix}country", {"type": ["string", "null"], "description": country}),
            f"{prefix}role": roles | {"description": role},
        }
    count = _(
        "The number of cities of the initiative. Footnotes on cities are about all of them: if there are more than "
        "two, a report need not name both cities of a row."
    )
    properties |= {
        INITIATIVE: TEXT | {"description": _("The initiative, by slug")},
        CITY_COUNT: {"type": "integer", "description": count},
    }
    required = [name for name in properties if not name.endswith("_names")]
    for column in COLUMNS:
        schemas = column_schemas(INITIATIVES, column)
        properties |= schemas
        required += [name for name in schemas if not name.endswith("_names")]
    return object_of(properties, required)
