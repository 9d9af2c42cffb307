"""The form of a record shows a card for each footnote. A passage can support several fields and new figures."""

import pytest
from django.contrib.auth.models import Permission

from initiatives.models import Initiative
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.curation.admin_client import (
    EVIDENCE,
    FIGURES,
    admin_url,
    errors_in,
    row,
    soup,
    staff_client,
    unrendered_form_data,
    with_deleted_row,
    with_new_row,
)

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def passage(db):
    report = make.make_report("gazette", passages=0, title="Lamps at night", published_on="2025-07-08")
    return report.passages.create(number=3, summary="The lamps shine since May.", quotation="“They shine.”")


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", state=PublicationState.DRAFT)


def card(page, index):
    return soup(page.response).select_one(f"#{EVIDENCE}-{index}")


def footnotes_of(record) -> list[str]:
    return [item.field_key for item in record.evidence.select_related("figure").order_by("pk")]


FIGURE = {"label": "visitors", "value": "40000", "unit": "visitors", "qualifier": "over", "period": ""}


def test_the_words_of_a_passage_stand_once_above_the_values_that_it_supports(record_page, lamps, passage):
    other = make.make_report("other", title="Lamps by day").passages.get()
    make.make_evidence(lamps, "starts_on", passage)
    make.make_evidence(lamps, "kind", other)
    make.make_evidence(lamps, "status", passage)
    record_page.open(lamps)
    rows = soup(record_page.response).select(".evidence-cards :is(.cited-passage, .footnote)")
    assert [(row.select_one(".inline_label") or row.h3).text for row in rows] == [
        "Lamps at night (The Gazette, 8 July 2025) ¶3", "Starts on (confirms)", "Status (confirms)",
        "Lamps by day (The Gazette, 1 January 2025) ¶1", "Kind (confirms)",
    ]  # fmt: skip
    assert [words.text for words in rows[0].select(".words")] == [
        "The lamps shine since May.",
        "“They shine.”",
    ]
    assert rows[1].select_one(".unstated").text == "⚠ The passage does not contain “2024”."
    assert rows[1].select_one("input[name$=passage]")["value"] == str(passage.pk)


def test_figures_reasons_and_former_addresses_are_folded_until_there_are_some(record_page, lamps):
    def folded(prefix) -> bool:
        return bool(soup(record_page.response).select(f"#{prefix}-group fieldset > details"))

    rulings = "sources-ruling-content_type-object_id"
    former = "sources-formerslug-content_type-object_id"
    record_page.open(lamps)
    assert (folded(FIGURES), folded(rulings), folded(former), folded(EVIDENCE)) == (True, True, True, False)
    make.make_figure(lamps)
    lamps.slug = "lights"
    lamps.save()
    record_page.read()
    assert (folded(FIGURES), folded(rulings), folded(former)) == (False, True, False)


def test_the_fields_of_new_footnotes_are_folded_until_some_are_filled_in(record_page, lamps, passage):
    data = record_page.open(lamps)
    assert "open" not in card(record_page, 0).details.attrs
    record_page.send(with_new_row(data, EVIDENCE, field=["*"], passage=passage.pk) | {"title_en": ""})
    assert not record_page.was_saved
    assert "open" in card(record_page, 0).details.attrs


def test_the_reported_value_is_folded_away_until_there_is_one(record_page, lamps, passage):
    make.make_evidence(lamps, "status", passage)
    make.make_evidence(lamps, "kind", passage, stance="differs", reported_value="a plan")
    record_page.open(lamps)
    assert ["open" in card(record_page, index).details.attrs for index in range(3)] == [False, True, False]


def test_one_passage_supports_all_ticked_fields(record_page, lamps, passage):
    data = record_page.open(lamps)
    fields = ["*", "status", "starts_on", "status"]
    record_page.send(with_new_row(data, EVIDENCE, field=fields, passage=passage.pk, stance="supports"))
    assert record_page.was_saved
    assert footnotes_of(lamps) == ["*", "status", "starts_on"]
    assert {item.passage for item in lamps.evidence.all()} == {passage}


def test_several_cards_are_added_at_once(record_page, lamps, passage):
    other = make.make_report("other").passages.get()
    data = record_page.open(lamps) | {f"{EVIDENCE}-TOTAL_FORMS": "2"}
    data |= row(EVIDENCE, 0, field=["*", "kind"], passage=passage.pk, stance="supports")
    data |= row(
        EVIDENCE, 1, field=["status", "kind"], passage=other.pk, stance="differs", reported_value="plan"
    )
    record_page.send(data)
    assert record_page.was_saved
    assert sorted((each.field, each.passage_id) for each in lamps.evidence.all()) == [
        ("*", passage.pk), ("kind", passage.pk), ("kind", other.pk), ("status", other.pk)
    ]  # fmt: skip


def test_the_ticked_fields_are_shown_again_with_an_error(record_page, lamps):
    data = record_page.open(lamps)
    record_page.send(with_new_row(data, EVIDENCE, field=["status", "kind"], passage="", stance="supports"))
    assert not record_page.was_saved
    ticked = [card(record_page, index).select_one("input[name$=field][checked]")["value"] for index in (0, 1)]
    assert ticked == ["status", "kind"]
    assert all(card(record_page, index).select(".field-passage .errorlist") for index in (0, 1))


