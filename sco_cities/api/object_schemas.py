"""JSON schemas of objects that are used in several API responses, with descriptions of their properties."""

from django.utils.translation import gettext as _

from sco_cities.history.public_changes import ChangeKind
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.search.searchable_lists import LIST_TITLES
from sco_cities.sources.models import Qualifier, Stance

from .json_schema import (
    DAY_OR_NULL,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    URL,
    URL_OR_NULL,
    Schema,
    array_of,
    enum_of,
    note,
    object_of,
    reference,
)
from .problem_types import CODE_MEANINGS

_COUNT: Schema = {"type": "integer", "minimum": 0}
_HITS = array_of(reference("SearchHit"))
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


def object_schemas() -> dict[str, Schema]:
    """Maps names to the schemas of lists, notes, figures and errors."""
    facets = {"type": "object", "additionalProperties": reference("Facet")}
    page = {
        "count": NUMBER | note(_("The number of matching records on all pages")),
        "page_url": URL_OR_NULL
        | note(_("The web page with the same filters; for one slug, the record's page; for several, null")),
        "first": URL | note(_("The first page")),
        "previous": TEXT_OR_NULL
        | note(_("The previous page; null on the first page and whenever a cursor is used")),
        "next": TEXT_OR_NULL | note(_("The next page; null on the last page")),
        "facets": facets
        | note(
            _("Maps each filter to its options, with the number of records that match if the option is added")
        ),
    }
    option = object_of({"value": TEXT, "label": TEXT, "count": NUMBER})
    facet = {
        "values": array_of(option)
        | note(_("The options, most frequent first: value, label and number of records")),
        "more": NUMBER | note(_("The number of further options; “facets_all” returns all of them")),
    }
    problem = {
        "type": TEXT | note(_("The section of this documentation that describes the problem")),
        "title": TEXT | note(_("A short description of the problem")),
        "status": NUMBER | note(_("The HTTP status of the response")),
        "detail": TEXT | note(_("A detailed description of the problem")),
        "instance": TEXT | note(_("The requested URL")),
        "errors": array_of(reference("QueryError")) | note(_("All errors in the query string")),
    }
    error = {
        "parameter": TEXT_OR_NULL | note(_("The parameter; null for the query string as a whole")),
        "value": TEXT_OR_NULL | note(_("The invalid value")),
        "code": enum_of(CODE_MEANINGS) | note(_("The type of the error")),
        "detail": TEXT | note(_("A description of the error")),
        "near": array_of(TEXT) | note(_("Similar valid values")),
    }
    return {
        "Page": object_of(page, [name for name in page if name != "facets"]),
        "Facet": object_of(facet),
        **_note_schemas(),
        "Figure": object_of(_figure()),
        "Problem": object_of(problem, [name for name in problem if name != "errors"]),
        "QueryError": object_of(error),
    }


def _note_schemas() -> dict[str, Schema]:
    report = {
        "slug": TEXT, "title": TEXT, "publisher": TEXT, "published_on": TEXT_OR_NULL, "published_first": DAY_OR_NULL,
        "published_last": DAY_OR_NULL, "language": TEXT, "address": TEXT, "title_ru": TEXT_OR_NULL,
        "title_zh": TEXT_OR_NULL,
    }  # fmt: skip
    passage = {
        "passage": TEXT | note(_("The passage, written as report#number")),
        "url": URL | note(_("The URL of the passage on the page of its report")),
        "summary": TEXT | note(_("The content of the passage, in our own words")),
        "summary_ru": TEXT_OR_NULL,
        "summary_zh": TEXT_OR_NULL,
        "quotation": TEXT_OR_NULL | note(_("The original wording, if it matters")),
        "archive_url": TEXT_OR_NULL | note(_("The URL of an archived copy of the report")),
        "report": reference("PassageReport")
        | note(_("The report: title, publisher, date, language and URL")),
    }
    footnote = {
        "field": TEXT
        | note(
            _("The property that the passage is about; “*” for the whole record, “figure:LABEL” for a figure")
        ),
        "stance": enum_of(dict(Stance.choices))
        | note(_("Whether the passage supports the value, differs from it, or reports an earlier state")),
        "reported_value": TEXT_OR_NULL
        | note(_("The value that the passage reports, if it differs from the value in the record")),
    }
    reported = {
        "text": TEXT_OR_NULL | note(_("The reported value as text, without its date and code")),
        "choice": TEXT_OR_NULL | note(_("The code, if the property has fixed codes")),
        "as_of": TEXT_OR_NULL
        | note(_("The date of the value as displayed on the page, in the language of the URL")),
        "as_of_edtf": TEXT_OR_NULL | note(_("The same date in EDTF; null if the text contains no year")),
        "as_of_first": DAY_OR_NULL | note(_("The earliest possible day of the date")),
        "as_of_last": DAY_OR_NULL | note(_("The latest possible day of the date")),
    }
    reading = {
        "reported_value": {"oneOf": [reference("ReportedValue"), {"type": "null"}]}
        | note(_("The value that the passages report; null if it is the value in the record")),
        "passages": array_of(reference("Passage")) | note(_("The passages that report this value")),
    }
    support = object_of({"about": {"type": "string", "enum": ["value", "record"]}})
    value = {
        # The item type is given, because client generators would otherwise omit every record.
        "value": {"type": ["string", "number", "boolean", "array", "null"], "items": TEXT}
        | note(_("The value in the record; null or an empty list if it is unknown")),
        "supports": array_of({"allOf": [reference("Passage"), support]})
        | note(
            _(
                "The passages that support the value; “about” is “value” or “record”, depending on what the passage "
                "is about"
            )
        ),
        "differs": array_of(reference("Reading")) | note(_("Other reported values, each with its passages")),
        "earlier": array_of(reference("Reading")) | note(_("Earlier states that were reported, by date")),
        "ruling": TEXT_OR_NULL | note(_("The editors' reason for this value, if reports differ")),
    }
    return {
        "Footnote": object_of(footnote | passage),
        "PassageReport": object_of(report),
        "Passage": object_of(passage),
        "ReportedValue": object_of(reported),
        "Reading": object_of(reading),
        "Value": object_of(value),
    }


