"""Editing an initiative: its cities, figures and footnotes on one page, and publishing it there."""

import pytest
from django.contrib.auth.models import Permission

from initiatives.models import Initiative
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    added,
    address,
    errors_in,
    filled_in,
    options_of,
    row,
    soup,
    staff_client,
    without,
)


def passage():
    return make.make_report().passages.first()


def test_a_page_that_is_sent_back_untouched_changes_nothing(desk):
    initiative = make.make_initiative("lamps", lead=[make.make_city()], sourced=True)
    make.make_evidence(initiative, make.make_figure(initiative))
    tables = (Initiative, Evidence, Figure, Initiative.cities.through)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    desk.send(desk.open(initiative))
    assert desk.was_saved
    after = [list(table.objects.order_by("pk").values()) for table in tables]
    assert after[0][0].pop("updated_at") > before[0][0].pop("updated_at")
    assert after == before


def test_a_new_initiative_is_published_in_one_go_with_its_evidence(curator):
    city, note = make.make_city(), passage()
    sent = filled_in(curator.get(address(Initiative, "add"))) | {
        "title_en": "Lamps", "summary_en": "Lamps are put up.", "slug": "lamps", "kind": "project",
        "status": "agreed", "state": "published",
        f"{EVIDENCE}-TOTAL_FORMS": "3",
        **row(CITIES, 0, city=city.pk, role="lead"),
        **row(EVIDENCE, 0, field="*", passage=note.pk, stance="supports", reported_value=""),
        **row(EVIDENCE, 1, field="status", passage=note.pk, stance="supports", reported_value=""),
    }  # fmt: skip
    lacking = sent | row(EVIDENCE, 2, field="kind", passage=note.pk, stance="supports", reported_value="")
    response = curator.post(address(Initiative, "add"), lacking)
    assert "No published report supports: cities." in errors_in(response)
    assert not Initiative.objects.exists()

    complete = lacking | row(EVIDENCE, 2, field="cities")
    assert curator.post(address(Initiative, "add"), complete).status_code == 302
    initiative = Initiative.objects.get()
    assert initiative.is_published
    assert initiative.unsourced_fields() == []


def test_publishing_without_evidence_names_the_fields_and_keeps_all_that_was_typed(desk):
    theme, note = make.make_theme(), passage()
    initiative = make.make_initiative("lamps", state=PublicationState.DRAFT, starts_on="")
    sent = desk.open(initiative) | {
        "title_ru": "Фонари", "starts_on": "2025-05", "state": "published", "themes": [theme.pk],
    }  # fmt: skip
    sent = added(sent, CITIES, city=make.make_city().pk, role="partner")
    sent = added(sent, FIGURES, label="cameras", value="12", unit="cameras", qualifier="over", period="2025")
    sent = added(sent, EVIDENCE, field="*", passage=note.pk, stance="supports", reported_value="so it says")

    response = desk.send(sent)

    assert not desk.was_saved
    assert "No published report supports: status, starts on, cities and figure: cameras." in errors_in(
        response
    )
    assert soup(response).select(".field-state .errorlist")
    again = filled_in(response)
    typed = {name: str(value) for name, value in sent.items() if not isinstance(value, list)}
    del typed["csrfmiddlewaretoken"]
    assert {name: value for name, value in again.items() if name in typed} == typed
    assert again["themes"] == [str(theme.pk)]
    assert not Evidence.objects.exists()
    assert list(Initiative.objects.values_list("state", "title_ru")) == [("draft", "")]


@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.IN_REVIEW])
def test_a_record_that_is_not_published_may_lack_evidence(state, desk):
    initiative = make.make_initiative(state=state)
    desk.send(desk.open(initiative) | {"ends_on": "2030"})
    assert desk.was_saved


@pytest.mark.parametrize(
    ("number", "lost"),
    [(0, "title in English, summary in English and kind"), (1, "status"), (2, "starts on"), (3, "cities"),
     (4, "figure: cameras")],
)  # fmt: skip
def test_the_last_footnote_of_a_published_value_cannot_be_removed(number, lost, desk, published):
    desk.send(without(desk.open(published), EVIDENCE, number))
    assert f"No published report supports: {lost}." in errors_in(desk.response)
    assert published.evidence.count() == 5


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("change", [{"stance": "differs", "reported_value": "x"}, {"field": "kind"}])
def test_the_last_footnote_of_a_published_value_cannot_come_to_mean_something_else(
    number, change, desk, published
):
    desk.send(desk.open(published) | row(EVIDENCE, number, **change))
    assert "No published report supports:" in errors_in(desk.response)


def test_the_last_footnote_cannot_move_to_a_report_that_readers_do_not_see(desk, published):
    hidden = make.make_report("hidden", state=PublicationState.DRAFT).passages.get()
    desk.send(desk.open(published) | row(EVIDENCE, 1, passage=hidden.pk))
    assert "No published report supports: status." in errors_in(desk.response)


