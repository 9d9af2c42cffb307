"""Nothing that somebody has saved is overwritten by a page that was opened before: forms, rows, lists, deletions."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from sco_cities.cities.models import City
from sco_cities.history.models import Revision
from sco_cities.history.versions import version_of
from sco_cities.sources.models import Passage
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    EVIDENCE,
    FIGURES,
    Desk,
    act,
    added,
    curator_client,
    errors_in,
    filled_in,
    row,
    soup,
    without,
)
from tests.history.snapshots import changing, edit, snapshot

RACERS = 32


@pytest.fixture
def desk(curator):
    return Desk(curator)


@pytest.fixture
def lamps(db):
    """A draft, so that tests need no evidence for what they change."""
    return make.make_initiative("lamps", state="draft", lead=[make.make_city()], ends_on="2030")


def text_of(element) -> str:
    return " ".join(element.get_text(" ").split())


def shown(desk) -> dict[str, list[str]]:
    """By heading of each difference, what is said of the three sides, and which of them is ticked."""
    assert not desk.was_saved
    found = {}
    for fieldset in soup(desk.response).select(".meanwhile fieldset"):
        ticked = [field["value"] for field in fieldset.select("input[checked]")]
        said = [text_of(value) for value in fieldset.select("dd")]
        found.setdefault(text_of(fieldset.legend), []).extend([*said, *ticked])
    return found


def choose(desk, **sides):
    """Answers the page with the sides chosen by what their fields are called."""
    desk.send(filled_in(desk.response) | {f"choice-{name}": side for name, side in sides.items()})


def test_a_stale_form_is_refused_and_shows_all_three_sides(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps", "ends_on": "2031", "why": "Mine"}
    edit(lamps, title_en="Their lamps", status="completed")
    desk.send(sent)
    assert shown(desk) == {
        "Title in English both of you have changed it": [
            "Lamps", "removed: Lamps added: Their lamps", "removed: Lamps added: My lamps",
        ],
        "Status": ["agreed", "removed: agreed added: completed", "as it was", "theirs"],
        "Ends on": ["2030", "as it was", "removed: 2030 added: 2031", "yours"],
    }  # fmt: skip
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["ends_on"]) == ("Their lamps", "2030")


@pytest.mark.parametrize(("side", "title"), [("yours", "My lamps"), ("theirs", "Their lamps")])
def test_what_is_chosen_is_saved_with_what_only_one_side_changed(side, title, desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps", "ends_on": "2031", "why": "Mine"}
    edit(lamps, title_en="Their lamps", status="completed")
    desk.send(sent)
    choose(desk, title_en=side)
    assert desk.was_saved
    said = snapshot(lamps)
    assert (said["title_en"], said["status"], said["ends_on"]) == (title, "completed", "2031")
    assert Revision.objects.of(lamps).first().change_set.reason == "Mine"


def test_whoever_does_not_choose_is_asked_again_and_loses_nothing(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps", "summary_en": "Two lines:\nof mine."}
    edit(lamps, title_en="Their lamps")
    desk.send(sent)
    choose(desk)
    assert "Choose yours or theirs" in desk.response.content.decode()
    again = filled_in(desk.response)
    assert {name: again[name] for name in ("title_en", "summary_en", "version")} == {
        name: sent[name] for name in ("title_en", "summary_en", "version")
    }
    choose(desk, title_en="yours")
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["summary_en"].split()) == (
        "My lamps", ["Two", "lines:", "of", "mine."],
    )  # fmt: skip


def test_a_record_that_changes_once_more_while_somebody_chooses_is_shown_again(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    desk.send(sent)
    edit(lamps, title_en="Their other lamps")
    choose(desk, title_en="yours")
    assert shown(desk)["Title in English both of you have changed it"][1] == (
        "removed: Lamps added: Their other lamps"
    )
    choose(desk, title_en="yours")
    assert snapshot(lamps)["title_en"] == "My lamps"


def test_the_state_is_a_field_like_any_other(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, state="in_review")
    desk.send(sent)
    assert shown(desk)["State"] == ["draft", "removed: draft added: in review", "as it was", "theirs"]
    choose(desk)
    assert (snapshot(lamps)["state"], snapshot(lamps)["title_en"]) == ("in_review", "My lamps")


def test_relations_are_named_and_chosen(desk, lamps):
    mine, theirs = make.make_theme("mine"), make.make_theme("theirs")
    sent = desk.open(lamps) | {"themes": [mine.pk]}
    with changing(lamps):
        lamps.themes.set([theirs])
    desk.send(sent)
    assert shown(desk) == {
        "Themes both of you have changed it": ["nothing", "added: Theirs", "added: Mine"],
    }
    choose(desk, themes="theirs")
    assert snapshot(lamps)["themes"] == ["theirs"]


def test_a_wrong_value_is_shown_as_it_was_typed_and_refused_once_it_is_chosen(desk, lamps):
    sent = desk.open(lamps) | {"starts_on": "some day", "title_en": "My lamps"}
    edit(lamps, starts_on="2025")
    desk.send(sent)
    assert shown(desk)["Starts on both of you have changed it"] == [
        "2024", "removed: 2024 added: 2025", "removed: 2024 added: some day",
    ]  # fmt: skip
    choose(desk, starts_on="yours")
    assert "is not a date" in errors_in(desk.response)
    again = filled_in(desk.response)
    assert (again["title_en"], again["version"]) == ("My lamps", str(version_of(lamps)))
    desk.send(again | {"starts_on": "2026"})
    assert (snapshot(lamps)["starts_on"], snapshot(lamps)["title_en"]) == ("2026", "My lamps")


# Rows: what was there, what I send (from the form as it was opened), what they do, what I choose, what is there then.
ALPHA, BETA = {"city": "alphaville", "role": "lead"}, {"city": "betatown", "role": "partner"}


def i_add_beta(sent):
    return added(sent, CITIES, city=City.objects.get(slug="betatown").pk, role="partner")


def i_make_alpha_a_partner(sent):
    return sent | row(CITIES, 0, role="partner")


def i_remove_alpha(sent):
    return without(sent, CITIES, 0)


def i_touch_no_row(sent):
    return sent


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


def says(city, role):
    return {"city": city, "role": role}


@pytest.mark.parametrize(
    ("mine", "theirs", "choice", "result"),
    [
        (i_add_beta, they_make_alpha_a_reference, None, [says("alphaville", "reference"), BETA]),
        (i_add_beta, they_remove_alpha, None, [BETA]),
        (i_add_beta, they_replace_alpha, None, [says("alphaville", "reference"), BETA]),
        (i_add_beta, they_add_the_same_beta, None, [ALPHA, BETA]),
        (i_add_beta, they_add_beta, "yours", [ALPHA, BETA]),
        (i_add_beta, they_add_beta, "theirs", [ALPHA, says("betatown", "reference")]),
        (i_make_alpha_a_partner, they_add_beta, None,
         [says("alphaville", "partner"), says("betatown", "reference")]),
        (i_make_alpha_a_partner, they_make_alpha_a_reference, "yours", [says("alphaville", "partner")]),
        (i_make_alpha_a_partner, they_make_alpha_a_reference, "theirs", [says("alphaville", "reference")]),
        (i_make_alpha_a_partner, they_remove_alpha, "yours", [says("alphaville", "partner")]),
        (i_make_alpha_a_partner, they_remove_alpha, "theirs", []),
        (i_make_alpha_a_partner, they_replace_alpha, "yours", [says("alphaville", "partner")]),
        (i_remove_alpha, they_add_beta, None, [says("betatown", "reference")]),
        (i_remove_alpha, they_make_alpha_a_reference, "yours", []),
        (i_remove_alpha, they_make_alpha_a_reference, "theirs", [says("alphaville", "reference")]),
        (i_remove_alpha, they_remove_alpha, None, []),
        (i_touch_no_row, they_add_beta, None, [ALPHA, says("betatown", "reference")]),
        (i_touch_no_row, they_make_alpha_a_reference, None, [says("alphaville", "reference")]),
        (i_touch_no_row, they_remove_alpha, None, []),
    ],
)  # fmt: skip
def test_rows_that_both_sides_add_change_and_remove_are_brought_together(
    mine, theirs, choice, result, desk, lamps
):
    make.make_city("betatown")
    sent = mine(desk.open(lamps)) | {"ends_on": "2031"}
    with changing(lamps):
        theirs(lamps)
    desk.send(sent)
    assert not desk.was_saved
    page = soup(desk.response)
    asked = {
        field["name"]
        for fieldset in page.select(".meanwhile fieldset.both")
        for field in fieldset.select("input")
    }
    assert len(asked) == (1 if choice else 0)
    desk.send(filled_in(desk.response) | dict.fromkeys(asked, choice))
    assert desk.was_saved, errors_in(desk.response)
    assert snapshot(lamps)["city_roles"] == result
    assert snapshot(lamps)["ends_on"] == "2031"


def test_footnotes_and_figures_are_rows_too(desk, lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    note = make.make_evidence(lamps, "kind", make.make_report("herald").passages.get())
    sent = desk.open(lamps) | row(FIGURES, 0, value="13")
    sent = without(sent, EVIDENCE, 1)
    with changing(lamps):
        lamps.figures.update(value=14)
        note.stance = "differs"
        note.reported_value = "a plan"
        note.save()
    desk.send(sent)
    assert shown(desk) == {
        "Figure both of you have changed it": [
            "lamps · 12 · lamps · exactly",
            "removed: lamps · 12 · lamps · exactly added: lamps · 14 · lamps · exactly",
            "removed: lamps · 12 · lamps · exactly added: lamps · 13 · lamps · exactly",
        ],
        "Evidence both of you have changed it": [
            "kind · herald#1 · supports",
            "removed: kind · herald#1 · supports added: kind · herald#1 · differs · a plan",
            "removed: kind · herald#1 · supports",
        ],
    }  # fmt: skip
    names = {field["name"].removeprefix("choice-") for field in soup(desk.response).select("fieldset input")}
    choose(desk, **{name: "theirs" if name.startswith(EVIDENCE) else "yours" for name in names})
    assert desk.was_saved, errors_in(desk.response)
    said = snapshot(lamps)
    assert [each["value"] for each in said["figures"]] == ["13"]
    assert [each["stance"] for each in said["evidence"]] == ["supports", "differs"]


def test_a_form_without_a_version_counts_as_the_oldest(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    for version in ("", "x", "-1", "9" * 40):
        desk.send(sent | {"version": version})
        assert "both of you have changed it" in desk.response.content.decode()
    assert snapshot(lamps)["title_en"] == "Their lamps"


def test_a_change_that_was_taken_back_again_stands_in_nobodys_way(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    edit(lamps, title_en="Lamps")
    desk.send(sent)
    assert desk.was_saved
    assert snapshot(lamps)["title_en"] == "My lamps"


def test_a_form_that_was_sent_twice_says_that_both_sides_are_the_same(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps"}
    desk.send(sent)
    desk.send(sent)
    assert "You have both written the same." in desk.response.content.decode()
    assert Revision.objects.of(lamps).count() == 1


def test_what_was_typed_into_the_form_of_a_deleted_record_can_be_copied(desk, lamps):
    sent = added(desk.open(lamps), FIGURES, label="lanterns", value="7", unit="lamps", qualifier="over")
    sent |= {"title_en": "My <lamps>", "starts_on": "some day"}
    place, key = desk.address, lamps.pk
    act(desk.client, "delete_selected", [lamps], post="yes")
    response = desk.client.post(place, sent)
    typed = [text_of(item) for item in soup(response).select(".meanwhile dd")]
    assert {"My <lamps>", "some day", "lanterns", "7", "over"} <= set(typed)
    link = soup(response).select_one(".meanwhile p a")["href"]
    assert link == reverse("admin:initiatives_initiative_history", args=[key])
    assert "Bring it back" in desk.client.get(link).content.decode()


# Passages on a page of their own


@pytest.fixture
def passage(db):
    return make.make_report("gazette", passages=2, state="draft").passages.get(number=1)


def test_a_passage_is_changed_through_the_history_of_its_report(desk, passage):
    desk.send(desk.open(passage) | {"summary": "Mine.", "why": "Clearer"})
    revision = Revision.objects.of(passage.report).get()
    assert revision.change_set.reason == "Clearer"
    assert [each["summary"] for each in revision.changes["passages"]["added"]] == ["Mine."]


def test_a_passage_that_has_changed_meanwhile_is_shown_from_three_sides(desk, passage):
    sent = desk.open(passage) | {"summary": "Mine."}
    with changing(passage.report):
        Passage.objects.filter(pk=passage.pk).update(summary="Theirs.", quotation="Word for word")
    desk.send(sent)
    assert shown(desk) == {
        "Summary both of you have changed it": [
            "Passage 1 of gazette.",
            "removed: Passage 1 of gazette. added: Theirs.",
            "removed: Passage 1 of gazette. added: Mine.",
        ],
        "Quotation": ["nothing", "added: Word for word", "as it was", "theirs"],
    }
    choose(desk, summary="yours")
    passage.refresh_from_db()
    assert (passage.summary, passage.quotation) == ("Mine.", "Word for word")


def test_a_change_of_another_passage_stands_in_nobodys_way(desk, passage):
    sent = desk.open(passage) | {"summary": "Mine."}
    with changing(passage.report):
        passage.report.passages.filter(number=2).update(summary="Theirs.")
    desk.send(sent)
    assert desk.was_saved


# A race


@pytest.mark.django_db(transaction=True)
def test_of_32_who_save_at_once_one_wins_and_31_are_told():
    desk = Desk(curator_client())
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    sent = desk.open(lamps)
    user = get_user_model().objects.get(username="curator")
    clients = [Client() for _ in range(RACERS)]
    for client in clients:
        client.force_login(user)
    start, answers = threading.Barrier(RACERS), {}

    def save(number):
        start.wait()
        try:
            answers[number] = clients[number].post(desk.address, sent | {"title_en": f"Lamps of {number}"})
        finally:
            connections.close_all()

    racers = [threading.Thread(target=save, args=[number]) for number in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    statuses = sorted(answer.status_code for answer in answers.values())
    assert statuses == [200] * (RACERS - 1) + [302], connection.vendor
    (winner,) = [number for number, answer in answers.items() if answer.status_code == 302]
    told = [answer for answer in answers.values() if answer.status_code == 200]
    assert all("both of you have changed it" in answer.content.decode() for answer in told)
    assert snapshot(lamps)["title_en"] == f"Lamps of {winner}"
    assert Revision.objects.count() == 1
