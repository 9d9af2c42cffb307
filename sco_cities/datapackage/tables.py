"""All tables of the package in loading order, with referenced tables first."""

from delegates.models import Attendance
from initiatives.models import InitiativeCity
from sco_cities.sources.base_models import FIGURE
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Passage, Ruling

from . import record_tables as records
from .columns import IntegerColumn, PackageColumn
from .natural_keys import StoredKeys
from .record_tables import public, translations
from .relation_columns import FieldKeyColumn, ForeignKeyColumn, GenericForeignKeyColumn
from .table import Table, Values

MAX_FIGURE = 10**15
MAX_PASSAGE_NUMBER = 32_767


def figure_label(field: str) -> str | None:
    """Returns the label in "figure:LABEL", or None for other fields of evidence."""
    prefix, colon, label = field.partition(":")
    return label if colon and prefix == FIGURE else None


def _evidence_attributes(values: Values, stored: StoredKeys) -> dict:
    label = figure_label(values["field"])
    return {
        "field": values["field"] if label is None else FIGURE,
        "figure_id": None if label is None else stored.figures.get((values["record"], label)),
        "passage_id": stored.passages.get((values["report"], values["passage"])),
    }


def _record(*, is_public: bool = True) -> PackageColumn:
    return GenericForeignKeyColumn("record", "The record, as TABLE:SLUG", is_public=is_public)


PASSAGES = Table(
    "passages", Passage, "Passages",
    "Passages of reports. The number is the paragraph, or the position among recorded passages.",
    key=("report", "number"), identity=("report_id", "number"), lookup_field="report_id", owner="report",
    columns=[
        *public(
            Passage,
            report="The report",
            number=("Number of the passage in the report", 1, MAX_PASSAGE_NUMBER),
            summary="Content in our own words",
            quotation="Original wording, only if it matters, at most 60 words",
            speakers="Delegates that the passage quotes, joined by “; ”",
        ),
        *translations(Passage, summary="Content in our own words,"),
        *public(Passage, archive_address="The web address of an archived copy of the report"),
    ],
)  # fmt: skip

ATTENDANCES = Table(
    "attendances", Attendance, "Attendances", "Delegates at events, with their roles there.",
    key=("event", "delegate"), identity=("event_id", "delegate_id"), lookup_field="event_id",
    owner="event", filled_field="attendances",
    columns=[
        *public(Attendance, event="The event", delegate="The delegate", role_at_event="Role at the event"),
        *translations(Attendance, role_at_event="Role at the event,"),
    ],
)  # fmt: skip

INITIATIVE_CITIES = Table(
    "initiative_cities", InitiativeCity, "Cities in initiatives",
    "The roles of cities in initiatives.",
    key=("initiative", "city"), identity=("initiative_id", "city_id"), lookup_field="initiative_id",
    owner="initiative", filled_field="cities",
    columns=public(
        InitiativeCity,
        initiative="The initiative",
        city="The city",
        role="Lead, partner, or reference: others learn from it",
    ),
)  # fmt: skip

FIGURES = Table(
    "figures", Figure, "Figures", "Measured values about records.",
    key=("record", "label"), identity=("content_type_id", "object_id", "label"),
    lookup_field="object_id", lookup_scope=("content_type_id",), owner="record",
    columns=[
        _record(),
        *public(
            Figure,
            label="What is measured",
            value=("The number", -MAX_FIGURE, MAX_FIGURE),
            unit="Unit",
            qualifier="Precision of the number",
            period="Date of the value, in EDTF",
        ),
        *translations(Figure, label="What is measured,", unit="Unit,"),
    ],
)  # fmt: skip
_unit_ru = FIGURES.by_name["unit_ru"]
_unit_ru.description += "; one form, or the forms for 1, 2 and 5 joined by “ | ”: “город | города | городов”"

EVIDENCE = Table(
    "evidence", Evidence, "Evidence",
    "Footnotes. The passage supports the field of the record, differs from it, or gives an earlier state. "
    "All columns together identify a row.",
    key=("record", "field", "report", "passage", "stance", "reported_value"),
    identity=("content_type_id", "object_id", "field", "figure_id", "passage_id", "stance", "reported_value"),
    lookup_field="object_id", lookup_scope=("content_type_id",), owner="record", combine=_evidence_attributes,
    columns=[
        _record(),
        FieldKeyColumn("field", "A column of the record, “cities” or “attendances” for its rows in those tables, "
                          "“figure:LABEL” for one of its figures, “*” for the record as a whole", is_public=True),
        ForeignKeyColumn("report", "The report", to="reports", attribute="", path="passage__report__slug",
                         required=True, is_public=True),
        IntegerColumn("passage", "Number of the passage in the report", attribute="", path="passage__number",
                      required=True, minimum=1, maximum=MAX_PASSAGE_NUMBER, is_public=True),
        *public(Evidence, reported_value="The reported value, if it differs from the record",
                stance="Whether the passage supports the value, differs from it, or gives an earlier state"),
        *translations(Evidence, reported_value="The reported value,"),
    ],
)  # fmt: skip

RULINGS = Table(
    "rulings", Ruling, "Rulings",
    "The editors' reasons for the values of disputed fields.",
    key=("record", "field"), identity=("content_type_id", "object_id", "field"),
    lookup_field="object_id", lookup_scope=("content_type_id",), owner="record", optional=True,
    columns=[
        _record(),
        *public(Ruling, field="The field name as in evidence; for a figure, “figure:LABEL”",
                reason="The reason for readers, in one or two sentences"),
    ],
)  # fmt: skip

# Releases omit former slugs, because some of them were in use before the record was published.
FORMER_SLUGS = Table(
    "former_slugs", FormerSlug, "Former slugs",
    "Earlier slugs of records, which redirect to the records permanently.",
    key=("record", "slug"), identity=("content_type_id", "slug"), lookup_field="slug", owner="record",
    optional=True,
    columns=[_record(is_public=False), PackageColumn("slug", "The earlier slug")],
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        records.COUNTRIES, records.COUNTRY_GROUPS, records.CITIES, records.REPORTS, records.THEMES,
        records.ORGANISATIONS, records.EVENTS, records.DELEGATES, PASSAGES, ATTENDANCES, records.STATEMENTS,
        records.INITIATIVES, INITIATIVE_CITIES, FIGURES, EVIDENCE, RULINGS, FORMER_SLUGS,
    )
}  # fmt: skip
