"""Serves descriptions of the data at fixed URLs, for harvesters, tools and assistants.

The documents are the data catalogue as Turtle (RDF 1.1) and as JSON-LD, the newest release as Croissant, and
`/llms.txt` (llmstxt.org). Turtle and JSON-LD are built from the same nodes, so they always agree. A node contains
"@id", "@type" and values by compact name. A value is a text, a number, {"@id": …}, {"@value": …, "@type": …},
{"@value": …, "@language": …}, a node without "@id", or a list of such values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.db import router
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.exports.attribution import FOOTNOTE_RULE, LICENCE, LICENCE_URL, declare_licence
from sco_cities.releases.stored_releases import newest_release, present_coverage, releases
from sco_cities.search.searchable_lists import COLLECTIONS, SEARCHABLE_LISTS
from sco_cities.site.signposts import absolute_urls

from .dcat import PREFIXES, Catalogue, Node
from .schema_dataset import croissant_document
from .sitemap import last_change

JSON_LD = "application/ld+json"
TURTLE = "text/turtle; charset=utf-8"


@require_safe
def catalogue_turtle(request: HttpRequest) -> HttpResponse:
    """Returns the data catalogue (DCAT-AP) as Turtle."""
    return _response(request, turtle(PREFIXES, _catalogue(request)).encode(), TURTLE)


@require_safe
def catalogue_json(request: HttpRequest) -> HttpResponse:
    """Returns the data catalogue as JSON-LD."""
    return _json(request, {"@context": PREFIXES, "@graph": _catalogue(request)})


@require_safe
def croissant(request: HttpRequest) -> HttpResponse:
    """Returns the newest release as Croissant. 404 if there is no release."""
    release = newest_release()
    if release is None:
        raise Http404
    return _json(request, croissant_document(absolute_urls(request), release))


def _catalogue(request: HttpRequest) -> list[Node]:
    with facet_index(*COLLECTIONS) as state:
        changes = [change for kind in SEARCHABLE_LISTS if (change := last_change(kind, state))]
        coverage = present_coverage(router.db_for_read(Initiative))
    changed_at = max(changes, default=None)
    return Catalogue(absolute_urls(request), releases(), changed_at, coverage).nodes()


def _json(request: HttpRequest, document: Node) -> HttpResponse:
    return _response(request, orjson.dumps(document, option=orjson.OPT_INDENT_2), JSON_LD)


def _response(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    declare_licence(response)
    return response


_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def turtle(prefixes: Mapping[str, str], nodes: Sequence[Node]) -> str:
    """Returns the Turtle document for `nodes`. Compact names begin with one of `prefixes`."""
    head = "".join(f"@prefix {name}: <{uri}> .\n" for name, uri in prefixes.items())
    return head + "".join(f"\n{_iri(node['@id'], prefixes)}{_body(node, prefixes)} .\n" for node in nodes)


def _body(node: Node, prefixes: Mapping[str, str], indent: str = "  ") -> str:
    return " ;".join(f"\n{indent}{line}" for line in _lines(node, prefixes, indent))


def _lines(node: Node, prefixes: Mapping[str, str], indent: str) -> Iterator[str]:
    for name, values in node.items():
        if name == "@id":
            continue
        listed = values if isinstance(values, list) else [values]
        if name == "@type":
            yield f"a {', '.join(listed)}"
        elif listed:
            yield f"{name} {', '.join(_object(value, prefixes, indent) for value in listed)}"


def _object(value: Any, prefixes: Mapping[str, str], indent: str) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _literal(value)
    if "@value" in value:
        language, kind = value.get("@language"), value.get("@type")
        return _literal(value["@value"]) + (f"@{language}" if language else f"^^{kind}")
    if "@id" in value:
        return _iri(value["@id"], prefixes)
    return f"[{_body(value, prefixes, indent + '  ')}\n{indent}]"


def _literal(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _iri(name: str, prefixes: Mapping[str, str]) -> str:
    if name.partition(":")[0] in prefixes:
        return name
    return "<{}>".format(_NOT_IN_IRI.sub(lambda match: f"%{ord(match[0]):02X}", name))


# The file contains Markdown, as the llms.txt proposal requires. It is served as plain text, which browsers display.
CONTENT_TYPE = "text/plain; charset=utf-8"
INTRODUCTION = f"""\
# SCO Cities

> What cities of the Shanghai Cooperation Organization (SCO) do together: initiatives, cities, countries, delegates, \
organisations, events, themes, statements and the press reports that support them.

- {FOOTNOTE_RULE} Coordinates, populations, ids and most names of cities are from Natural Earth, GeoNames and Wikidata.
- Cite the report that supports a value, and the URL of the page. If reports differ, give each reported value.
- The status gives the progress of an initiative: interest, proposed, agreed, under way, operating, completed, stalled \
or unknown. An interest or a proposal is not a project.
- Dates are as precise as the report (EDTF): `2025-05` is a month. `null` and an empty cell mean unknown.
- Pages are in English, in Russian below `/ru/` and in Chinese below `/zh-hans/`. They do not need scripts.
- The texts are summaries of reports in our own words, {LICENCE} ({LICENCE_URL}).
"""


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """Serves llms.txt with absolute URLs."""

    def link(label: str, name: str, note: str, *args: str, suffix: str = "") -> str:
        url = request.build_absolute_uri(reverse(name, args=args)) + suffix
        return f"- [{label}]({url}): {note}"

    lists = [
        f"- [{kind.collection}]({request.build_absolute_uri(reverse(f'{kind.collection}-list'))})"
        for kind in SEARCHABLE_LISTS
    ]
    sections = {
        "Questions": [
            link("MCP", "mcp", "server of the Model Context Protocol: search, fetch, list, count and cite records"),
            link("API", "api", "lists, records, search and changes as JSON; no key is needed"),
            link("API documentation", "api-docs", "parameters, columns and errors, with example requests"),
            link("OpenAPI", "api-openapi", "the same as OpenAPI 3.1"),
            link("Reconciliation", "reconcile", "matches names in a table to records (Reconciliation API 0.2)"),
        ],
        "Files": [
            link("Releases", "data", "all records as of a date, as permanent CSV and SQLite files; how to cite"),
            link("Metadata", "list-metadata", "the contents, files and citation of a filtered list; add a filter "
                 "such as `?country=kg`", "initiatives"),
            link("CSV", "initiatives-csv", "every list with the same filters; also `.jsonl`, `.xlsx`, `.zip`, "
                 "`.atom`, and `.geojson` of lists with places"),
            link("Ties", "ties-csv", "one row per pair of cities and initiative, such as `?country=cn,ru`: roles, "
                 "status, start, themes and URLs of reports; also `.json`. A report may name only some of the "
                 "cities of an initiative (`city_count`)"),
            link("Linked data", "jsonld-context", "vocabulary of the `.jsonld` of each record; `.json` and `.md` are "
                 "also available"),
        ],
        "Lists": lists,
        "Optional": [
            link("About", "about", "terms, how to read the pages, data sources and credits"),
            link("Sitemap", "sitemap", "every page, with its last change"),
        ],
    }  # fmt: skip
    parts = [INTRODUCTION, *("\n".join([f"## {title}", "", *lines, ""]) for title, lines in sections.items())]
    return HttpResponse("\n".join(parts), content_type=CONTENT_TYPE)
