"""The rows on an initiative's page: repeated, removed, unknown, and very many."""

import pytest

from sco_cities.sources.models import Evidence
from sco_cities.sources.records import State
from tests import factories as make
from tests.curation.desk import (
    CITIES,
    EVIDENCE,
    FIGURES,
    added,
    errors_in,
    row,
    soup,
)


def passage():
    return make.make_report().passages.first()


REPEATED = [
    (
        EVIDENCE,
        {"field": "status", "stance": "supports", "reported_value": ""},
        "This footnote is there already.",
    ),
    (CITIES, {"role": "partner"}, "This city has a role already."),
    (
        FIGURES,
        {"label": "cameras", "value": "1", "unit": "x", "qualifier": "exact", "period": ""},
        "This record has a figure of this label already.",
    ),
]


@pytest.mark.parametrize(("prefix", "values", "error"), REPEATED)
def test_a_row_that_is_there_already_is_refused(prefix, values, error, desk, published):
    chosen = {EVIDENCE: {"passage": passage().pk}, CITIES: {"city": published.cities.get().pk}}.get(
        prefix, {}
    )
    desk.send(added(desk.open(published), prefix, **values, **chosen))
    assert error in errors_in(desk.response)


@pytest.mark.parametrize(("prefix", "values", "error"), REPEATED)
def test_two_new_rows_that_repeat_each_other_are_refused(prefix, values, error, desk):
    initiative = make.make_initiative(state=State.DRAFT)
    chosen = {EVIDENCE: {"passage": passage().pk}, CITIES: {"city": make.make_city().pk}}.get(prefix, {})
    sent = desk.open(initiative) | {f"{prefix}-TOTAL_FORMS": "2"}
    desk.send(sent | row(prefix, 0, **values, **chosen) | row(prefix, 1, **values, **chosen))
    assert error in errors_in(desk.response)


def test_rows_that_swap_their_places_are_refused_and_not_an_error_page(desk):
    initiative = make.make_initiative(state=State.DRAFT)
    first, second = make.make_report(passages=2).passages.all()
    for item in (first, second):
        make.make_evidence(initiative, "status", item)
    sent = desk.open(initiative)
    desk.send(sent | row(EVIDENCE, 0, passage=second.pk) | row(EVIDENCE, 1, passage=first.pk))
    assert "This footnote is there already." in errors_in(desk.response)


def test_a_footnote_that_another_curator_removed_meanwhile_is_an_error_on_the_page(desk, published):
    sent = desk.open(published)
    published.evidence.first().delete()
    desk.send(sent)
    assert "Another curator removed one of these rows" in errors_in(desk.response)


@pytest.mark.parametrize("key", ["999999", "9" * 30, "-1", "x", "1;", "٣"])
def test_a_passage_that_does_not_exist_is_an_error_beside_the_field(key, desk, published):
    desk.send(
        added(desk.open(published), EVIDENCE, field="kind", passage=key, stance="supports", reported_value="")
    )
    assert soup(desk.response).select(f"#{EVIDENCE}-5 .field-passage .errorlist")


def test_former_addresses_are_listed_and_cannot_be_edited(desk, published):
    desk.send(desk.open(published) | {"slug": "lanterns"})
    desk.read()
    rows = soup(desk.response).select("#sources-formerslug-content_type-object_id-group")
    assert "lamps" in rows[0].text
    assert not rows[0].select("input:not([type=hidden])")


# Session, user, permissions of user and group; the record; the countries, organisations and themes chosen;
# former slugs; cities; figures; evidence, its passages with their reports, and the figures it can speak of.
OPENING = 14
# Session, user, permissions of user and group (4); begin, the record, which is locked and read anew, end
# (5); countries, organisations and themes: which are sent, and which are there already (6); evidence, its
# passages, the figures it can speak of (3); cities and figures that the page did not show (2). The new row:
# its passage is there, three constraints in savepoints (10). The record: no former slug of others, six
# constraints in savepoints, the slug is free (20). Record, footnote and history are written (3), and the
# message is kept in the session (3).
SAVING = 56


@pytest.fixture
def footnoted():
    def footnoted(number):
        initiative = make.make_initiative(f"with-{number}", state=State.DRAFT)
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

    return footnoted


def test_a_record_opens_with_the_same_queries_for_2_footnotes_and_for_60(
    desk, footnoted, django_assert_num_queries
):
    desk.open(footnoted(1))
    for number in (2, 60):
        initiative = footnoted(number)
        with django_assert_num_queries(OPENING):
            desk.open(initiative)
        assert len(soup(desk.response).select(f"#{EVIDENCE}-group tr.has_original")) == number


def test_a_record_is_saved_with_the_same_queries_for_2_footnotes_and_for_60(
    desk, footnoted, django_assert_num_queries
):
    desk.send(desk.open(footnoted(1)))
    new = {"field": "*", "passage": passage().pk, "stance": "supports", "reported_value": ""}
    for number in (2, 60):
        sent = added(desk.open(footnoted(number)), EVIDENCE, **new)
        with django_assert_num_queries(SAVING):
            desk.send(sent)
        assert desk.was_saved
