"""All tables of the package in the order of loading, with referenced tables first."""

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
    """The label in "figure:LABEL", or None for other fields of evidence."""
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
    "Places in a report. The number is the paragraph, or the order of the passages kept of it.",
    key=("report", "number"), identity=("report_id", "number"), lookup_field="report_id", owner="report",
    columns=[
        *public(
            Passage,
            report="The report",
            number=("Its number in the report", 1, MAX_PASSAGE_NUMBER),
            summary="What it tells, in our own words",
            quotation="Word for word, only where the wording matters, at most 60 words",
            speakers="Delegates that it quotes, joined by “; ”",
        ),
        *translations(Passage, summary="What it tells, in our own words,"),
        *public(Passage, archive_address="The web address of an archived copy of the report"),
    ],
)  # fmt: skip

ATTENDANCES = Table(
    "attendances", Attendance, "Attendances", "Delegates at events, in the role held then.",
    key=("event", "delegate"), identity=("event_id", "delegate_id"), lookup_field="event_id",
    owner="event", filled_field="attendances",
    columns=[
        *public(Attendance, event="The event", delegate="Who attended", role_at_event="In which role"),
        *translations(Attendance, role_at_event="In which role,"),
    ],
)  # fmt: skip

INITIATIVE_CITIES = Table(
    "initiative_cities", InitiativeCity, "Cities in initiatives",
    "The part that a city has in an initiative.",
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
            unit="What it counts",
            qualifier="How exact it is",
            period="When it was so, date in EDTF",
        ),
        *translations(Figure, label="What is measured,", unit="What it counts,"),
    ],
)  # fmt: skip
_unit_ru = FIGURES.by_name["unit_ru"]
_unit_ru.description += "; one form, or those for 1, 2 and 5 joined by “ | ”: “город | города | городов”"

EVIDENCE = Table(
    "evidence", Evidence, "Evidence",
    "Footnotes: this passage supports this field of this record, differs from it, or tells an earlier state. "
    "A row is told apart by all of its columns.",
    key=("record", "field", "report", "passage", "stance", "reported_value"),
    identity=("content_type_id", "object_id", "field", "figure_id", "passage_id", "stance", "reported_value"),
    lookup_field="object_id", lookup_scope=("content_type_id",), owner="record", combine=_evidence_attributes,
    columns=[
        _record(),
        FieldKeyColumn("field", "A column of the record, “cities” or “attendances” for its rows in those tables, "
                          "“figure:LABEL” for one of its figures, “*” for the record as a whole", is_public=True),
        ForeignKeyColumn("report", "The report", to="reports", attribute="", path="passage__report__slug",
                         required=True, is_public=True),
        IntegerColumn("passage", "The number of the passage in it", attribute="", path="passage__number",
                      required=True, minimum=1, maximum=MAX_PASSAGE_NUMBER, is_public=True),
        *public(Evidence, reported_value="What the passage says, where that is not the value of the record",
                stance="What the passage does to the value"),
        *translations(Evidence, reported_value="What the passage says,"),
    ],
)  # fmt: skip

RULINGS = Table(
    "rulings", Ruling, "Rulings",
    "What the editors hold of a disagreement, and why the record says what it says.",
    key=("record", "field"), identity=("content_type_id", "object_id", "field"),
    lookup_field="object_id", lookup_scope=("content_type_id",), owner="record", optional=True,
    columns=[
        _record(),
        *public(Ruling, field="The field, as evidence names it; figures as “figure:LABEL”",
                reason="Why, in a sentence or two, for readers"),
    ],
)  # fmt: skip

# Former slugs are not in releases, because some of them were in use before the record was published.
FORMER_SLUGS = Table(
    "former_slugs", FormerSlug, "Former slugs",
    "Addresses that records had before, and that lead to them for good.",
    key=("record", "slug"), identity=("content_type_id", "slug"), lookup_field="slug", owner="record",
    optional=True,
    columns=[_record(is_public=False), PackageColumn("slug", "The slug that it had")],
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        records.COUNTRIES, records.COUNTRY_GROUPS, records.CITIES, records.REPORTS, records.THEMES,
        records.ORGANISATIONS, records.EVENTS, records.DELEGATES, PASSAGES, ATTENDANCES, records.STATEMENTS,
        records.INITIATIVES, INITIATIVE_CITIES, FIGURES, EVIDENCE, RULINGS, FORMER_SLUGS,
    )
}  # fmt: skip
