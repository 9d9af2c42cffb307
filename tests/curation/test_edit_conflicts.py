"""A stale form, inline row or deletion does not overwrite another user's change."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from sco_cities.cities.models import City
from sco_cities.history.models import Revision
from sco_cities.history.versions import version_of
from sco_cities.sources.models import FormerSlug, Passage
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    RecordPage,
    curator_client,
    errors_in,
    form_data,
    row,
    run_action,
    soup,
    with_deleted_row,
    with_new_row,
)
from tests.history.snapshots import edit, recording, snapshot

SAVERS = 32


@pytest.fixture
def lamps(db):
    """A draft, so tests need no evidence for changed values."""
    return make.make_initiative("lamps", state="draft", lead=[make.make_city()], ends_on="2030")


def text_of(element) -> str:
    return " ".join(element.get_text(" ").split())


def conflicts_on(record_page) -> dict[str, list[str]]:
    """The texts of the three sides and the selected side of each conflict, by its heading."""
    assert not record_page.was_saved
    conflicts = {}
    for fieldset in soup(record_page.response).select(".edit-conflict fieldset"):
        selected = [field["value"] for field in fieldset.select("input[checked]")]
        sides = [text_of(value) for value in fieldset.select("dd")]
        conflicts.setdefault(text_of(fieldset.legend), []).extend([*sides, *selected])
    return conflicts


def choose(record_page, **sides):
    """Submits the conflict page with the side that is chosen for each field name."""
    record_page.send(
        form_data(record_page.response) | {f"choice-{name}": side for name, side in sides.items()}
    )


def test_a_stale_form_is_not_saved_and_shows_all_three_sides(record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps", "ends_on": "2031", "why": "Mine"}
    edit(lamps, title_en="Their lamps", status="completed")
    record_page.send(data)
    assert conflicts_on(record_page) == {
        "Title in English changed by both of you": [
            "Lamps", "removed: Lamps added: Their lamps", "removed: Lamps added: My lamps",
        ],
        "Status": ["agreed", "removed: agreed added: completed", "unchanged", "theirs"],
        "Ends on": ["2030", "unchanged", "removed: 2030 added: 2031", "yours"],
    }  # fmt: skip
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["ends_on"]) == ("Their lamps", "2030")


@pytest.mark.parametrize(("side", "title"), [("yours", "My lamps"), ("theirs", "Their lamps")])
def test_the_chosen_sides_are_saved_with_the_changes_of_one_side(side, title, record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps", "ends_on": "2031", "why": "Mine"}
    edit(lamps, title_en="Their lamps", status="completed")
    record_page.send(data)
    choose(record_page, title_en=side)
    assert record_page.was_saved
    document = snapshot(lamps)
    assert (document["title_en"], document["status"], document["ends_on"]) == (title, "completed", "2031")
    assert Revision.objects.of(lamps).first().change_set.reason == "Mine"


def test_without_a_selection_the_page_is_shown_again_and_nothing_is_lost(record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps", "summary_en": "Two lines:\nof mine."}
    edit(lamps, title_en="Their lamps")
    record_page.send(data)
    choose(record_page)
    assert "choose your version or theirs" in record_page.response.content.decode()
    again = form_data(record_page.response)
    names = ("title_en", "summary_en", "version")
    assert [again[name] for name in names] == [data[name] for name in names]
    choose(record_page, title_en="yours")
    document = snapshot(lamps)
    assert document["title_en"] == "My lamps"
    assert document["summary_en"].split() == ["Two", "lines:", "of", "mine."]


def test_a_record_that_changes_again_during_the_choice_is_shown_again(record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    record_page.send(data)
    edit(lamps, title_en="Their other lamps")
    choose(record_page, title_en="yours")
    title = conflicts_on(record_page)["Title in English changed by both of you"]
    assert title[1] == "removed: Lamps added: Their other lamps"
    choose(record_page, title_en="yours")
    assert snapshot(lamps)["title_en"] == "My lamps"


def test_a_conflict_in_the_publication_state_is_shown(record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, state="in_review")
    record_page.send(data)
    [*sides, selected] = conflicts_on(record_page)["Publication state"]
    assert (sides, selected) == (["draft", "removed: draft added: in review", "unchanged"], "theirs")
    choose(record_page)
    assert (snapshot(lamps)["state"], snapshot(lamps)["title_en"]) == ("in_review", "My lamps")


def test_a_conflict_in_a_many_to_many_list_is_resolved(record_page, lamps):
    mine, theirs = make.make_theme("mine"), make.make_theme("theirs")
    data = record_page.open(lamps) | {"themes": [mine.pk]}
    with recording(lamps):
        lamps.themes.set([theirs])
    record_page.send(data)
    assert conflicts_on(record_page) == {
        "Themes changed by both of you": ["empty", "added: Theirs", "added: Mine"],
    }
    choose(record_page, themes="theirs")
    assert snapshot(lamps)["themes"] == ["theirs"]


def test_an_invalid_value_is_shown_as_submitted_and_refused_when_chosen(record_page, lamps):
    data = record_page.open(lamps) | {"starts_on": "some day", "title_en": "My lamps"}
    edit(lamps, starts_on="2025")
    record_page.send(data)
    assert conflicts_on(record_page)["Starts on changed by both of you"] == [
        "2024", "removed: 2024 added: 2025", "removed: 2024 added: some day",
    ]  # fmt: skip
    choose(record_page, starts_on="yours")
    assert "is not a valid date" in errors_in(record_page.response)
    again = form_data(record_page.response)
    assert (again["title_en"], again["version"]) == ("My lamps", str(version_of(lamps)))
    record_page.send(again | {"starts_on": "2026"})
    assert (snapshot(lamps)["starts_on"], snapshot(lamps)["title_en"]) == ("2026", "My lamps")


# Each row has my change of the form, their change, my choice, and the result.
ALPHA, BETA = {"city": "alphaville", "role": "lead"}, {"city": "betatown", "role": "partner"}


def i_add_beta(data):
    return with_new_row(data, CITIES, city=City.objects.get(slug="betatown").pk, role="partner")


def i_make_alpha_a_partner(data):
    return data | row(CITIES, 0, role="partner")


def i_remove_alpha(data):
    return with_deleted_row(data, CITIES, 0)


def i_change_no_row(data):
    return data


def they_add_beta(lamps):
    lamps.city_roles.create(city=City.objects.get(slug="betatown"), role="reference")


def they_add_the_same_beta(lamps):
    lamps.city_roles.create(city=City.objects.get(slug="betatown"), role="partner")


def they_make_alpha_a_reference(lamps):
    lamps.city_roles.filter(city__slug="alphaville").update(role="reference")


def they_remove_alpha(lamps):
    lamps.city_roles.filter(city__slug="alphaville").delete()


def they_replace_alpha(lamps):
    they_remove_alpha(lamps)
    lamps.city_roles.create(city=City.objects.get(slug="alphaville"), role="reference")


def row_of(city, role):
    return {"city": city, "role": role}


@pytest.mark.parametrize(
    ("mine", "theirs", "choice", "result"),
    [
        (i_add_beta, they_make_alpha_a_reference, None, [row_of("alphaville", "reference"), BETA]),
        (i_add_beta, they_remove_alpha, None, [BETA]),
        (i_add_beta, they_replace_alpha, None, [row_of("alphaville", "reference"), BETA]),
        (i_add_beta, they_add_the_same_beta, None, [ALPHA, BETA]),
        (i_add_beta, they_add_beta, "yours", [ALPHA, BETA]),
        (i_add_beta, they_add_beta, "theirs", [ALPHA, row_of("betatown", "reference")]),
        (i_make_alpha_a_partner, they_add_beta, None,
         [row_of("alphaville", "partner"), row_of("betatown", "reference")]),
        (i_make_alpha_a_partner, they_make_alpha_a_reference, "yours", [row_of("alphaville", "partner")]),
        (i_make_alpha_a_partner, they_make_alpha_a_reference, "theirs", [row_of("alphaville", "reference")]),
        (i_make_alpha_a_partner, they_remove_alpha, "yours", [row_of("alphaville", "partner")]),
        (i_make_alpha_a_partner, they_remove_alpha, "theirs", []),
        (i_make_alpha_a_partner, they_replace_alpha, "yours", [row_of("alphaville", "partner")]),
        (i_remove_alpha, they_add_beta, None, [row_of("betatown", "reference")]),
        (i_remove_alpha, they_make_alpha_a_reference, "yours", []),
        (i_remove_alpha, they_make_alpha_a_reference, "theirs", [row_of("alphaville", "reference")]),
        (i_remove_alpha, they_remove_alpha, None, []),
        (i_change_no_row, they_add_beta, None, [ALPHA, row_of("betatown", "reference")]),
        (i_change_no_row, they_make_alpha_a_reference, None, [row_of("alphaville", "reference")]),
        (i_change_no_row, they_remove_alpha, None, []),
    ],
)  # fmt: skip
def test_rows_that_both_sides_add_change_and_remove_are_merged(
    mine, theirs, choice, result, record_page, lamps
):
    make.make_city("betatown")
    data = mine(record_page.open(lamps)) | {"ends_on": "2031"}
    with recording(lamps):
        theirs(lamps)
    record_page.send(data)
    assert not record_page.was_saved
    page = soup(record_page.response)
    choice_names = {
        field["name"]
        for fieldset in page.select(".edit-conflict fieldset.changed-by-both")
        for field in fieldset.select("input")
    }
    assert len(choice_names) == (1 if choice else 0)
    record_page.send(form_data(record_page.response) | dict.fromkeys(choice_names, choice))
    assert record_page.was_saved, errors_in(record_page.response)
    assert snapshot(lamps)["city_roles"] == result
    assert snapshot(lamps)["ends_on"] == "2031"


def test_conflicts_in_evidence_and_figures_are_resolved(record_page, lamps):
    make.make_evidence(lamps, make.make_figure(lamps, "lamps", 12))
    kind = "kind · herald#1 “Passage 1 of herald.”"
    note = make.make_evidence(lamps, "kind", make.make_report("herald").passages.get())
    data = record_page.open(lamps) | row(FIGURES, 0, value="13")
    data = with_deleted_row(data, EVIDENCE, 1)
    with recording(lamps):
        lamps.figures.update(value=14)
        note.stance = "differs"
        note.reported_value = "a plan"
        note.save()
    record_page.send(data)
    assert conflicts_on(record_page) == {
        "Figure changed by both of you": [
            "lamps · 12 · lamps · exactly",
            "removed: lamps · 12 · lamps · exactly added: lamps · 14 · lamps · exactly",
            "removed: lamps · 12 · lamps · exactly added: lamps · 13 · lamps · exactly",
        ],
        "Evidence changed by both of you": [
            f"{kind} · confirms",
            f"{kind} · removed: confirms added: contradicts · a plan",
            f"removed: {kind} · confirms",
        ],
    }  # fmt: skip
    names = {
        field["name"].removeprefix("choice-") for field in soup(record_page.response).select("fieldset input")
    }
    choose(record_page, **{name: "theirs" if name.startswith(EVIDENCE) else "yours" for name in names})
    assert record_page.was_saved, errors_in(record_page.response)
    document = snapshot(lamps)
    assert [each["value"] for each in document["figures"]] == ["13"]
    assert [each["stance"] for each in document["evidence"]] == ["supports", "differs"]


def test_a_form_without_a_valid_version_counts_as_the_oldest(record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    for version in ("", "x", "-1", "9" * 40):
        record_page.send(data | {"version": version})
        assert "changed by both of you" in record_page.response.content.decode()
    assert snapshot(lamps)["title_en"] == "Their lamps"


@pytest.mark.parametrize("their_change", ["a reverted one", "one that the form does not show"])
def test_a_change_without_an_effect_on_the_form_causes_no_conflict(record_page, lamps, their_change):
    data = record_page.open(lamps) | {"title_en": "My lamps"}
    if their_change == "a reverted one":
        edit(lamps, title_en="Their lamps")
        edit(lamps, title_en="Lamps")
    else:
        with recording(lamps):
            FormerSlug.objects.create(record=lamps, slug="torches")
    record_page.send(data)
    assert record_page.was_saved
    assert snapshot(lamps)["title_en"] == "My lamps"


def test_a_form_submitted_twice_reports_the_same_change_on_both_sides(record_page, lamps):
    data = record_page.open(lamps) | {"title_en": "My lamps"}
    record_page.send(data)
    record_page.send(data)
    assert "You both made the same change." in record_page.response.content.decode()
    assert Revision.objects.of(lamps).count() == 1


def test_the_input_of_a_form_of_a_deleted_record_can_be_copied(record_page, lamps):
    lanterns = {"label": "lanterns", "value": "7", "unit": "lamps", "qualifier": "over"}
    data = with_new_row(record_page.open(lamps), FIGURES, **lanterns)
    data |= {"title_en": "My <lamps>", "starts_on": "some day"}
    url, key = record_page.url, lamps.pk
    run_action(record_page.client, "delete_selected", [lamps], post="yes")
    response = record_page.client.post(url, data)
    texts = [text_of(item) for item in soup(response).select(".edit-conflict dd")]
    assert {"My <lamps>", "some day", "lanterns", "7", "over"} <= set(texts)
    link = soup(response).select_one(".edit-conflict p a")["href"]
    assert link == reverse("admin:initiatives_initiative_history", args=[key])
    assert "Restore" in record_page.client.get(link).content.decode()


# Passages on a separate page


@pytest.fixture
def passage(db):
    return make.make_report("gazette", passages=2, state="draft").passages.get(number=1)


def test_a_change_of_a_passage_is_in_the_history_of_its_report(record_page, passage):
    record_page.send(record_page.open(passage) | {"summary": "Mine.", "why": "Clearer"})
    revision = Revision.objects.of(passage.report).get()
    assert revision.change_set.reason == "Clearer"
    assert [each["summary"] for each in revision.changes["passages"]["added"]] == ["Mine."]


def test_a_conflict_in_a_passage_shows_three_sides(record_page, passage):
    data = record_page.open(passage) | {"summary": "Mine."}
    with recording(passage.report):
        Passage.objects.filter(pk=passage.pk).update(summary="Theirs.", quotation="Word for word")
    record_page.send(data)
    assert conflicts_on(record_page) == {
        "Summary changed by both of you": [
            "Passage 1 of gazette.",
            "removed: Passage 1 of gazette. added: Theirs.",
            "removed: Passage 1 of gazette. added: Mine.",
        ],
        "Quotation": ["empty", "added: Word for word", "unchanged", "theirs"],
    }
    choose(record_page, summary="yours")
    passage.refresh_from_db()
    assert (passage.summary, passage.quotation) == ("Mine.", "Word for word")


def test_a_change_of_another_passage_causes_no_conflict(record_page, passage):
    data = record_page.open(passage) | {"summary": "Mine."}
    with recording(passage.report):
        passage.report.passages.filter(number=2).update(summary="Theirs.")
    record_page.send(data)
    assert record_page.was_saved


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_writers")
def test_of_32_concurrent_saves_one_succeeds_and_31_see_the_conflict():
    record_page = RecordPage(curator_client())
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    data = record_page.open(lamps)
    user = get_user_model().objects.get(username="curator")
    clients = [Client() for _ in range(SAVERS)]
    for client in clients:
        client.force_login(user)
    start, responses = threading.Barrier(SAVERS), {}

    def save(number):
        start.wait()
        try:
            title = {"title_en": f"Lamps of {number}"}
            responses[number] = clients[number].post(record_page.url, data | title)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[number]) for number in range(SAVERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    statuses = sorted(response.status_code for response in responses.values())
    assert statuses == [200] * (SAVERS - 1) + [302], connection.vendor
    (winner,) = [number for number, response in responses.items() if response.status_code == 302]
    losers = [response.content.decode() for response in responses.values() if response.status_code == 200]
    assert all("changed by both of you" in page for page in losers)
    assert snapshot(lamps)["title_en"] == f"Lamps of {winner}"
    assert Revision.objects.count() == 1
