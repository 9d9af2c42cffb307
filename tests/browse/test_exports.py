"""CSV of a list, tried on the list of initiatives; each list's own columns are tested in its room."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.browse import exports
from sco_cities.browse.exports import csv_export
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(rf):
    def of(query=""):
        response = csv_export(rf.get(f"/initiatives.csv?{query}"), INITIATIVES)
        return response.status_code, b"".join(response).decode()

    return of


def test_the_file_has_a_header_then_a_row_for_each_record_with_crlf_line_ends(export):
    make.make_initiative("b-second", title_en="Second, with a comma")
    make.make_initiative("a-first", title_en='First "quoted"')
    assert export("columns=slug,title_en,kind") == (
        200,
        "slug,title_en,kind\r\n"
        'a-first,"First ""quoted""",project\r\n'
        'b-second,"Second, with a comma",project\r\n',
    )


def test_the_columns_are_those_of_the_public_contract_in_its_order(export):
    assert export()[1] == (
        "slug,title_en,title_ru,title_zh,summary_en,kind,status,starts_on,ends_on,lead_cities,partner_cities,"
        "reference_cities,countries,organisations,themes,event,sources,disputed,updated_at\r\n"
    )


def test_a_row_holds_slugs_codes_sources_and_a_time_in_utc(export):
    alpha, beta, gamma = (make.make_city(slug, "xa") for slug in ("alpha", "beta", "gamma"))
    initiative = make.make_initiative(
        "lamps", title_ru="Лампы", title_zh="灯", starts_on="2024-05", ends_on="2026", status="under_way",
        lead=[beta, alpha], partner=[gamma], themes=[make.make_theme("tunnels"), make.make_theme("lamps")],
        countries=[make.make_country("xb"), make.make_country("xa")], event=make.make_event("forum"),
        organisations=[make.make_organisation("office")],
    )  # fmt: skip
    first, second = make.make_report("gazette", passages=2).passages.all()
    make.make_evidence(initiative, passage=second)
    make.make_evidence(initiative, "status", second)
    make.make_evidence(initiative, "kind", first, stance="differs", reported_value="plan")
    Initiative.objects.update(updated_at="2025-01-02T03:04:05Z")
    assert export()[1].split("\r\n")[1] == (
        "lamps,Lamps,Лампы,灯,Lamps are put up in lamps. They shine.,project,under_way,2024-05,2026,alpha; beta,gamma,,"
        "XA; XB,office,lamps; tunnels,forum,gazette#1; gazette#2,true,2025-01-02T03:04:05Z"
    )


def test_labels_add_names_beside_the_columns_that_name_records(export):
    make.make_initiative("lamps", lead=[make.make_city("alpha")], themes=[make.make_theme("lamps")])
    assert export("labels=1&columns=slug,lead_cities,themes,event,kind") == (
        200,
        "slug,lead_cities,lead_cities_names,themes,themes_names,event,event_names,kind\r\n"
        "lamps,alpha,Alpha,lamps,Lamps,,,project\r\n",
    )


def test_a_byte_order_mark_is_there_when_it_is_asked_for(export):
    assert export("bom=1&columns=slug") == (200, "\ufeffslug\r\n")
    assert export("bom=0&columns=slug") == (200, "slug\r\n")


def test_a_formula_is_made_harmless_and_a_draft_reference_is_not_shown(export):
    hidden = make.make_theme("hidden", state="draft")
    make.make_initiative(
        "lamps", title_en="=HYPERLINK(1)", themes=[hidden], event=make.make_event("secret", state="draft")
    )
    assert export("columns=title_en,themes,event")[1] == "title_en,themes,event\r\n'=HYPERLINK(1),,\r\n"


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("colour=blue", "colour: There is no such parameter.\n"),
        ("status=sure&colour=blue", "status: “sure” is none of the choices: interest, proposed, agreed, under_way,"
         " operating, completed, stalled, unknown.\ncolour: There is no such parameter.\n"),
        ("year_from=x", "year_from: “x” is not a year. Write it as in 2024.\n"),
        ("columns=slug,slot,slat&labels=2", "columns: No column of this list: slot, slat. It has: {columns}.\n"
         "labels: Write 1 for yes or 0 for no.\n"),
        ("labels=1&labels=0", "labels: Write 1 for yes or 0 for no.\n"),
        ("page=0", "page: “0” is not the number of a page.\n"),
        ("q=%00", "q: “�” has characters that cannot be searched for.\n"),
        ("%00=1", "�: There is no such parameter.\n"),
        ("q=" + "x" * 100_000, "This address is too long to be read. Remove some filters.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_gets_400_and_all_the_reasons(export, query, reasons):
    make.make_initiative("lamps")
    columns = ", ".join(INITIATIVES.column_by_name)
    assert export(query) == (400, reasons.format(columns=columns))


def test_the_rows_are_all_those_of_the_pages_in_the_same_order(export, rf):
    for number in range(120):
        make.make_initiative(f"i-{number:03}", kind=("plan", "project")[number % 2])
    text = export("kind=plan&sort=-slug&page=2&columns=slug")[1]
    assert text.split() == ["slug"] + [f"i-{number:03}" for number in range(118, -1, -2)]


def test_a_file_in_blocks_has_every_record_once_and_asks_for_each_block_alike(export, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_PER_BLOCK", 2)
    city, theme = make.make_city(), make.make_theme()
    for number in range(3):
        make.make_initiative(f"i-{number}", lead=[city], themes=[theme], sourced=True)
    # The records; then for each of the two blocks their cities, themes, countries, organisations and evidence.
    with CaptureQueriesContext(connection) as queries:
        rows = list(csv.DictReader(io.StringIO(export()[1])))
    assert [row["slug"] for row in rows] == ["i-0", "i-1", "i-2"]
    assert len(queries) == 1 + 2 * 5