def _figure() -> dict[str, Schema]:
    return {
        "label": TEXT_OR_NULL | note(_("What is measured")),
        "label_ru": TEXT_OR_NULL,
        "label_zh": TEXT_OR_NULL,
        "unit": TEXT_OR_NULL | note(_("The unit")),
        "unit_ru": TEXT_OR_NULL,
        "unit_zh": TEXT_OR_NULL,
        "period": TEXT_OR_NULL | note(_("The date of the figure, in EDTF")),
        "value": {"type": "number"} | note(_("The number")),
        "qualifier": enum_of(dict(Qualifier.choices)) | note(_("The precision of the number")),
        "period_first": DAY_OR_NULL,
        "period_last": DAY_OR_NULL,
    }


def record_schema() -> Schema:
    """Returns the schema of the properties that a record has in addition to the columns of its list."""
    values = {"type": "object", "additionalProperties": reference("Value")}
    record = {
        "figures": array_of(reference("Figure")) | note(_("The figures of the record")),
        "values": values | note(_("Maps each property to its value and to all passages about it")),
        "same_as": array_of(URL) | note(_("URLs of the same entity in GeoNames and Wikidata")),
        "published_at": _TIME | note(_("The time when the record was first published")),
        "changed_at": _TIME
        | note(_("The time of the last change since publication; null if there was none")),
        "history": URL_OR_NULL | note(_("The URL of the changes to the record")),
        "cite_as": TEXT | note(_("How to cite the record")),
    }
    # Properties of responses to requests with `as_of`.
    of_day = {AS_OF: DAY_OR_NULL, "merged_into": TEXT_OR_NULL}
    return object_of(record | of_day, list(record))


def change_schemas() -> dict[str, Schema]:
    """Maps names to the schemas of changes."""
    change = {
        "id": TEXT | note(_("The permanent identifier of the change")),
        "at": {"type": "string", "format": "date-time"} | note(_("The time of the change")),
        "collection": enum_of(LIST_TITLES) | note(_("The list that contains the record")),
        "slug": TEXT | note(_("The slug of the record")),
        "former_slug": TEXT_OR_NULL | note(_("The previous slug, if the record was renamed")),
        "what": {"type": "string", "enum": list(ChangeKind)} | note(_("The type of the change")),
        "into": TEXT_OR_NULL | note(_("The slug of the record into which this record was merged")),
        "fields": {"type": "object"}
        | note(_("Maps each property to its old and new value; for lists, to the removed and added values")),
        "reason": TEXT_OR_NULL | note(_("The editors' reason for the change")),
        "url": URL_OR_NULL | note(_("The URL of the record, if it still exists")),
    }
    results = array_of(reference("Change")) | note(_("The changes, oldest first"))
    changes = {
        "results": results,
        "next": URL_OR_NULL | note(_("The next page; null on the last page")),
        "later": URL | note(_("The URL to request later for new changes")),
    }
    history = {"slug": TEXT | note(_("The slug of the record")), "results": results}
    return {"Change": object_of(change), "Changes": object_of(changes), "History": object_of(history)}


def search_schemas() -> dict[str, Schema]:
    """Maps names to the schemas of search results."""
    hit = {
        "collection": enum_of(LIST_TITLES) | note(_("The list that contains the record")),
        "slug": TEXT | note(_("The slug of the record")),
        "url": URL | note(_("The URL of the record's page")),
        "name": TEXT | note(_("The name in the language of the URL")),
        "names": {"type": "object", "additionalProperties": TEXT_OR_NULL}
        | note(_("The name in each language")),
        "detail": TEXT_OR_NULL | note(_("The role of a delegate, or the publisher of a report")),
        "excerpt": TEXT_OR_NULL | note(_("The matching text, if the name does not match")),
    }
    theme = object_of({"slug": TEXT, "name": TEXT, **_found()})
    joint = object_of({"places": array_of(TEXT), **_found(), "hits": _HITS})
    return {
        "SearchHit": object_of(hit),
        "SearchGroup": object_of(
            {
                "collection": enum_of(LIST_TITLES) | note(_("The list")),
                "title": TEXT | note(_("The title of the list")),
                **_found(),
                "hits": _HITS | note(_("The first matches, best first")),
            }
        ),
        "SearchResults": object_of(
            {
                "count": _COUNT | note(_("The total number of matches")),
                "page_url": URL | note(_("The web page with the same search")),
                "did_you_mean": array_of(TEXT)
                | note(_("The corrected search terms, if a name seems misspelt")),
                "best_matches": _HITS | note(_("The records with this name")),
                "joint_initiatives": {"oneOf": [joint, {"type": "null"}]}
                | note(_("The joint initiatives of the places in the search, if it names several")),
                "themes": array_of(theme)
                | note(
                    _("Themes named in the search, if they have more initiatives than the search terms match")
                ),
                "groups": array_of(reference("SearchGroup")) | note(_("The matches by kind of record")),
            }
        ),
    }


def _found() -> dict[str, Schema]:
    return {
        "count": _COUNT | note(_("The number of matches")),
        "url": URL | note(_("The API request that returns all matches")),
        "page_url": URL | note(_("The web page that lists all matches")),
    }
