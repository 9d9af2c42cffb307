"""System checks of lists report each invalid declaration with a hint on how to correct it."""

from dataclasses import replace

import pytest

from sco_cities.facet_index.sorting import SortKey, by_column, by_count, by_name_in, by_text, by_value
from sco_cities.listings import checks
from sco_cities.listings.columns import Column, CountColumn, RelatedColumn, RelatedListColumn
from sco_cities.listings.filters import ChoicesFilter
from sco_cities.listings.record_filters import RecordsFilter
from sco_cities.listings.year_filters import YearFromFilter
from sco_cities.sources.brief_cells import FieldCell
from sco_cities.sources.briefs import BriefLine
from sco_cities.sources.columns import NewestReportColumn
from sco_cities.sources.querysets import RecordQuerySet
from sco_cities.sources.shared_passages import SharedPassageColumn
from sco_cities.themes.columns import THEMES
from sco_cities.themes.filters import ThemeFilterSet


def with_filter(item):
    return {"filterset": type("BrokenFilterSet", (ThemeFilterSet,), {"colour": item})}


def with_sort(by: SortKey, **changes):
    return with_column(Column("colour", "Colour", "slug", order=by)) | changes


def with_column(column: Column):
    return {"columns": (*THEMES.columns, column)}


class Misordered(ThemeFilterSet):
    field_order = ("q", "colour")


# A change to the list of themes, the expected errors, and the names in their hints.
BROKEN = [
    ({"collection": "planets"}, "listings.E001", "IndexedModel"),
    (with_filter(ChoicesFilter(choices=(), label="", phrase="")), "listings.E002", "facet"),
    (with_filter(ChoicesFilter(choices=(), label="", phrase="", field_name="hue")), "listings.E002", "facet"),
    (with_filter(YearFromFilter()), "listings.E002", "facet"),
    (with_filter(RecordsFilter(of="planets", field_name="pillar", label="", phrase="")), "listings.E003", "planets"),
    (with_filter(RecordsFilter(of="initiatives", field_name="pillar", label="", phrase="")), "listings.E003", "keep"),
    ({"filterset": Misordered}, "listings.E004", "Remove"),
    (with_sort(by_count("colour")), "listings.E005", "facet"),
    (with_sort(by_value("colour")), "facet_index.E005", "Dimension"),
    (with_sort(by_column("colour")), "listings.E006", "field of the model"),
    (with_sort(by_text("colour")), "listings.E006", "field of the model"),
    (with_sort(by_name_in("fr")), "listings.E006", "field of the model"),
    (with_sort(SortKey("colour")), "listings.E006", "annotation"),
    (with_sort(SortKey("slug"), row_queryset=None), "listings.E006", "annotation"),
    ({"default_sort": "-description"}, "listings.E007", "order"),
    ({"table": (*THEMES.table[:-1], "colour")}, "listings.E008", "column"),
    (with_column(Column("slug", "Again")), "listings.E009", "Remove"),
    (with_column(Column("colour", "Colour")), "listings.E010", "field of the model"),
    (with_column(Column("colour", "Colour", "hue")) | {"row_queryset": None}, "listings.E010", "row_queryset"),
    (with_column(RelatedColumn("colour", "Colour", of="reports")), "listings.E010", "field of the model"),
    ({"row_fields": ("slug", "colour")}, "listings.E010", "fields"),
    ({"brief": replace(THEMES.brief, text=BriefLine(FieldCell("colour")))}, "listings.E010", "fields"),
    (with_column(CountColumn("colours", "", "colour_count")), "facet_index.E006 listings.E005", "facet"),
    (with_column(NewestReportColumn("colour", "Colour")), "facet_index.E005", "Dimension"),
    (with_column(RelatedListColumn("colours", "", dimension="colours", of="reports")), "facet_index.E005", "Dimension"),
    (with_column(RelatedListColumn("colours", "", dimension="pillar", of="planets")), "facet_index.E003", "planets"),
    (with_column(RelatedListColumn("colours", "", dimension="pillar", of="events", key="hue")), "listings.E011", "key"),
    (with_column(RelatedListColumn("colours", "", dimension="pillar", of="initiatives")), "facet_index.E004", "keep"),
    (
        with_column(RelatedListColumn("colours", "", dimension="pillar", of="reports", has_points=True)),
        "listings.E011", "has_points",
    ),
    (with_column(SharedPassageColumn("colours", "", of="planets")), "facet_index.E003", "planets"),
    ({"rows_template": "themes/_colours.html"}, "listings.E012", "Create"),
    ({"table": THEMES.table[:-1]}, "listings.E013", "one <th> or <td>"),
    ({"table": (*THEMES.table, "keywords")}, "listings.E013", "keywords"),
    ({"row_html": "<tr><th></th><td></td></tr>"}, "listings.E013", "one <th> or <td>"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "hint"), BROKEN)
def test_an_invalid_declaration_causes_an_error_with_a_hint(changes, expected, hint, monkeypatch):
    broken = replace(THEMES, **changes)
    monkeypatch.setattr(checks, "declared_listings", lambda: [broken])
    errors = checks.check_listings(None)
    assert {error.id for error in errors} == set(expected.split())
    assert all(broken.collection in error.msg and hint in error.hint for error in errors)


def test_the_lists_of_all_apps_are_complete():
    assert {listing.collection for listing in checks.declared_listings()} == {
        "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports",
        "statements",
    }  # fmt: skip
    assert checks.check_listings(None) == []


def test_a_sort_by_an_annotation_of_the_rows_is_no_error():
    by_state = replace(THEMES, **with_sort(SortKey("state"), row_queryset=RecordQuerySet.for_record_page))
    assert list(checks.listing_errors(by_state)) == []
