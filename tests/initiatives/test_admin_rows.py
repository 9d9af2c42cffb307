"""Duplicate, deleted, unknown and very many rows on the admin page of an initiative."""

import pytest

from sco_cities.curation.evidence.evidence_inline import FOOTNOTES_PER_PAGE
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    SIDEBAR_QUERIES,
    admin_url,
    errors_in,
    row,
    soup,
    with_new_row,
)

pytestmark = pytest.mark.only_on("sqlite")


def make_passage():
    return make.make_report().passages.first()


REPEATED = [
    (
        EVIDENCE,
        {"field": "status", "stance": "supports", "reported_value": ""},
        "This footnote already exists.",
    ),
    (CITIES, {"role": "partner"}, "This city is already listed. A city can have only one role."),
    (
        FIGURES,
        {"label": "cameras", "value": "1", "unit": "x", "qualifier": "exact", "period": ""},
        "This record already has a figure with this label.",
    ),
]


@pytest.mark.parametrize(("prefix", "values", "error"), REPEATED)
def test_a_duplicate_row_is_rejected(prefix, values, error, record_page, published):
    related = {EVIDENCE: {"passage": make_passage().pk}, CITIES: {"city": published.cities.get().pk}}.get(
        prefix, {}
    )
    record_page.send(with_new_row(record_page.open(published), prefix, **values, **related))
    assert error in errors_in(record_page.response)


@pytest.mark.parametrize(("prefix", "values", "error"), REPEATED)
def test_two_equal_new_rows_are_rejected(prefix, values, error, record_page):
    initiative = make.make_initiative(state=PublicationState.DRAFT)
    related = {EVIDENCE: {"passage": make_passage().pk}, CITIES: {"city": make.make_city().pk}}.get(
        prefix, {}
    )
    sent = record_page.open(initiative) | {f"{prefix}-TOTAL_FORMS": "2"}
    record_page.send(sent | row(prefix, 0, **values, **related) | row(prefix, 1, **values, **related))
    assert error in errors_in(record_page.response)


def test_rows_that_swap_their_values_are_rejected_without_an_error_page(record_page):
    initiative = make.make_initiative(state=PublicationState.DRAFT)
    first, second = make.make_report(passages=2).passages.all()
    for item in (first, second):
        make.make_evidence(initiative, "status", item)
    sent = record_page.open(initiative)
    record_page.send(sent | row(EVIDENCE, 0, passage=second.pk) | row(EVIDENCE, 1, passage=first.pk))
    assert "This footnote already exists." in errors_in(record_page.response)


def test_a_footnote_deleted_by_another_curator_is_an_error_on_the_page(record_page, published):
    sent = record_page.open(published)
    published.evidence.first().delete()
    record_page.send(sent)
    assert "Another curator has removed one of these rows" in errors_in(record_page.response)


@pytest.mark.parametrize("key", ["999999", "9" * 30, "-1", "x", "1;", "٣"])
def test_a_passage_that_does_not_exist_is_a_field_error(key, record_page, published):
    record_page.send(
        with_new_row(
            record_page.open(published),
            EVIDENCE,
            field="kind",
            passage=key,
            stance="supports",
            reported_value="",
        )
    )
    assert soup(record_page.response).select(f"#{EVIDENCE}-5 .field-passage .errorlist")


def test_former_addresses_are_listed_and_cannot_be_edited(record_page, published):
    record_page.send(record_page.open(published) | {"slug": "lanterns"})
    record_page.read()
    rows = soup(record_page.response).select("#sources-formerslug-content_type-object_id-group")
    assert "lamps" in rows[0].text
    assert not rows[0].select("input:not([type=hidden])")


# Queries to open the page: session, user, the record, permissions of user and group (5); the selected countries,
# organisations and themes (3); the record's version, former slugs, cities, figures (4); for evidence, the number of
# pages, the rows of the page, their passages with reports, the figures that evidence and rulings can refer to (5),
# rulings (1); for the notes next to the fields, evidence, figures, rulings, the filled fields (all lists in one query,
# figures) (5); the last review transition and the last return of the record (2), whether readers have seen the draft
# (1); the account's unsaved input in the form (1).
OPENING = 29
# Queries to save the page: session, user (2); begin, the record read and locked (3); the same again before the old
# values are read, the old values for the history, the record (12); permissions of user and group, the record's version
# (3); begin, the record read, locked and read again (4), whether readers have seen the draft (1); the submitted
# countries, organisations and themes (3); cities, figures, evidence, passages of the evidence, figures that the
# evidence can refer to, rulings (7); the passage of the new row (1); the constraints of the record and of the row, each
# in a savepoint (27); whether the slug is free (1); the record, its lists, the footnote (5); the new values of the
# record (9), change set and revision (2), the footnotes of the changed values (1); Django's log, both commits, and the
# message stored in the session, in a savepoint (6).
SAVING = 87


@pytest.fixture
def make_footnoted():
    def make_initiative(number):
        initiative = make.make_initiative(f"with-{number}", state=PublicationState.DRAFT)
        passages = list(make.make_report("long", passages=20).passages.all())
        make.Evidence.objects.bulk_create(
            Evidence(
                record=initiative,
                field="kind",
                passage=passages[i % 20],
                stance="differs",
                reported_value=f"{i}",
            )
            for i in range(number)
        )
        return initiative

    return make_initiative


def test_a_record_opens_with_the_same_queries_for_2_footnotes_and_for_60(
    record_page, make_footnoted, django_assert_num_queries
):
    record_page.open(make_footnoted(1))
    for number in (2, 60):
        url = admin_url(make_footnoted(number), "change")
        with django_assert_num_queries(OPENING + SIDEBAR_QUERIES):
            page = record_page.client.get(url)
        rows = soup(page).select(f"#{EVIDENCE}-group .has_original")
        assert len(rows) == min(number, FOOTNOTES_PER_PAGE)


def test_a_record_is_saved_with_the_same_queries_for_2_footnotes_and_for_60(
    record_page, make_footnoted, django_assert_num_queries
):
    record_page.send(record_page.open(make_footnoted(1)))
    new = {"field": "*", "passage": make_passage().pk, "stance": "supports", "reported_value": ""}
    for number in (2, 60):
        sent = with_new_row(record_page.open(make_footnoted(number)), EVIDENCE, **new)
        with django_assert_num_queries(SAVING):
            record_page.send(sent)
        assert record_page.was_saved
