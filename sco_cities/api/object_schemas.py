"""JSON schemas of the objects that API responses share, with descriptions of their properties."""

from django.utils.translation import gettext as _

from sco_cities.history.public_changes import ChangeKind
from sco_cities.listings.past_lists import AS_OF
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
_HITS: Schema = {"type": "array", "items": reference("SearchHit")}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


def object_schemas() -> dict[str, Schema]:
    """Maps names to the schemas of lists, notes, figures and errors."""
    facets = {"type": "object", "additionalProperties": reference("Facet")}
    page = {
        "count": NUMBER | note(_("All records that match, on this and on the other pages")),
        "page_url": URL_OR_NULL
        | note(
            _(
                "The page of the site with the same filters, for people; with “slug” the page of the one record, or "
                "null"
            )
        ),
        "first": URL | note(_("The first page")),
        "previous": TEXT_OR_NULL
        | note(_("The previous page; null on the first one, and always null with cursors")),
        "next": TEXT_OR_NULL | note(_("The next page; null on the last one")),
        "facets": facets
        | note(_("By name of a filter, its options with the number of records that each would leave")),
    }
    option = object_of({"value": TEXT, "label": TEXT, "count": NUMBER})
    facet = {
        "values": array_of(option)
        | note(_("The options, the most frequent first: value, label and number of records")),
        "more": NUMBER | note(_("The number of further options; “facets_all” has all")),
    }
    problem = {
        "type": TEXT | note(_("The section of this documentation about the problem")),
        "title": TEXT | note(_("What is wrong, in a few words")),
        "status": NUMBER | note(_("The status of the response")),
        "detail": TEXT | note(_("What is wrong, in sentences for people")),
        "instance": TEXT | note(_("The requested address")),
        "errors": array_of(reference("QueryError")) | note(_("Every mistake in the query string")),
    }
    error = {
        "parameter": TEXT_OR_NULL | note(_("The parameter; null for the query string as a whole")),
        "value": TEXT_OR_NULL | note(_("The wrong value")),
        "code": enum_of(CODE_MEANINGS) | note(_("What kind of mistake it is")),
        "detail": TEXT | note(_("The mistake in a sentence for people")),
        "near": array_of(TEXT) | note(_("Similar values that exist")),
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
        "passage": TEXT | note(_("The passage as report#number")),
        "url": URL | note(_("The passage on the page of its report")),
        "summary": TEXT | note(_("The content of the passage, in our own words")),
        "summary_ru": TEXT_OR_NULL,
        "summary_zh": TEXT_OR_NULL,
        "quotation": TEXT_OR_NULL | note(_("The wording of the report, where it matters")),
        "archive_url": TEXT_OR_NULL | note(_("The web address of an archived copy of the report")),
        "report": reference("PassageReport")
        | note(_("The report: title, publisher, date, language and web address")),
    }
    footnote = {
        "field": TEXT
        | note(
            _("The property that the passage is about; “*” for the whole record, “figure:LABEL” for a figure")
        ),
        "stance": enum_of(dict(Stance.choices))
        | note(_("Whether the passage supports the value, differs from it, or reports an earlier state")),
        "reported_value": TEXT_OR_NULL
        | note(_("What the passage reports, if it is not the value of the record")),
    }
    reported = {
        "text": TEXT_OR_NULL | note(_("The value as text, or the text next to the code")),
        "choice": TEXT_OR_NULL | note(_("The code of a property with fixed codes")),
        "as_of": TEXT_OR_NULL
        | note(_("The date of the value as the page writes it, in the language of the address")),
        "as_of_edtf": TEXT_OR_NULL | note(_("The same in EDTF; null if its words name no year")),
        "as_of_first": DAY_OR_NULL | note(_("The first day that the date may mean")),
        "as_of_last": DAY_OR_NULL | note(_("The last day that the date may mean")),
    }
    reading = {
        "reported_value": {"oneOf": [reference("ReportedValue"), {"type": "null"}]}
        | note(_("What the passages report; null if it is the value of the record")),
        "passages": array_of(reference("Passage")) | note(_("The passages that report it")),
    }
    support = object_of({"about": {"type": "string", "enum": ["value", "record"]}})
    value = {
        # Without the type of the items, client generators omit every record.
        "value": {"type": ["string", "number", "boolean", "array", "null"], "items": TEXT}
        | note(_("The value of the record; null or an empty list if it is not known")),
        "supports": array_of({"allOf": [reference("Passage"), support]})
        | note(
            _(
                "The passages that support it; “about” says whether a passage is about this value or about the record "
                "as a whole"
            )
        ),
        "differs": array_of(reference("Reading"))
        | note(_("Other values that reports give, each with its passages")),
        "earlier": array_of(reference("Reading")) | note(_("Earlier states that reports give, by date")),
        "ruling": TEXT_OR_NULL | note(_("Why the editors give this value, although reports differ")),
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
        "qualifier": enum_of(dict(Qualifier.choices)) | note(_("How exact the number is")),
        "period_first": DAY_OR_NULL,
        "period_last": DAY_OR_NULL,
    }


