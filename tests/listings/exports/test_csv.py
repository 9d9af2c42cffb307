"""CSV files of lists, tested with the list of initiatives. Both classes of batches produce the same cells."""

import csv
import datetime
import gc
import io
import weakref
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES, STATEMENTS
from initiatives.models import Initiative
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import row_batch
from sco_cities.listings.exports import csv_file, streaming_response
from sco_cities.listings.exports.csv_file import cells, lines
from sco_cities.listings.row_batch import DatabaseRowBatch, RowBatch
from sco_cities.sources.columns import REPORTS
from sco_cities.sources.models import Passage
from sco_cities.themes.columns import THEMES
from tests import factories as make

pytestmark = pytest.mark.django_db

LISTINGS = (INITIATIVES, CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, REPORTS, STATEMENTS)
LISTS = [listing.collection for listing in LISTINGS]
NASTY = (
    "=1+1", "+7", "-5", "@home", "\ttab", "\rreturn", "'=quoted", "''", "'plain", 'say "no"', "a,b", "two\nlines",
    "two\r\nlines", " space", "space ", "\\.", "\\N", "\\", "NULL", "a;b", "Душанбе 杜尚别", "a\x01b", "\u2028",
)  # fmt: skip


@pytest.fixture
def text_of(export):
    def read_text(query=""):
        status, file = export(f"/initiatives.csv?{query}")
        return status, file.decode()

    return read_text


def test_the_file_has_a_header_then_a_row_for_each_record_with_crlf_line_ends(text_of):
    make.make_initiative("b-second", title_en="Second, with a comma")
    make.make_initiative("a-first", title_en='First "quoted"')
    assert text_of("columns=slug,title_en,kind") == (
        200,
        "slug,title_en,kind\r\n"
        'a-first,"First ""quoted""",project\r\n'
        'b-second,"Second, with a comma",project\r\n',
    )


def test_the_columns_match_the_public_contract_in_order(text_of):
    assert text_of()[1] == (
        "slug,title_en,title_ru,title_zh,summary_en,kind,status,starts_on,ends_on,lead_cities,partner_cities,"
        "reference_cities,countries,organisations,themes,event,sources,disputed,updated_at,"
        "summary_ru,summary_zh,status_reported_on,sources_addresses\r\n"
    )


def test_a_row_contains_slugs_codes_sources_and_a_time_in_utc(text_of):
    alpha, beta, gamma = (make.make_city(slug, "xa") for slug in ("alpha", "beta", "gamma"))
    initiative = make.make_initiative(
        "lamps", title_ru="Лампы", title_zh="灯", summary_zh="亮。", starts_on="2024-05", ends_on="2026",
        status="under_way", lead=[beta, alpha], partner=[gamma],
        themes=[make.make_theme("tunnels"), make.make_theme("lamps")],
        countries=[make.make_country("xb"), make.make_country("xa")], event=make.make_event("forum"),
        organisations=[make.make_organisation("office")],
    )  # fmt: skip
    first, second = make.make_report("gazette", passages=2).passages.all()
    make.make_evidence(initiative, passage=second)
    make.make_evidence(initiative, "status", second)
    make.make_evidence(initiative, "kind", first, stance="differs", reported_value="plan")
    Initiative.objects.update(updated_at="2025-01-02T03:04:05Z")
    assert text_of()[1].split("\r\n")[1] == (
        "lamps,Lamps,Лампы,灯,Lamps are put up in lamps. They shine.,project,under_way,2024-05,2026,alpha; beta,gamma,,"
        "XA; XB,office,lamps; tunnels,forum,gazette#1; gazette#2,true,2025-01-02T03:04:05Z,,亮。,2025-01-01,"
        "https://gazette.example/gazette"
    )


def test_source_addresses_of_published_reports_are_unique_and_the_oldest_is_first(text_of):
    lamps = make.make_initiative("lamps")
    torches = make.make_initiative("torches")
    make.make_initiative("unsourced")
    for slug, published_on, state in [
        ("newest", "2026-01", "published"),
        ("hidden", "2024", "draft"),
        ("undated", "", "published"),
        ("oldest", "2020", "published"),
    ]:
        report = make.make_report(slug, passages=2, published_on=published_on, state=state)
        for passage in report.passages.all():
            make.make_evidence(lamps, passage=passage)
    make.make_evidence(torches, passage=Passage.objects.get(report__slug="oldest", number=2))
    differing = make.make_report("formula", published_on="2021", address="https://example.org/a;-b")
    make.make_evidence(lamps, "kind", differing.passages.get(), stance="differs", reported_value="plan")
    assert text_of("columns=slug,sources_addresses&sort=slug")[1] == (
        "slug,sources_addresses\r\n"
        "lamps,https://gazette.example/oldest; https://example.org/a;'-b; https://gazette.example/newest; "
        "https://gazette.example/undated\r\n"
        "torches,https://gazette.example/oldest\r\n"
        "unsourced,\r\n"
    )


