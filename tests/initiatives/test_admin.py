"""The admin page of an initiative edits cities, figures and footnotes, and publishes the record."""

import pytest
from django.contrib.auth.models import Permission

from initiatives.models import Initiative
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    admin_url,
    errors_in,
    form_data,
    row,
    select_options,
    soup,
    staff_client,
    unrendered_form_data,
    with_deleted_row,
    with_new_row,
)

pytestmark = pytest.mark.only_on("sqlite")


def make_passage():
    return make.make_report().passages.first()


def test_submitting_an_unchanged_page_changes_nothing(record_page):
    initiative = make.make_initiative("lamps", lead=[make.make_city()], sourced=True)
    make.make_evidence(initiative, make.make_figure(initiative))
    tables = (Initiative, Evidence, Figure, Initiative.cities.through)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    record_page.send(record_page.open(initiative))
    assert record_page.was_saved
    after = [list(table.objects.order_by("pk").values()) for table in tables]
    assert after[0][0].pop("updated_at") > before[0][0].pop("updated_at")
    assert after == before


def test_a_new_initiative_is_published_with_its_evidence_in_one_step(curator):
    city, note = make.make_city(), make_passage()
    sent = unrendered_form_data(curator, admin_url(Initiative, "add")) | {
        "title_en": "Lamps", "summary_en": "Lamps are put up.", "slug": "lamps", "kind": "project",
        "status": "agreed", "state": "published",
        f"{EVIDENCE}-TOTAL_FORMS": "3",
        **row(CITIES, 0, city=city.pk, role="lead"),
        **row(EVIDENCE, 0, field="*", passage=note.pk, stance="supports", reported_value=""),
        **row(EVIDENCE, 1, field="status", passage=note.pk, stance="supports", reported_value=""),
    }  # fmt: skip
    lacking = sent | row(EVIDENCE, 2, field="kind", passage=note.pk, stance="supports", reported_value="")
    response = curator.post(admin_url(Initiative, "add"), lacking)
    assert "does not cover them: cities." in errors_in(response)
    assert not Initiative.objects.exists()

    complete = lacking | row(EVIDENCE, 2, field="cities")
    assert curator.post(admin_url(Initiative, "add"), complete).status_code == 302
    initiative = Initiative.objects.get()
    assert initiative.is_published
    assert evidence_coverage.unsourced_fields([initiative])[initiative.pk] == []


def test_publishing_without_evidence_names_the_fields_and_keeps_the_input(record_page):
    theme, note = make.make_theme(), make_passage()
    initiative = make.make_initiative("lamps", state=PublicationState.DRAFT, starts_on="")
    sent = record_page.open(initiative) | {
        "title_ru": "Фонари", "starts_on": "2025-05", "state": "published", "themes": [theme.pk],
    }  # fmt: skip
    sent = with_new_row(sent, CITIES, city=make.make_city().pk, role="partner")
    sent = with_new_row(
        sent, FIGURES, label="cameras", value="12", unit="cameras", qualifier="over", period="2025"
    )
    sent = with_new_row(
        sent, EVIDENCE, field="*", passage=note.pk, stance="supports", reported_value="so it says"
    )

    response = record_page.send(sent)

    assert not record_page.was_saved
    assert "does not cover them: status, starts on, cities and figure: cameras." in errors_in(response)
    assert soup(response).select(".field-state .errorlist")
    shown_again = form_data(response)
    typed = {name: str(value) for name, value in sent.items() if not isinstance(value, list)}
    assert {name: value for name, value in shown_again.items() if name in typed} == typed
    assert shown_again["themes"] == [str(theme.pk)]
    assert not Evidence.objects.exists()
    assert list(Initiative.objects.values_list("state", "title_ru")) == [("draft", "")]


@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW])
def test_an_unpublished_record_may_lack_evidence(state, record_page):
    initiative = make.make_initiative(state=state)
    record_page.send(record_page.open(initiative) | {"ends_on": "2030"})
    assert record_page.was_saved


@pytest.mark.parametrize(
    ("number", "lost"),
    [(0, "title in English, summary in English and kind"), (1, "status"), (2, "starts on"), (3, "cities"),
     (4, "figure: cameras")],
)  # fmt: skip
def test_the_last_footnote_of_a_published_value_cannot_be_removed(number, lost, record_page, published):
    record_page.send(with_deleted_row(record_page.open(published), EVIDENCE, number))
    assert f"{lost}." in errors_in(record_page.response)
    assert published.evidence.count() == 5


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("change", [{"stance": "differs", "reported_value": "x"}, {"field": "kind"}])
def test_the_last_footnote_of_a_published_value_cannot_change_its_meaning(
    number, change, record_page, published
):
    record_page.send(record_page.open(published) | row(EVIDENCE, number, **change))
    assert "evidence" in soup(record_page.response).select_one(".field-state .errorlist").text


def test_the_last_footnote_cannot_move_to_an_unpublished_report(record_page, published):
    hidden = make.make_report("hidden", state=PublicationState.DRAFT).passages.get()
    record_page.send(record_page.open(published) | row(EVIDENCE, 1, passage=hidden.pk))
    assert "does not cover them: status." in errors_in(record_page.response)


def test_a_footnote_can_be_removed_together_with_its_value(record_page, published):
    sent = record_page.open(published) | {"starts_on": ""}
    for number in (2, 3):
        sent = with_deleted_row(sent, EVIDENCE, number)
    record_page.send(with_deleted_row(sent, CITIES, 0))
    assert record_page.was_saved
    assert sorted(item.field for item in published.evidence.all()) == ["*", "figure", "status"]