def record_schema() -> Schema:
    """The schema of the properties that a record has in addition to the columns of its list."""
    values = {"type": "object", "additionalProperties": reference("Value")}
    record = {
        "figures": array_of(reference("Figure")) | note(_("The figures of the record")),
        "values": values | note(_("By property, the value with all passages about it")),
        "same_as": array_of(URL) | note(_("URLs of the same entity in GeoNames and Wikidata")),
        "published_at": _TIME | note(_("When the record was published")),
        "changed_at": _TIME | note(_("When it was last changed since; null if it was not")),
        "history": URL_OR_NULL | note(_("The address of its changes")),
        "cite_as": TEXT | note(_("How to cite the record")),
    }
    # Only present if the request contains `as_of`.
    of_day = {AS_OF: DAY_OR_NULL, "merged_into": TEXT_OR_NULL}
    return object_of(record | of_day, list(record))


def change_schemas() -> dict[str, Schema]:
    """Maps names to the schemas of changes."""
    change = {
        "id": TEXT | note(_("The identifier of the change, which stays the same")),
        "at": {"type": "string", "format": "date-time"} | note(_("When it was made")),
        "collection": enum_of(LIST_TITLES) | note(_("The list of the record")),
        "slug": TEXT | note(_("The slug of the record")),
        "former_slug": TEXT_OR_NULL | note(_("The slug that a renamed record had before")),
        "what": {"type": "string", "enum": list(ChangeKind)} | note(_("What happened to the record")),
        "into": TEXT_OR_NULL | note(_("The slug of the record that it was merged into")),
        "fields": {"type": "object"}
        | note(_("By property, the old and the new value; of lists what was removed and added")),
        "reason": TEXT_OR_NULL | note(_("The reason of the editors")),
        "url": URL_OR_NULL | note(_("The record, if it is still there")),
    }
    results = array_of(reference("Change")) | note(_("The changes, oldest first"))
    changes = {
        "results": results,
        "next": URL_OR_NULL | note(_("The next page; null on the last one")),
        "later": URL | note(_("Where to go on later, when there are new changes")),
    }
    history = {"slug": TEXT | note(_("The slug of the record")), "results": results}
    return {"Change": object_of(change), "Changes": object_of(changes), "History": object_of(history)}


def search_schemas() -> dict[str, Schema]:
    """Maps names to the schemas of search results."""
    hit = {
        "collection": enum_of(LIST_TITLES) | note(_("The list of the record")),
        "slug": TEXT | note(_("The slug of the record")),
        "url": URL | note(_("The page of the record")),
        "name": TEXT | note(_("The name in the language of the address")),
        "names": {"type": "object", "additionalProperties": TEXT_OR_NULL}
        | note(_("The name in each language")),
        "detail": TEXT_OR_NULL | note(_("The role of a delegate, the publisher of a report")),
        "excerpt": TEXT_OR_NULL | note(_("The text that matches, if the name does not")),
    }
    theme = object_of({"slug": TEXT, "name": TEXT, **_found()})
    joint = object_of({"places": {"type": "array", "items": TEXT}, **_found(), "hits": _HITS})
    return {
        "SearchHit": object_of(hit),
        "SearchGroup": object_of(
            {
                "collection": enum_of(LIST_TITLES) | note(_("The list")),
                "title": TEXT | note(_("The title of the list")),
                **_found(),
                "hits": _HITS | note(_("The first matches, the best first")),
            }
        ),
        "SearchResults": object_of(
            {
                "count": _COUNT | note(_("The number of matches of all kinds")),
                "page_url": URL | note(_("The search page with the same words, for people")),
                "did_you_mean": {"type": "array", "items": TEXT}
                | note(_("The corrected words, if a name seems misspelt")),
                "best_matches": _HITS | note(_("The records that have the name")),
                "joint_initiatives": {"oneOf": [joint, {"type": "null"}]}
                | note(_("The initiatives with all places, if the words name several")),
                "themes": {"type": "array", "items": theme}
                | note(_("Themes that the words name, if more initiatives have them than contain the words")),
                "groups": {"type": "array", "items": reference("SearchGroup")}
                | note(_("The matches by kind of record")),
            }
        ),
    }


def _found() -> dict[str, Schema]:
    return {
        "count": _COUNT | note(_("The number of matches")),
        "url": URL | note(_("The list of all in the API")),
        "page_url": URL | note(_("The list of all on the site, for people")),
    }
