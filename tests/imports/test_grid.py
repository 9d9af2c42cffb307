"""Records of a list are edited in a grid, with the checks, the preview and the change set of an import."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.curation.permissions.groups import CONTRIBUTOR
from sco_cities.history.models import ChangeSet
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.grid import editable_columns, open_grid
from sco_cities.imports.models import ImportJob
from sco_cities.sources.base_models import PublicationState
from tests.curation.admin_client import (
    client_with_role,
    curator_client,
    messages_in,
    page_after_action,
    soup,
    with_creator,
)
from tests.factories import (
    make_city,
    make_country,
    make_initiative,
    make_report,
    make_theme,
    support_everything,
)

from .import_pages import applied, summary_of

UNUSUAL = "Line 1\r\nLine 2\n\n\t“x”; <b>&amp;</b> 'one', \"two\" =SUM(A1)\u2028\u00a0\u200b\ufeff灯 "


@pytest.fixture
def curator(db):
    return curator_client()


def opened(client, records):
    """Opens a new grid with these records and returns the page."""
    return page_after_action(client, "edit_as_grid", records)


def fields_of(page) -> dict[str, str]:
    """Returns the fields that a browser submits for an unchanged table."""
    table = soup(page).select_one(".grid-table")
    values = {}
    for field in table.select("input, textarea, select"):
        if field.has_attr("disabled"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            values[field["name"]] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            # Browsers drop the line break after the opening tag and send CRLF.
            values[field["name"]] = field.text.removeprefix("\n").replace("\n", "\r\n")
        else:
            values[field["name"]] = field["value"]
    return values


def previewed(client, page, button="_preview", **cells):
    """Types these cells, clicks a button of the grid and returns the next page.

    Example: `previewed(client, page, **{"1:status": "x"})`.
    """
    path = page.request["PATH_INFO"]
    return client.post(path, fields_of(page) | cells | {button: "1"}, follow=True)


def changes_in(page) -> dict[str, list[tuple[str, ...]]]:
    """Returns the changes in a preview by record, each with a label, the old text and the new text.

    The changes are sorted, because PostgreSQL does not keep the column order.
    """
    return {
        row.select_one("th small").text: sorted(
            (
                each.select_one("dt").text,
                *(found.text if (found := each.select_one(tag)) else "" for tag in ("del", "ins")),
            )
            for each in row.select("dl.diff > div")
        )
        for row in soup(page).select(".results tbody tr")
    }


def cell_errors(page) -> dict[str, str]:
    """Returns the messages next to the fields of a grid, by field."""
    return {
        field["name"]: field.find_parent("td").select_one(".grid-error").text
        for field in soup(page).select(".grid-table [aria-invalid]")
    }


@pytest.fixture
def places(db):
    make_country("xa", name_en="Aland")
    make_country("xb", name_en="Bland")
    make_city("alphaville", "xa", name_en="Alphaville")
    make_city("betaville", "xb", name_en="Betaville")
    make_theme("lamps", name_en="Lamps")
    make_theme("roads", name_en="Roads")


@pytest.fixture
def initiatives(places):
    return [
        make_initiative("lamp-one", title_en="Lamp one", state="draft", status="proposed"),
        make_initiative("lamp-two", title_en="Lamp two", state="draft", status="proposed"),
    ]


def test_typed_cells_become_exactly_these_changes_in_one_change(curator, initiatives):
    page = opened(curator, initiatives)
    before = ChangeSet.objects.count()
    preview = previewed(
        curator,
        page,
        **{
            "1:title_ru": "Фонарь",
            "1:lead_cities": "Alphaville",
            "1:partner_cities": "betaville",
            "2:status": "agreed",
            "2:themes": "Lamps; roads",
            "2:starts_on": "2024-05",
        },
    )
    assert changes_in(preview) == {
        "lamp-one": [
            ("Leading cities", "", "Alphaville (alphaville)"),
            ("Partner cities", "", "Betaville (betaville)"),
            ("Title in Russian", "", "Фонарь"),
        ],
        "lamp-two": [
            ("Starts on", "2024", "2024-05"),
            ("Status", "proposed", "agreed"),
            ("Themes", "", "Lamps (lamps); Roads (roads)"),
        ],
    }
    assert Initiative.objects.get(slug="lamp-two").status == "proposed"
    page = applied(curator, preview)
    assert summary_of(page).startswith("Applied: create 0, update 2,")
    assert ChangeSet.objects.count() == before + 1
    one, two = Initiative.objects.order_by("slug")
    assert (one.title_ru, two.status, two.starts_on) == ("Фонарь", "agreed", "2024-05")
    assert {(role.city.slug, role.role) for role in one.city_roles.all()} == {
        ("alphaville", "lead"),
        ("betaville", "partner"),
    }
    assert {theme.slug for theme in two.themes.all()} == {"lamps", "roads"}


def test_unchanged_cells_with_any_content_change_nothing(curator, places):
    record = make_initiative(
        "lamp-one",
        title_en=" Lamp\tone “x” ",
        title_ru="\u200bЛампа\u00a0",
        summary_en=UNUSUAL,
        state="draft",
    )
    Initiative.objects.filter(pk=record.pk).update(title_zh="=灯\n二", summary_ru="\r\n" + UNUSUAL)
    page = opened(curator, [record])
    page = previewed(curator, page, "_columns", column=editable_columns(IMPORTABLE_MODELS["initiatives"]))
    assert "1:summary_ru" in fields_of(page)
    page = previewed(curator, page)
    assert messages_in(page) == ["No cell differs from the stored records, so there is nothing to preview."]
    preview = previewed(curator, page, **{"1:kind": "route"})
    assert [label for label, *_texts in changes_in(preview)["lamp-one"]] == ["Kind"]


def test_choosing_columns_keeps_the_text_typed_in_hidden_columns(curator, initiatives):
    page = opened(curator, initiatives)
    page = previewed(curator, page, "_columns", column=["status", "themes"], **{"1:title_en": "Lamp 1"})
    assert list(fields_of(page)) == ["1:status", "1:themes", "2:status", "2:themes"]
    assert soup(page).select_one(".grid-count").text == "1"
    preview = previewed(curator, page, **{"2:themes": "lamps"})
    assert changes_in(preview) == {
        "lamp-one": [("Title in English", "Lamp one", "Lamp 1")],
        "lamp-two": [("Themes", "", "Lamps (lamps)")],
    }
    page = previewed(curator, page, "_columns", column=["no-such-column"])
    assert messages_in(page) == ["Choose at least one column."]


def test_an_invalid_cell_shows_its_error_and_prevents_saving(curator, initiatives):
    page = opened(curator, initiatives)
    page = previewed(curator, page, **{"1:starts_on": "soon", "2:status": "agreed"})
    assert messages_in(page) == [
        "1 record has an error. Correct the marked cells. Nothing has been saved yet."
    ]
    assert list(cell_errors(page)) == ["1:starts_on"]
    assert (fields_of(page)["1:starts_on"], fields_of(page)["2:status"]) == ("soon", "agreed")
    job = ImportJob.objects.get()
    preview = curator.get(f"/admin/imports/{job.pk}/")
    assert "Correct the marked cells of the grid" in soup(preview).select_one(".cannot-apply").text
    applied(curator, preview)
    assert not Initiative.objects.filter(status="agreed").exists()


def test_an_unknown_word_causes_a_question_as_in_a_file(curator, initiatives):
    page = opened(curator, initiatives)
    preview = previewed(curator, page, **{"1:lead_cities": "Nowhereville"})
    assert [each.text for each in soup(preview).select(".import-questions tbody th label")] == [
        "Nowhereville"
    ]


def test_a_cell_that_somebody_else_has_changed_is_a_conflict_that_loses_nothing(curator, initiatives):
    page = opened(curator, initiatives)
    Initiative.objects.filter(slug="lamp-one").update(title_en="Theirs", title_ru="Их")
    Initiative.objects.filter(slug="lamp-two").update(title_en="Not touched here")
    page = previewed(curator, page, **{"1:title_en": "Mine", "2:title_ru": "Моё"})
    assert cell_errors(page) == {
        "1:title_en": "Someone has changed this to “Theirs” since you opened the grid. Reload the records, "
        "then keep your text or "
        "enter another one."
    }
    page = previewed(curator, page, "_read_again")
    assert "The records were reloaded. Your input was kept." in messages_in(page)
    assert cell_errors(page) == {}
    fields = fields_of(page)
    assert (fields["1:title_en"], fields["1:title_ru"], fields["2:title_en"]) == (
        "Mine", "Их", "Not touched here",
    )  # fmt: skip
    preview = previewed(curator, page)
    assert changes_in(preview) == {
        "lamp-one": [("Title in English", "Theirs", "Mine")],
        "lamp-two": [("Title in Russian", "", "Моё")],
    }
    applied(curator, preview)
    assert list(Initiative.objects.order_by("slug").values_list("title_en", "title_ru")) == [
        ("Mine", "Их"),
        ("Not touched here", "Моё"),
    ]


def test_a_missing_record_is_named_and_not_created_again(curator, initiatives):
    page = opened(curator, initiatives)
    initiatives[0].delete()
    page = previewed(curator, page, **{"1:title_en": "Mine"})
    assert soup(page).select_one("#record-1 .grid-error").text == (
        "This record no longer exists. It was deleted, merged or given another slug."
    )


@pytest.fixture
def published(places):
    record = make_initiative("lamp-three", state="draft", status="proposed", starts_on="")
    support_everything(record)
    Initiative.objects.filter(pk=record.pk).update(state=PublicationState.PUBLISHED)
    return record


def test_a_new_value_of_a_published_record_needs_evidence_or_a_tick(curator, published):
    page = opened(curator, [published])
    preview = previewed(curator, page, **{"1:status": "agreed"})
    refused = applied(curator, preview)
    assert messages_in(refused) == [
        "Nothing was imported, because 1 new value lacks evidence and is not ticked."
    ]
    page = applied(curator, preview, values_shown="1:status", stands="1:status")
    assert summary_of(page).startswith("Applied: create 0, update 1,")
    published.refresh_from_db()
    assert published.status == "agreed"
    status = soup(opened(curator, [published])).select_one('[name="1:status"]')
    assert status["aria-describedby"] == "evidence-ON_WORD"


def test_a_report_named_for_a_grid_supports_only_the_values_that_are_typed(curator, published):
    passage = make_report("new-report", passages=1).passages.get()
    page = opened(curator, [published])
    preview = previewed(curator, page, **{"1:status": "agreed"})
    source = f"{preview.request['PATH_INFO']}report/"
    preview = curator.post(source, {"source": f"passage:{passage.pk}", "_use": "1"}, follow=True)
    applied(curator, preview)
    published.refresh_from_db()
    assert published.status == "agreed"
    assert list(passage.evidence.values_list("field", flat=True)) == ["status"]


def test_each_cell_shows_the_evidence_for_its_value(curator, published, initiatives):
    page = soup(opened(curator, [published, initiatives[0]]))
    signs = {
        field["name"]: field.get("aria-describedby", "")
        for field in page.select(".grid-table select, .grid-table input")
    }
    assert {
        name: sign for name, sign in signs.items() if name.endswith((":status", ":kind", ":ends_on"))
    } == {
        "1:kind": "evidence-LACKING",
        "1:status": "evidence-LACKING",
        "1:ends_on": "",
        "2:kind": "evidence-COVERED",
        "2:status": "evidence-CITED",
        "2:ends_on": "",
    }
    assert {f"evidence-{name}" for name in ("LACKING", "COVERED", "CITED")} == {
        item["id"] for item in page.select(".grid-signs li")
    }


def test_a_contributor_edits_drafts_only_and_sees_no_grid_of_others(curator, initiatives, published):
    client = client_with_role(CONTRIBUTOR)
    page = opened(client, [*initiatives, published])
    assert messages_in(page) == [
        "1 record is not in the grid, because you do not have permission to change it."
    ]
    assert [link.text for link in soup(page).select(".grid-table tbody th a")] == ["Lamp one", "Lamp two"]
    Initiative.objects.filter(slug="lamp-one").update(state=PublicationState.IN_REVIEW)
    refused = previewed(client, page, **{"1:status": "agreed", "2:status": "agreed"})
    assert (
        soup(refused).select_one("#record-1 .grid-error").text
        == "You do not have permission to change this record."
    )
    assert soup(refused).select_one('[name="1:status"]').has_attr("disabled")
    with_creator(client.user, initiatives[0])
    page = applied(client, previewed(client, page, **{"1:status": "agreed", "2:status": "agreed"}))
    assert summary_of(page).startswith("Applied: create 0, update 2,")
    assert Initiative.objects.filter(status="agreed").count() == 2

    own = ImportJob.objects.get()
    others = open_grid(IMPORTABLE_MODELS["initiatives"], ["lamp-two"], curator.user)
    for path in ("", "grid/", "report/"):
        assert client.get(f"/admin/imports/{others.pk}/{path}").status_code == 403
        assert client.get(f"/admin/imports/{own.pk}/{path}", follow=True).status_code == 200
    for path in ("columns/", "rows.csv"):
        assert client.get(f"/admin/imports/{own.pk}/{path}").status_code == 403


def test_a_grid_without_editable_records_is_not_opened(published):
    client = client_with_role(CONTRIBUTOR)
    page = opened(client, [published])
    assert messages_in(page) == [
        "1 record is not in the grid, because you do not have permission to change it."
    ]
    assert not ImportJob.objects.exists()


def test_too_many_records_for_a_grid_are_rejected(curator, initiatives, monkeypatch):
    monkeypatch.setattr("sco_cities.imports.grid_views.MAX_RECORDS", 1)
    page = opened(curator, initiatives)
    assert messages_in(page) == [
        "You have selected too many records: 2. Filter the list, and select at most 1 at a time."
    ]


@pytest.mark.parametrize("kind", IMPORTABLE_MODELS)
def test_records_of_every_kind_are_opened_as_a_grid(curator, kind, loaded_package):
    records = list(IMPORTABLE_MODELS[kind].model.objects.order_by("slug")[:2])
    page = opened(curator, records)
    assert len(soup(page).select(".grid-table tbody tr")) == len(records)
    page = previewed(curator, page, "_columns", column=editable_columns(IMPORTABLE_MODELS[kind]))
    page = previewed(curator, page)
    assert messages_in(page) == ["No cell differs from the stored records, so there is nothing to preview."]


def test_other_names_can_be_removed_in_a_grid(curator, places):
    City.objects.filter(slug="alphaville").update(aliases="Old name; Older name")
    city = City.objects.get(slug="alphaville")
    page = opened(curator, [city])
    page = previewed(curator, page, "_columns", column=["aliases"])
    applied(curator, previewed(curator, page, **{"1:aliases": "Older name; New name"}))
    city.refresh_from_db()
    assert city.aliases == "Older name; New name"


def test_the_queries_of_a_grid_do_not_grow_with_its_rows(curator, places):
    slugs = [make_initiative(f"lamp-{number}", state="draft").slug for number in range(30)]
    numbers = []
    for count in (2, 30):
        user = curator.get("/admin/").wsgi_request.user
        job = open_grid(IMPORTABLE_MODELS["initiatives"], slugs[:count], user)
        with CaptureQueriesContext(connection) as queries:
            page = curator.get(f"/admin/imports/{job.pk}/grid/")
        assert len(soup(page).select(".grid-table tbody tr")) == count
        with CaptureQueriesContext(connection) as checking:
            previewed(curator, page, **{f"{number}:status": "agreed" for number in range(1, count + 1)})
        numbers.append((len(queries), len(checking)))
    assert numbers[0] == numbers[1]


def test_cells_typed_in_a_second_tab_are_rejected_with_a_reason_after_saving(curator, initiatives):
    page = opened(curator, initiatives)
    applied(curator, previewed(curator, page, **{"1:title_en": "Lamps"}))
    late = previewed(curator, page, **{"2:title_en": "Late"})
    assert messages_in(late) == [
        "Your input was not saved, because this grid is being checked or has already been saved. Go back to copy "
        "your text."
    ]
    assert Initiative.objects.get(slug="lamp-two").title_en == "Lamp two"


def test_a_cell_with_nul_is_rejected(curator, initiatives):
    page = opened(curator, initiatives)
    assert previewed(curator, page, **{"1:title_en": "La\x00mp"}).status_code == 400
    assert ImportJob.objects.get().options["typed"] == {}