def test_a_footnote_can_be_replaced_by_another(record_page, published):
    other = make.make_report("other").passages.get()
    sent = with_deleted_row(record_page.open(published), EVIDENCE, 1)
    record_page.send(
        with_new_row(sent, EVIDENCE, field="status", passage=other.pk, stance="supports", reported_value="")
    )
    assert record_page.was_saved
    assert published.evidence.get(field="status").passage == other


def test_a_new_value_of_a_published_record_needs_evidence(record_page, published):
    sent = record_page.open(published) | {"ends_on": "2030"}
    record_page.send(sent)
    assert "does not cover them: ends on." in errors_in(record_page.response)
    record_page.send(
        with_new_row(
            sent, EVIDENCE, field="ends_on", passage=make_passage().pk, stance="supports", reported_value=""
        )
    )
    assert record_page.was_saved


def test_a_figure_is_renamed_together_with_its_footnotes(record_page, published):
    record_page.send(record_page.open(published) | row(FIGURES, 0, label="lenses"))
    assert record_page.was_saved
    assert published.evidence.get(figure__isnull=False).field_key == "figure:lenses"


def test_a_figure_is_deleted_with_its_footnotes(record_page, published):
    record_page.send(with_deleted_row(record_page.open(published), FIGURES, 0))
    assert record_page.was_saved
    assert published.evidence.count() == 4


def test_a_new_figure_with_the_label_of_a_deleted_figure_needs_new_evidence(record_page, published):
    page = with_deleted_row(record_page.open(published), FIGURES, 0)
    record_page.send(with_new_row(page, FIGURES, label="cameras", value="13", unit="cameras", period="2025"))
    assert "does not cover them: figure: cameras." in errors_in(record_page.response)
    assert published.figures.get().value != 13
    assert published.evidence.count() == 5


def test_a_footnote_cannot_be_edited_while_its_figure_is_deleted(record_page, published):
    record_page.send(
        with_deleted_row(record_page.open(published), FIGURES, 0) | row(EVIDENCE, 4, reported_value="x")
    )
    assert "This figure is marked for removal." in errors_in(record_page.response)


def test_evidence_can_refer_to_the_fields_of_the_record_and_its_figures(record_page, published):
    other = make.make_initiative()
    make.make_figure(other, "not ours")
    record_page.open(published)
    figure = published.figures.get()
    choices = select_options(record_page.response, f"{EVIDENCE}-0-field")
    assert list(choices)[:6] == [
        "---------", "the record as a whole", "title in English", "title in Russian", "title in Chinese",
        "summary in English",
    ]  # fmt: skip
    assert list(choices)[-3:] == ["themes", "cities", "figure: cameras"]
    assert choices["figure: cameras"] == f"figure:{figure.pk}"
    assert len(choices) == 3 + len(Initiative.evidence_fields)


def test_evidence_on_a_figure_is_stored_with_the_figure(record_page, published):
    figure = published.figures.get()
    note = make.make_report("other").passages.get()
    sent = record_page.open(published)
    record_page.send(
        with_new_row(
            sent,
            EVIDENCE,
            field=f"figure:{figure.pk}",
            passage=note.pk,
            stance="differs",
            reported_value="13",
        )
    )
    assert record_page.was_saved
    evidence = Evidence.objects.get(passage=note)
    assert (evidence.field, evidence.figure, evidence.record) == ("figure", figure, published)


@pytest.mark.parametrize("field", ["figure", "figure:0", "figure:x", "slug", "nonsense", ""])
def test_evidence_on_another_field_is_rejected(field, record_page, published):
    record_page.send(
        with_new_row(
            record_page.open(published),
            EVIDENCE,
            field=field,
            passage=make_passage().pk,
            stance="differs",
            reported_value="1",
        )
    )
    assert not record_page.was_saved
    assert soup(record_page.response).select(f"#{EVIDENCE}-5 .field-field .errorlist")


@pytest.mark.parametrize("stance", ["differs", "earlier"])
def test_a_differing_passage_requires_the_reported_value(stance, record_page, published):
    sent = record_page.open(published)
    record_page.send(
        with_new_row(
            sent, EVIDENCE, field="status", passage=make_passage().pk, stance=stance, reported_value=" "
        )
    )
    [error] = soup(record_page.response).select(f"#{EVIDENCE}-5 .field-reported_value .errorlist li")
    assert "Enter the value that the passage reports" in error.text


def test_staff_without_access_to_evidence_cannot_publish_without_it(db):
    codenames = ["view_initiative", "change_initiative", "review_records"]
    client = staff_client(*Permission.objects.filter(codename__in=codenames))
    bare, sourced = (
        make.make_initiative(state=PublicationState.DRAFT),
        make.make_initiative(state=PublicationState.DRAFT, sourced=True),
    )
    for initiative in (bare, sourced):
        url = admin_url(initiative, "change")
        response = client.get(url)
        assert f"{EVIDENCE}-TOTAL_FORMS" not in form_data(response)
        client.post(url, form_data(response) | {"state": "published"})
    assert [Initiative.objects.get(pk=record.pk).state for record in (bare, sourced)] == [
        "draft",
        "published",
    ]


def test_staff_with_view_permission_see_the_evidence_and_change_nothing(db):
    initiative = make.make_initiative(sourced=True)
    client = staff_client(*Permission.objects.filter(codename__startswith="view_"))
    response = client.get(admin_url(initiative, "change"))
    assert response.status_code == 200
    assert "gazette-20250101#1" in response.content.decode()
    assert client.post(admin_url(initiative, "change"), form_data(response)).status_code == 403
