"""What the properties of the shared objects of the API mean, for its description and its documentation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_PASSAGE = {
    "passage": _("The passage as report#number"),
    "url": _("The passage on the page of its report"),
    "summary": _("What the passage says, in our own words"),
    "quotation": _("The wording of the report, where it matters"),
    "archive_address": _("The web address of an archived copy of the report"),
    "report": _("The report: title, publisher, date, language and web address"),
}
# By name of the object and of the property.
_NOTES = {
    "Page": {
        "count": _("All records that match, on this and on the other pages"),
        "page_url": _(
            "The page of the site with the same filters, for people; with “slug” the page of the one record, or null"
        ),
        "first": _("The first page"),
        "previous": _("The previous page; null on the first one, and always null with cursors"),
        "next": _("The next page; null on the last one"),
        "facets": _("By name of a filter, its options with the number of records that each would leave"),
    },
    "Facet": {
        "values": _("The options, the most frequent first: value, label and number of records"),
        "more": _("The number of further options; “facets_all” has all"),
    },
    "Footnote": {
        "field": _(
            "The property that the passage is about; “*” for the whole record, “figure:LABEL” for a figure"
        ),
        "stance": _("Whether the passage supports the value, differs from it, or reports an earlier state"),
        "reported_value": _("What the passage reports, if it is not the value of the record"),
        **_PASSAGE,
    },
    "Value": {
        "value": _("The value of the record; null or an empty list if it is not known"),
        "supports": _(
            "The passages that support it; “about” says whether a passage is about this value or about the record as a "
            "whole"
        ),
        "differs": _("Other values that reports give, each with its passages"),
        "earlier": _("Earlier states that reports give, by date"),
        "ruling": _("Why the editors give this value, although reports differ"),
    },
    "Reading": {
        "reported_value": _("What the passages report; null if it is the value of the record"),
        "passages": _("The passages that report it"),
    },
    "ReportedValue": {
        "text": _("The value in words, or what stands beside the code"),
        "choice": _("The code of a property with fixed codes"),
        "as_of": _("The date of the value as the page writes it, in the language of the address"),
        "as_of_edtf": _("The same in EDTF; null if its words name no year"),
        "as_of_first": _("The first day that the date may mean"),
        "as_of_last": _("The last day that the date may mean"),
    },
    "Passage": _PASSAGE,
    "Figure": {
        "label": _("What is measured"),
        "value": _("The number"),
        "unit": _("The unit"),
        "qualifier": _("How exact the number is"),
        "period": _("The date of the figure, in EDTF"),
    },
    "Change": {
        "id": _("The identifier of the change, which stays the same"),
        "at": _("When it was made"),
        "kind": _("The list of the record"),
        "slug": _("The slug of the record"),
        "former_slug": _("The slug that a renamed record had before"),
        "what": _("What happened to the record"),
        "into": _("The slug of the record that it was merged into"),
        "fields": _("By property, the old and the new value; of lists what was removed and added"),
        "reason": _("The reason of the editors"),
        "url": _("The record, if it is still there"),
    },
    "Changes": {
        "results": _("The changes, oldest first"),
        "next": _("The next page; null on the last one"),
        "later": _("Where to go on later, when there are new changes"),
    },
    "History": {
        "slug": _("The slug of the record"),
        "results": _("The changes, oldest first"),
    },
    "Problem": {
        "type": _("The section of this documentation about the problem"),
        "title": _("What is wrong, in a few words"),
        "status": _("The status of the response"),
        "detail": _("What is wrong, in sentences for people"),
        "instance": _("The requested address"),
        "errors": _("Every mistake in the query string"),
    },
    "QueryError": {
        "parameter": _("The parameter; null for the query string as a whole"),
        "value": _("The wrong value"),
        "code": _("What kind of mistake it is"),
        "detail": _("The mistake in a sentence for people"),
        "near": _("Similar values that exist"),
    },
}
_RECORD_NOTES = {
    "figures": _("The figures of the record"),
    "values": _("By property, the value with all passages about it"),
    "same_as": _("The same thing in GeoNames and Wikidata"),
    "published_at": _("When the record was published"),
    "changed_at": _("When it was last changed since; null if it was not"),
    "history": _("The address of its changes"),
    "cite_as": _("How to cite the record"),
}


def describe(schemas: dict[str, Any]) -> None:
    """Adds a description to each property that has none, where there is a note on it."""
    for name, schema in schemas.items():
        added = [part for part in schema.get("allOf", ()) if "properties" in part]
        notes = _NOTES.get(name, {}) if not added else _RECORD_NOTES
        for part in added or [schema]:
            for key, value in part["properties"].items():
                # Beside a reference, which JSON schema of OpenAPI 3.1 allows.
                if key in notes and "description" not in value:
                    part["properties"][key] = value | {"description": str(notes[key])}
