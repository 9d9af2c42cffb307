"""The rows on an initiative's page: repeated, removed, unknown, and very many."""

import pytest

from sco_cities.curation.evidence.inlines import FOOTNOTES_PER_PAGE
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.curation.admin_client import CITIES, EVIDENCE, FIGURES, added, errors_in, row, soup


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
    initiative = make.make_initiative(state=PublicationState.DRAFT)
    chosen = {EVIDENCE: {"passage": passage().pk}, CITIES: {"city": make.make_city().pk}}.get(prefix, {})
    sent = desk.open(initiative) | {f"{prefix}-TOTAL_FORMS": "2"}
    desk.send(sent | row(prefix, 0, **values, **chosen) | row(prefix, 1, **values, **chosen))
    assert error in errors_in(desk.response)


def test_rows_that_swap_their_places_are_refused_and_not_an_error_page(desk):
    initiative = make.make_initiative(state=PublicationState.DRAFT)
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


# Session, user, the record, permissions of user and group (5). The countries, organisations and themes chosen (3).
# The record's version, former slugs, cities, figures (4). Evidence: how many pages of it, the page's rows, their
# passages with their reports, the figures that it and rulings can speak of (5), rulings (1). The notes beside the
# fields: evidence, figures, rulings, and which fields are filled (all lists at once, figures) (5). The last step of
# the review (1).
OPENING = 24
# Session, user, permissions of user and group (4). Begin, the record, locked, what it says for the history (12),
# and its version (2), the record read anew (5). Countries, organisations and themes: which are sent (3). The slug
# is free (2). Cities, figures, evidence, its passages, the figures it can speak of, rulings (8). The new row: its
# passage is there, three constraints in savepoints (10). The record: six constraints in savepoints, the slug is
# free (19). Record, its lists, the footnote (5). What the record says now (9), change set and revision (2), the
# footnotes of what was changed (1), Django's log, end (3); the message is kept in the session (3).
SAVING = 89


@pytest.fixture
def footnoted():
    def footnoted(number):
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

    return footnoted


def test_a_record_opens_with_the_same_queries_for_2_footnotes_and_for_60(
    desk, footnoted, django_assert_num_queries
):
    desk.open(footnoted(1))
    for number in (2, 60):
        initiative = footnoted(number)
        with django_assert_num_queries(OPENING):
            desk.open(initiative)
        shown = soup(desk.response).select(f"#{EVIDENCE}-group tr.has_original")
        assert len(shown) == min(number, FOOTNOTES_PER_PAGE)


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