def test_every_list_except_reports_ends_with_the_source_addresses():
    with_addresses = [each.collection for each in LISTINGS if each.default_columns[-1] == "sources_addresses"]
    assert with_addresses == [name for name in LISTS if name != "reports"]


def test_labels_add_names_beside_the_columns_that_name_records(text_of):
    make.make_initiative("lamps", lead=[make.make_city("alpha")], themes=[make.make_theme("lamps")])
    assert text_of("labels=1&columns=slug,lead_cities,themes,event,kind") == (
        200,
        "slug,lead_cities,lead_cities_names,themes,themes_names,event,event_names,kind\r\n"
        "lamps,alpha,Alpha,lamps,Lamps,,,project\r\n",
    )


def test_a_byte_order_mark_is_written_on_request(text_of):
    assert text_of("bom=1&columns=slug") == (200, "\ufeffslug\r\n")
    assert text_of("bom=0&columns=slug") == (200, "slug\r\n")


def test_a_formula_is_escaped_and_a_draft_reference_is_omitted(text_of):
    hidden = make.make_theme("hidden", state="draft")
    make.make_initiative(
        "lamps", title_en="=HYPERLINK(1)", themes=[hidden], event=make.make_event("secret", state="draft")
    )
    assert text_of("columns=title_en,themes,event")[1] == "title_en,themes,event\r\n'=HYPERLINK(1),,\r\n"


def test_a_row_without_values_is_not_an_empty_line(text_of):
    make.make_initiative("lamps")
    assert text_of("columns=title_ru")[1] == 'title_ru\r\n""\r\n'


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("colour=blue", "colour: Unknown parameter. Correct or remove it.\n"),
        ("status=sure&colour=blue", "status: “sure” is not one of the options. Choose: interest, proposed, agreed,"
         " under way, operating, completed, stalled, unknown. (interest, proposed, agreed, under_way, operating,"
         " completed, stalled, unknown)\ncolour: Unknown parameter. Correct or remove it.\n"),
        ("year_from=x", "year_from: “x” is not a valid year. Enter a year such as 2024.\n"),
        ("columns=slug,slot,slat&labels=2", "columns: Unknown columns: slot, slat. Available columns: {columns}.\n"
         "labels: Enter 1 (yes) or 0 (no).\n"),
        ("labels=1&labels=0", "labels: Enter 1 (yes) or 0 (no).\n"),
        ("page=0", "page: “0” is not a valid page number. Enter a number such as 2.\n"),
        ("q=%00", "q: “�” contains characters that cannot be searched for. Remove them.\n"),
        ("%00=1", "�: Unknown parameter. Correct or remove it.\n"),
        ("q=" + "x" * 100_000, "The URL of this page is too long. Remove some filters.\n"),
    ],
)  # fmt: skip
def test_an_invalid_query_gets_400_and_all_errors(text_of, query, errors):
    make.make_initiative("lamps")
    columns = ", ".join(INITIATIVES.column_by_name)
    assert text_of(query) == (400, errors.format(columns=columns))


def test_the_file_has_the_rows_of_all_pages_in_the_same_order(text_of):
    for number in range(120):
        make.make_initiative(f"i-{number:03}", kind=("plan", "project")[number % 2])
    query = "kind=-project&sort=-slug&page=2&per_page=20&view=cards&all=theme&columns=slug"
    assert text_of(query)[1].split() == ["slug"] + [f"i-{number:03}" for number in range(118, -1, -2)]


def test_a_head_request_gets_the_headers(client):
    response = client.head("/initiatives.csv")
    assert (response.status_code, b"".join(response)) == (200, b"")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="initiatives.csv"'


def test_a_file_in_batches_has_every_record_once_and_the_same_queries_for_each_batch(text_of, monkeypatch):
    monkeypatch.setattr(streaming_response, "SHORT_LIST", 0)
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 2)
    monkeypatch.setattr(csv_file, "BATCH_SIZE", 2)
    city, theme = make.make_city(), make.make_theme()
    for number in range(5):
        make.make_initiative(f"i-{number}", lead=[city], themes=[theme], sourced=True)
    text_of("labels=1")
    with CaptureQueriesContext(connection) as one_batch_queries:
        text_of("labels=1&columns=slug,lead_cities")
    with CaptureQueriesContext(connection) as queries:
        rows = list(csv.DictReader(io.StringIO(text_of("labels=1")[1])))
    assert [row["slug"] for row in rows] == [f"i-{number}" for number in range(5)]
    # Each of three batches queries its evidence in addition to its fields. The first batch also queries all passages.
    # All other data is in the index.
    assert len(queries) - len(one_batch_queries) == 4


