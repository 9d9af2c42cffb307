"""All tables of the package, in the order in which they are written: what is referred to comes first."""

from delegates.models import Attendance, Delegate
from initiatives.models import InitiativeCity
from sco_cities.sources.base_models import FIGURE
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Passage, Ruling

from . import record_tables as records
from .columns import Choice, Date, Decimal, Integer, Slug, Text
from .natural_keys import Stored
from .relation_columns import FieldKey, RecordReference, Reference, References
from .table import Table, Values

LARGEST_FIGURE = 10**15
LARGEST_PASSAGE = 32_767


def figure_label(field: str) -> str | None:
    """The label in "figure:LABEL"; None for other fields of evidence."""
    prefix, colon, label = field.partition(":")
    return label if colon and prefix == FIGURE else None


def _evidence_attributes(values: Values, stored: Stored) -> dict:
    label = figure_label(values["field"])
    return {
        "field": values["field"] if label is None else FIGURE,
        "figure_id": None if label is None else stored.figure(values["record"], label),
        "passage_id": stored.passage(values["report"], values["passage"]),
    }


PASSAGES = Table(
    "passages", Passage, "Passages",
    "Places in a report. The number is the paragraph, or the order of the passages kept of it.",
    key=("report", "number"), identity=("report_id", "number"), found_by="report_id", owner="report",
    columns=[
        Reference("report", "The report", "reports"),
        Integer("number", "Its number in the report", minimum=1, maximum=LARGEST_PASSAGE),
        Text("summary", "What it tells, in our own words"),
        Text("quotation", "Word for word, only where the wording matters"),
        References("speakers", "Delegates that it quotes, joined by “; ”", "delegates",
                   through=Delegate.passages.through, own="passage", other="delegate"),
    ],
)  # fmt: skip

ATTENDANCES = Table(
    "attendances", Attendance, "Attendances", "Delegates at events, in the role held then.",
    key=("event", "delegate"), identity=("event_id", "delegate_id"), found_by="event_id",
    owner="event", fills="attendances",
    columns=[
        Reference("event", "The event", "events"),
        Reference("delegate", "Who attended", "delegates"),
        Text("role_at_event", "In which role"),
    ],
)  # fmt: skip

INITIATIVE_CITIES = Table(
    "initiative_cities", InitiativeCity, "Cities in initiatives",
    "The part that a city has in an initiative.",
    key=("initiative", "city"), identity=("initiative_id", "city_id"), found_by="initiative_id",
    owner="initiative", fills="cities",
    columns=[
        Reference("initiative", "The initiative", "initiatives"),
        Reference("city", "The city", "cities"),
        Choice("role", "Lead, partner, or reference: others learn from it"),
    ],
)  # fmt: skip

FIGURES = Table(
    "figures", Figure, "Figures", "Measured values about records.",
    key=("record", "label"), identity=("content_type_id", "object_id", "label"),
    found_by="object_id", found_within=("content_type_id",), owner="record",
    columns=[
        RecordReference("record", "The record, as TABLE:SLUG"),
        Text("label", "What is measured"),
        Decimal("value", "The number", minimum=-LARGEST_FIGURE, maximum=LARGEST_FIGURE),
        Text("unit", "What it counts"),
        Choice("qualifier", "How exact it is", required=True),
        Date("period", "When it was so, date in EDTF"),
    ],
)  # fmt: skip

EVIDENCE = Table(
    "evidence", Evidence, "Evidence",
    "Footnotes: this passage supports this field of this record, differs from it, or tells an earlier state. "
    "A row is told apart by all of its columns.",
    key=("record", "field", "report", "passage", "stance", "reported_value"),
    identity=("content_type_id", "object_id", "field", "figure_id", "passage_id", "stance", "reported_value"),
    found_by="object_id", found_within=("content_type_id",), owner="record", combine=_evidence_attributes,
    columns=[
        RecordReference("record", "The record, as TABLE:SLUG"),
        FieldKey("field", "A column of the record, “cities” or “attendances” for its rows in those tables, "
                          "“figure:LABEL” for one of its figures, “*” for the record as a whole"),
        Reference("report", "The report", "reports",
                  attribute="", path="passage__report__slug", required=True),
        Integer("passage", "The number of the passage in it", attribute="", path="passage__number",
                required=True, minimum=1, maximum=LARGEST_PASSAGE),
        Text("reported_value", "What the passage says, where that is not the value of the record"),
        Choice("stance", "What the passage does to the value", required=True),
    ],
)  # fmt: skip

RULINGS = Table(
    "rulings", Ruling, "Rulings",
    "What the editors hold of a disagreement, and why the record says what it says.",
    key=("record", "field"), identity=("content_type_id", "object_id", "field"),
    found_by="object_id", found_within=("content_type_id",), owner="record", optional=True,
    columns=[
        RecordReference("record", "The record, as TABLE:SLUG"),
        Text("field", "The field, as evidence names it; figures as “figure:LABEL”"),
        Text("reason", "Why, in a sentence or two, for readers"),
    ],
)  # fmt: skip

FORMER_SLUGS = Table(
    "former_slugs", FormerSlug, "Former slugs",
    "Addresses that records had before, and that lead to them for good.",
    key=("record", "slug"), identity=("content_type_id", "slug"), found_by="slug", owner="record",
    optional=True,
    columns=[
        RecordReference("record", "The record, as TABLE:SLUG"),
        Slug("slug", "The slug that it had"),
    ],
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        records.COUNTRIES, records.CITIES, records.REPORTS, records.THEMES, records.ORGANISATIONS,
        records.EVENTS, records.DELEGATES, PASSAGES, ATTENDANCES, records.STATEMENTS, records.INITIATIVES,
        INITIATIVE_CITIES, FIGURES, EVIDENCE, RULINGS, FORMER_SLUGS,
    )
}  # fmt: skip