def test_a_published_record_gets_a_new_figure_with_its_evidence_in_one_save(record_page, passage):
    record = make.make_initiative("lamps", sourced=True)
    data = with_new_row(record_page.open(record), FIGURES, **FIGURE)
    record_page.send(data)
    assert "figure: visitors" in errors_in(record_page.response)
    record_page.send(
        with_new_row(data, EVIDENCE, field=["figure:new", "kind"], passage=passage.pk, stance="supports")
    )
    assert record_page.was_saved
    assert footnotes_of(record)[-2:] == ["figure:visitors", "kind"]


def test_each_of_several_new_figures_gets_its_footnote(record_page, lamps, passage):
    data = record_page.open(lamps) | {f"{FIGURES}-TOTAL_FORMS": "2"}
    data |= row(FIGURES, 0, **FIGURE) | row(FIGURES, 1, **FIGURE | {"label": "trains"})
    record_page.send(with_new_row(data, EVIDENCE, field="figure:new", passage=passage.pk, stance="supports"))
    assert record_page.was_saved
    assert footnotes_of(lamps) == ["figure:visitors", "figure:trains"]


def test_a_new_record_gets_figures_and_evidence_at_once(curator, passage):
    data = unrendered_form_data(curator, admin_url(Initiative, "add")) | {
        "title_en": "Lamps", "slug": "lamps", "summary_en": "They shine.", "kind": "project", "status": "agreed",
    }  # fmt: skip
    data = with_new_row(data, FIGURES, **FIGURE)
    fields = ["*", "status", "figure:new"]
    data = with_new_row(data, EVIDENCE, field=fields, passage=passage.pk, stance="supports")
    assert curator.post(admin_url(Initiative, "add"), data).status_code == 302
    assert footnotes_of(Initiative.objects.get()) == ["*", "status", "figure:visitors"]


@pytest.mark.parametrize("field", ["figure:new", "figure:new:gone", "figure:new:", "figure:x", "nonsense"])
def test_a_new_figure_that_is_not_there_is_an_error(field, record_page, lamps, passage):
    data = record_page.open(lamps)
    record_page.send(with_new_row(data, EVIDENCE, field=field, passage=passage.pk, stance="supports"))
    assert card(record_page, 0).select(".field-field .errorlist")
    assert not Evidence.objects.exists()


def test_invented_fields_and_values_of_a_card_create_no_rows(record_page, lamps, passage):
    data = with_new_row(
        record_page.open(lamps), EVIDENCE, field=["*", *(f"x{number}" for number in range(2_000)), "kind"],
        passage=passage.pk, **{f"y{number}": "" for number in range(500)},
    )  # fmt: skip
    record_page.send(data)
    # The formset contains a card for each choice, and a card with an error for the first invalid value.
    formset = record_page.response.context["inline_admin_formsets"]
    (evidence,) = [each.formset for each in formset if each.formset.model is Evidence]
    assert evidence.total_form_count() == 3
    assert len(evidence.data) < len(data) + 20


def test_a_new_figure_that_is_deleted_again_gets_no_footnote(record_page, lamps, passage):
    data = with_new_row(record_page.open(lamps), FIGURES, **FIGURE)
    data = with_deleted_row(data, FIGURES, 0)
    record_page.send(with_new_row(data, EVIDENCE, field="figure:new", passage=passage.pk, stance="supports"))
    assert "Enter the new figure in the rows above" in errors_in(record_page.response)


def test_the_same_footnote_for_a_new_figure_twice_is_an_error(record_page, lamps, passage):
    data = with_new_row(record_page.open(lamps), FIGURES, **FIGURE) | {f"{EVIDENCE}-TOTAL_FORMS": "2"}
    for index in (0, 1):
        data |= row(EVIDENCE, index, field="figure:new", passage=passage.pk, stance="supports")
    record_page.send(data)
    assert "This footnote already exists." in errors_in(record_page.response)


@pytest.mark.parametrize("total", ["", "x", "-1", "9" * 12, "9" * 30])
def test_a_wrong_number_of_cards_is_answered(total, record_page, lamps, passage):
    data = with_new_row(record_page.open(lamps), EVIDENCE, field=["*", "kind"], passage=passage.pk)
    response = record_page.send(data | {f"{EVIDENCE}-TOTAL_FORMS": total})
    assert response.status_code in {200, 302}


def test_curators_who_may_only_read_see_the_values_without_fields(lamps, passage):
    make.make_evidence(lamps, "status", passage)
    names = ["view_initiative", "view_evidence", "view_passage", "view_report"]
    client = staff_client(*Permission.objects.filter(codename__in=names))
    page = soup(client.get(admin_url(lamps, "change")))
    assert "The lamps shine since May." in page.select_one(".cited-passage").text
    shown = page.select_one(f"#{EVIDENCE}-0")
    assert "gazette#3" in shown.text
    assert shown.select("input:not([type=hidden]), select") == []