def test_passages_over_the_cache_limit_are_read_again(text_of, monkeypatch):
    monkeypatch.setattr(streaming_response, "SHORT_LIST", 0)
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 1)
    monkeypatch.setattr(csv_file, "BATCH_SIZE", 1)
    for number in range(4):
        make.make_initiative(f"i-{number}", sourced=number != 2)
    text_of()
    with CaptureQueriesContext(connection) as queries_with_cache:
        expected = text_of("columns=slug,sources")
    monkeypatch.setattr(row_batch, "MAX_CACHED", 0)
    with CaptureQueriesContext(connection) as queries:
        assert text_of("columns=slug,sources") == expected
    # Two of the three batches with a passage read it from the cache without a query.
    assert len(queries) - len(queries_with_cache) == 2


def test_the_first_rows_are_sent_before_the_others_are_read(client, monkeypatch):
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 1)
    monkeypatch.setattr(streaming_response, "SHORT_LIST", 3)
    monkeypatch.setattr(csv_file, "BATCH_SIZE", 1)
    for number in range(4):
        make.make_initiative(f"i-{number}")
    chunks = iter(client.get("/initiatives.csv?columns=slug&labels=1").streaming_content)
    assert next(chunks) == b"slug\r\ni-0\r\n"
    with CaptureQueriesContext(connection) as queries:
        assert next(chunks) == b"i-1\r\n"
    # One query reads this batch. In parallel, another query reads the next batch.
    assert len(queries) == 2
    assert list(chunks) == [b"i-2\r\n", b"i-3\r\n"]


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("listing", LISTINGS, ids=LISTS)
def test_rows_are_written_without_database_queries(listing, django_assert_num_queries):
    # A different thread writes the rows. Its connection would see a later state of the database.
    fields = [field for column in listing.columns for field in column.fields]
    with facet_index(listing.collection) as state:
        keys = list(state.published(listing.collection))
        batch = DatabaseRowBatch(listing, state, keys, fields)
        for column in listing.columns:
            column.read(batch)
        with django_assert_num_queries(0):
            for column in listing.columns:
                column.values(batch)
                if column.has_names:
                    column.names(batch)


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("listing", LISTINGS, ids=LISTS)
def test_a_batch_is_freed_immediately_after_writing(listing):
    # A batch in a reference cycle stays in memory until the next garbage collection. Such batches took 220 MB for a
    # million rows.
    fields = [field for column in listing.columns for field in column.fields]
    with facet_index(listing.collection) as state:
        batch = DatabaseRowBatch(
            listing, state, list(state.published(listing.collection)), fields, is_bulk=True
        )
        gc.disable()
        try:
            for column in listing.columns:
                column.read(batch)
                column.values(batch)
            reference = weakref.ref(batch)
            del batch
            assert reference() is None
        finally:
            gc.enable()


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("is_bulk", [False, True])
@pytest.mark.parametrize("listing", LISTINGS, ids=LISTS)
def test_both_kinds_of_batches_give_the_same_cells(listing, is_bulk):
    # The last microsecond of a second must not be rounded up.
    listing.indexed_model.model.objects.update(updated_at="2025-01-02T03:04:05.999999Z")
    fields = [field for column in listing.columns for field in column.fields]
    with facet_index(listing.collection) as state:
        keys = list(state.published(listing.collection))
        batch = RowBatch(listing, state, keys, fields)
        plain = DatabaseRowBatch(listing, state, keys, fields, is_bulk=is_bulk)
        for column in listing.columns:
            assert list(cells(column.values(plain))) == list(cells(column.values(batch))), column.name
            if column.has_names:
                assert list(cells(column.names(plain))) == list(cells(column.names(batch))), column.name


_VALUES = st.sampled_from(
    [*NASTY, "a\0=b", "", "plain", None, 3, Decimal("-1.50"), datetime.date(2025, 1, 2)]
)


@given(st.lists(_VALUES, max_size=5), st.lists(st.lists(st.sampled_from(NASTY), max_size=2), max_size=3))
def test_a_cell_does_not_depend_on_the_rest_of_its_column(values, lists):
    assert list(cells(values)) == [cell for value in values for cell in cells([value])]
    assert list(cells(lists)) == [cell for value in lists for cell in cells([value])]


_CELLS = st.sampled_from([*NASTY, "", "a"]) | st.text(alphabet=',"\r\n; a', max_size=4)


@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[_CELLS] * width), min_size=1, max_size=5))
)
def test_lines_are_the_same_as_from_the_standard_library(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    assert lines(list(zip(*rows, strict=True))) == text.getvalue()
