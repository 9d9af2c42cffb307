"""The review page shows each new or changed value with the text of its cited passages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import InitiativeCity
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.curation.admin_client import (
    EVIDENCE,
    SIDEBAR_QUERIES,
    RecordPage,
    admin_url,
    messages_in,
    soup,
    with_new_row,
)
from tests.curation.evidence_steps import add_evidence_url, claim_data

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def passages(db):
    """The passages of a report of 12 March 2026 about a memorandum and about a hotline."""
    report = make.make_report("herald", passages=0, title="Lamps for two cities", published_on="2026-03-12")
    report.passages.create(number=1, summary="Alphaville and Betaville signed a memorandum.")
    report.passages.create(
        number=2,
        summary="A hotline is planned for over 40,000 visitors.",
        summary_ru="Планируется горячая линия.",
        quotation="It will open soon.",
    )
    return list(report.passages.order_by("number"))


@pytest.fixture
def lamps(passages):
    """An initiative in review. No passage contains its start, its third city or its number of visitors."""
    cities = [make.make_city(slug) for slug in ("alphaville", "betaville", "gammaville")]
    record = make.make_initiative("lamps", lead=cities, starts_on="2026-06", state=PublicationState.IN_REVIEW)
    first, second = passages
    make.make_evidence(record, "*", first)
    make.make_evidence(record, "status", first)
    make.make_evidence(record, "cities", first)
    make.make_evidence(record, "starts_on", second)
    make.make_evidence(record, make.make_figure(record, "visitors", 30_000), second)
    return record


def review_url(record) -> str:
    return reverse("admin:review_record", args=[record.collection, record.pk])


def review_values(client, record) -> dict[str, str]:
    """The texts of the values on the review page, by label."""
    page = soup(client.get(review_url(record)))
    return {
        row.dt.text: " ".join(row.dd.get_text(" ").split()) for row in page.select(".reviewed-values > div")
    }


HERALD = "Lamps for two cities (The Gazette, 12 March 2026)"
MEMORANDUM = f"[1] {HERALD} ¶1 Alphaville and Betaville signed a memorandum."
HOTLINE = (
    f"[2] {HERALD} ¶2 A hotline is planned for over 40,000 visitors. Original wording It will open soon."
)


def test_a_new_record_shows_the_words_of_the_passages_beside_each_value(carl, lamps):
    values = review_values(carl, lamps)
    assert values["status"] == f"agreed {MEMORANDUM}"
    assert values["starts on"] == f"June 2026 {HOTLINE} ⚠ The passage does not contain “June 2026”."
    assert values["cities in initiatives"] == (
        f"Alphaville · lead Betaville · lead Gammaville · lead {MEMORANDUM} "
        "⚠ No passage for this field mentions Gammaville."
    )
    assert values["figures"] == (
        f"visitors · 30,000 · lamps · exactly {HOTLINE} ⚠ The passage does not contain “30,000”."
    )
    assert values["kind"] == "project supported by the passages for the record as a whole"
    assert values["the record as a whole"] == MEMORANDUM
    assert "evidence" not in values


def test_each_passage_links_to_its_place_on_the_page_of_the_report(carl, lamps):
    page = soup(carl.get(review_url(lamps)))
    assert {link["href"] for link in page.select(".cited-passages a")} == {
        "/reports/herald/#p1", "/reports/herald/#p2"
    }  # fmt: skip
    [link] = {link["href"] for link in page.select(".reviewed-values p a")}
    assert page.select_one(link).dt.text == "the record as a whole"


def test_the_words_are_in_the_language_of_the_reviewer_if_they_are_translated(carl, lamps):
    carl.cookies["django_language"] = "ru"
    [words, *_others] = soup(carl.get(review_url(lamps))).select("[href$='/herald/#p2'] ~ blockquote")
    assert words.text == "Планируется горячая линия."


def test_later_only_changed_values_and_new_evidence_are_shown(carl, lamps, passages):
    carl.post(review_url(lamps), {"decision": "seen", "seen": "0"})
    page = RecordPage(carl)
    data = page.open(lamps) | {"starts_on": "2026-09"}
    page.send(with_new_row(data, EVIDENCE, field="kind", passage=passages[1].pk, stance="supports"))
    assert page.was_saved
    values = review_values(carl, lamps)
    assert list(values) == ["starts on", "evidence", "kind"]
    assert values["starts on"].endswith(f"{HOTLINE} ⚠ The passage does not contain “September 2026”.")
    assert values["kind"] == HOTLINE


def test_a_value_without_evidence_is_marked(carl, lamps):
    lamps.evidence.filter(field="starts_on").delete()
    assert review_values(carl, lamps)["starts on"] == "June 2026 no evidence yet"


def test_passages_of_draft_reports_are_shown_as_not_counting(carl, lamps, passages):
    report = passages[0].report
    report.state = PublicationState.DRAFT
    report.save()
    assert f"¶1 draft: does not count {passages[0].summary}" in review_values(carl, lamps)["status"]


def test_records_without_evidence_fields_show_their_values_alone(carl, passages):
    assert review_values(carl, passages[0].report)["title"] == "Lamps for two cities"


def test_the_page_needs_the_same_queries_for_few_and_many_passages(carl):
    counts = []
    for slug, number in (("few", 2), ("many", 30)):
        cities = [make.make_city(f"{slug}-{n}") for n in range(number)]
        record = make.make_initiative(slug, lead=cities, state=PublicationState.IN_REVIEW)
        for passage in make.make_report(slug, passages=number).passages.all():
            for field in ("*", "starts_on", "cities", make.make_figure(record, f"lamps {passage.number}")):
                make.make_evidence(record, field, passage)
        carl.get(review_url(record))
        with CaptureQueriesContext(connection) as captured:
            carl.get(review_url(record))
        counts.append(len(captured))
    # The queries read session, account, permissions, record, position in the queue, document and versions, evidence
    # with passages, filled relations, rulings, cities, last transition and send-back, publish checks, and numbers of
    # the sidebar.
    assert counts[0] == counts[1] <= 51 + SIDEBAR_QUERIES


# For the author


def test_the_form_points_out_values_that_no_passage_states(carl, lamps):
    page = soup(carl.get(admin_url(lamps, "change")))
    assert {text.text.strip() for text in page.select(".unstated")} == {
        "⚠ The passage does not contain “June 2026”.",
        "⚠ The passage does not contain “30,000”.",
        "⚠ No passage for this field mentions Gammaville.",
    }


def warnings(client, response) -> list[str]:
    return [text for text in messages_in(response) if "not contain" in text or "mentions" in text]


def test_a_save_points_out_the_changed_values_that_no_passage_states(carl, lamps):
    page = RecordPage(carl)
    page.send(page.open(lamps) | {"starts_on": "2026-09"})
    assert page.was_saved
    assert warnings(carl, carl.get(page.url)) == [
        f"Starts on: The passage does not contain “September 2026”. {HERALD} ¶2"
    ]


def test_added_evidence_is_pointed_out_if_it_does_not_state_the_value(carl, lamps, passages):
    lamps.evidence.all().delete()
    data = claim_data(passages[1], "starts_on", "cities", "kind")
    assert warnings(carl, carl.post(add_evidence_url(lamps), data, follow=True)) == [
        f"Starts on: The passage does not contain “June 2026”. {HERALD} ¶2",
        "Cities: No passage for this field mentions Alphaville, Betaville, Gammaville.",
    ]


@pytest.mark.parametrize(
    "values",
    [
        # The curator has entered the value from the passage.
        {"reported_value": "in early summer"},
        {"stance": "differs", "reported_value": "2026-03"},
        {"stance": "earlier", "reported_value": "as of 2025-03: 2027"},
    ],
)
def test_values_that_only_a_person_can_judge_are_not_marked(values, carl, lamps):
    Evidence.objects.filter(field="starts_on").update(**values)
    assert "does not contain" not in review_values(carl, lamps)["starts on"]


def test_a_differing_value_that_its_passage_does_not_state_is_pointed_out(carl, lamps):
    Evidence.objects.filter(field="starts_on").update(stance="differs", reported_value="2027-01")
    Evidence.objects.filter(field="figure").update(stance="differs", reported_value="over 50,000")
    values = review_values(carl, lamps)
    assert values["starts on"].endswith(
        "⚠ The passage does not contain “January 2027”. no sufficient evidence yet"
    )
    assert "⚠ The passage does not contain “50,000”." in values["figures"]


def test_a_value_that_is_stated_is_not_pointed_out(carl, lamps, passages):
    InitiativeCity.objects.filter(city__slug="gammaville").delete()
    lamps.figures.update(value=40_000)
    passages[1].quotation = "The line opens in June."
    passages[1].save()
    assert soup(carl.get(review_url(lamps))).select(".unstated") == []
