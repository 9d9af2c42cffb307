"""`/llms.txt` (llmstxt.org), a description of the site and its data for assistants."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sco_cities.listings.exports.attribution import FOOTNOTE_RULE, LICENCE, LICENCE_URL
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS

# The file contains Markdown, as the llms.txt proposal requires. It is served as plain text, which browsers display.
CONTENT_TYPE = "text/plain; charset=utf-8"
INTRODUCTION = f"""\
# SCO Cities

> What cities of the Shanghai Cooperation Organization (SCO) do together: initiatives, cities, countries, delegates, \
organisations, events, themes, statements and the press reports that say so.

- {FOOTNOTE_RULE} Coordinates, populations, ids and most names of cities are from Natural Earth, GeoNames and Wikidata.
- Cite the report behind a value and the address of the page. Where reports differ, say what each of them says.
- The status says how firm an initiative is: interest, proposed, agreed, under way, operating, completed, stalled or \
unknown. An interest or a proposal is no project.
- Dates are as exact as the report (EDTF): `2025-05` is a month. `null` and an empty cell mean unknown.
- Pages are in English, in Russian below `/ru/` and in Chinese below `/zh-hans/`. They need no script.
- The texts are summaries of reports in our own words, {LICENCE} ({LICENCE_URL}).
"""


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """Serves llms.txt with absolute URLs."""

    def link(label: str, name: str, note: str, *args: str, suffix: str = "") -> str:
        address = request.build_absolute_uri(reverse(name, args=args)) + suffix
        return f"- [{label}]({address}): {note}"

    lists = [
        f"- [{kind.collection}]({request.build_absolute_uri(reverse(f'{kind.collection}-list'))})"
        for kind in SEARCHABLE_LISTS
    ]
    sections = {
        "Questions": [
            link("MCP", "mcp", "server of the Model Context Protocol: search, fetch, list, count and cite records"),
            link("API", "api", "lists, records, search and changes as JSON; no key"),
            link("API documentation", "api-docs", "parameters, columns and errors, with requests that run"),
            link("OpenAPI", "api-openapi", "the same as OpenAPI 3.1"),
            link("Reconciliation", "reconcile", "which record a name in a table means (Reconciliation API 0.2)"),
        ],
        "Files": [
            link("Releases", "data", "all records of a day as CSV and SQLite files that stay as they are; how to cite"),
            link("Metadata", "list-metadata", "what a filtered list contains, its files and how to cite it; add a "
                 "filter such as `?country=kg`", "initiatives"),
            link("CSV", "initiatives-csv", "every list with the same filters; also `.jsonl`, `.xlsx`, `.zip`, "
                 "`.atom`, and `.geojson` of lists with places"),
            link("Ties", "ties-csv", "a row for each pair of cities and initiative, such as `?country=cn,ru`: roles, "
                 "status, since when, themes, addresses of reports; also `.json`. Reports are about all cities of an "
                 "initiative (`city_count`)"),
            link("Linked data", "jsonld-context", "the words of the `.jsonld` of each record; `.json` and `.md` exist "
                 "too"),
        ],
        "Lists": lists,
        "Optional": [
            link("About", "about", "terms, how to read the pages, data sources and credits"),
            link("Sitemap", "sitemap", "every page, with its last change"),
        ],
    }  # fmt: skip
    parts = [INTRODUCTION, *("\n".join([f"## {title}", "", *lines, ""]) for title, lines in sections.items())]
    return HttpResponse("\n".join(parts), content_type=CONTENT_TYPE)