def test_a_footnote_can_be_removed_together_with_its_value(desk, published):
    sent = desk.open(published) | {"starts_on": ""}
    for number in (2, 3):
        sent = without(sent, EVIDENCE, number)
    desk.send(without(sent, CITIES, 0))
    assert desk.was_saved
    assert sorted(item.field for item in published.evidence.all()) == ["*", "figure", "status"]


def test_a_footnote_can_be_exchanged_for_another(desk, published):
    other = make.make_report("other").passages.get()
    sent = without(desk.open(published), EVIDENCE, 1)
    desk.send(added(sent, EVIDENCE, field="status", passage=other.pk, stance="supports", reported_value=""))
    assert desk.was_saved
    assert published.evidence.get(field="status").passage == other


def test_a_new_value_of_a_published_record_needs_evidence(desk, published):
    sent = desk.open(published) | {"ends_on": "2030"}
    desk.send(sent)
    assert "No published report supports: ends on." in errors_in(desk.response)
    desk.send(
        added(sent, EVIDENCE, field="ends_on", passage=passage().pk, stance="supports", reported_value="")
    )
    assert desk.was_saved


def test_a_figure_is_renamed_together_with_its_footnotes(desk, published):
    desk.send(desk.open(published) | row(FIGURES, 0, label="lenses"))
    assert desk.was_saved
    assert published.evidence.get(figure__isnull=False).field_key == "figure:lenses"


def test_a_figure_goes_with_its_footnotes(desk, published):
    desk.send(without(desk.open(published), FIGURES, 0))
    assert desk.was_saved
    assert published.evidence.count() == 4


def test_a_footnote_cannot_be_edited_while_its_figure_is_removed(desk, published):
    desk.send(without(desk.open(published), FIGURES, 0) | row(EVIDENCE, 4, reported_value="x"))
    assert "This figure is being removed." in errors_in(desk.response)


def test_evidence_speaks_of_the_fields_of_the_record_and_of_its_figures(desk, published):
    other = make.make_initiative()
    make.make_figure(other, "not ours")
    desk.open(published)
    figure = published.figures.get()
    choices = options_of(desk.response, f"{EVIDENCE}-5-field")
    assert list(choices)[:6] == [
        "---------", "the record as a whole", "title in English", "title in Russian", "title in Chinese",
        "summary in English",
    ]  # fmt: skip
    assert list(choices)[-3:] == ["themes", "cities", "figure: cameras"]
    assert choices["figure: cameras"] == f"figure:{figure.pk}"
    assert len(choices) == 3 + len(Initiative.evidence_fields)


def test_evidence_on_a_figure_is_kept_with_the_figure(desk, published):
    figure = published.figures.get()
    note = make.make_report("other").passages.get()
    sent = desk.open(published)
    desk.send(
        added(
            sent,
            EVIDENCE,
            field=f"figure:{figure.pk}",
            passage=note.pk,
            stance="differs",
            reported_value="13",
        )
    )
    assert desk.was_saved
    kept = Evidence.objects.get(passage=note)
    assert (kept.field, kept.figure, kept.record) == ("figure", figure, published)


@pytest.mark.parametrize("field", ["figure", "figure:0", "figure:x", "slug", "nonsense", ""])
def test_evidence_on_anything_else_is_refused(field, desk, published):
    desk.send(
        added(
            desk.open(published),
            EVIDENCE,
            field=field,
            passage=passage().pk,
            stance="differs",
            reported_value="1",
        )
    )
    assert not desk.was_saved
    assert soup(desk.response).select(f"#{EVIDENCE}-5 .field-field .errorlist")


@pytest.mark.parametrize("stance", ["differs", "earlier"])
def test_what_a_passage_reports_instead_must_be_said(stance, desk, published):
    sent = desk.open(published)
    desk.send(added(sent, EVIDENCE, field="status", passage=passage().pk, stance=stance, reported_value=" "))
    [error] = soup(desk.response).select(f"#{EVIDENCE}-5 .field-reported_value .errorlist li")
    assert "Say what the passage reports" in error.text


def test_staff_who_may_not_see_the_evidence_cannot_publish_without_it(db):
    codenames = ["view_initiative", "change_initiative", "review_records"]
    client = staff_client(*Permission.objects.filter(codename__in=codenames))
    bare, sourced = (
        make.make_initiative(state=PublicationState.DRAFT),
        make.make_initiative(state=PublicationState.DRAFT, sourced=True),
    )
    for initiative in (bare, sourced):
        desk = address(initiative, "change")
        response = client.get(desk)
        assert f"{EVIDENCE}-TOTAL_FORMS" not in filled_in(response)
        client.post(desk, filled_in(response) | {"state": "published"})
    assert [Initiative.objects.get(pk=record.pk).state for record in (bare, sourced)] == [
        "draft",
        "published",
    ]


def test_staff_who_may_only_look_see_the_evidence_and_change_nothing(db):
    initiative = make.make_initiative(sourced=True)
    client = staff_client(*Permission.objects.filter(codename__startswith="view_"))
    response = client.get(address(initiative, "change"))
    assert response.status_code == 200
    assert "gazette-20250101#1" in response.content.decode()
    assert client.post(address(initiative, "change"), filled_in(response)).status_code == 403
