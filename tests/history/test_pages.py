"""The admin's pages of the history: of a record, the desk, a change set, what was deleted, and the way back."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.history import revert
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from tests import factories as make
from tests.curation.admin_client import act, address, filled_in, messages_in, soup, staff_client
from tests.history.snapshots import changing, created, edit, snapshot


def text_of(element) -> str:
    return " ".join(element.get_text(" ").split())


def revisions_on(response) -> list[str]:
    return [text_of(item) for item in soup(response).select(".revisions > li")]


def page(client, name, *arguments, **query):
    response = client.get(reverse(f"admin:{name}", args=arguments), query)
    assert response.status_code == 200
    return response


def preview_address(change_set, **query) -> str:
    return reverse("admin:take_back", args=[change_set.pk], query=query)


def confirm(client, place, **values):
    sent = filled_in(client.get(place)) | {"reason": "It was wrong."} | values
    return client.post(place, sent, follow=True)


def test_a_record_tells_its_history_newest_first(curator, lamps):
    edit(lamps, title_en="Brighter lamps", reason="A better name")
    edit(lamps, status="completed", starts_on="2025-05")
    newest, oldest = revisions_on(curator.get(address(lamps, "history")))
    assert "removed: agreed added: completed" in newest
    assert "removed: 2024 added: May 2025" in newest
    assert "A better name" in oldest
    assert "title in English" in oldest
    assert "removed: Bright lamps added: Brighter lamps" in oldest


def test_the_log_of_the_admin_is_still_there(desk, lamps):
    desk.send(desk.open(lamps) | {"title_en": "Brighter lamps"})
    response = desk.client.get(address(lamps, "history"))
    assert "Changed Title in English." in soup(response).select_one("details table").text


def test_a_record_without_a_history_says_so(curator, lamps):
    assert (
        "Nothing has been changed since the history began."
        in curator.get(address(lamps, "history")).content.decode()
    )


def test_a_record_that_never_was_has_no_history(curator, lamps):
    place = address(lamps, "history").replace(str(lamps.pk), "999999")
    response = curator.get(place, follow=True)
    assert response.redirect_chain[0][0] == reverse("admin:index")


@pytest.mark.parametrize("key", ["x", "9" * 30, "1%00", "_5F"])
def test_a_key_that_is_none_is_no_error_page(key, curator, lamps):
    place = address(lamps, "history").replace(f"/{lamps.pk}/", f"/{key}/")
    assert curator.get(place).status_code in {302, 404}


def test_a_record_that_readers_no_longer_see_is_compared_with_what_they_saw_last(curator, lamps):
    edit(lamps, state="withdrawn")
    edit(lamps, title_en="Brighter lamps")
    section = soup(curator.get(address(lamps, "history"))).select_one("[aria-labelledby=compared]")
    assert "since readers last saw it" in section.h2.text
    assert [term.text for term in section.select("dt")] == ["state", "title in English"]


def test_a_record_is_compared_with_any_of_its_versions(curator, lamps):
    first = edit(lamps, title_en="Brighter lamps").revisions.get()
    edit(lamps, title_en="The brightest lamps")
    edit(lamps, status="completed")
    section = soup(curator.get(address(lamps, "history"), {"since": first.pk})).select_one(
        "[aria-labelledby=compared]"
    )
    assert [term.text for term in section.select("dt")] == ["title in English", "status"]
    assert "removed: Brighter lamps added: The brightest lamps" in text_of(section)


def test_a_long_history_comes_in_pages(curator, lamps):
    for number in range(30):
        edit(lamps, title_en=f"Lamps {number}")
    assert len(revisions_on(curator.get(address(lamps, "history")))) == 25
    assert len(revisions_on(curator.get(address(lamps, "history"), {"page": 2}))) == 5


def test_only_those_who_may_take_changes_back_are_offered_it(lamps):
    edit(lamps, title_en="Brighter lamps")
    view = Permission.objects.get(codename="view_initiative")
    helper = staff_client(view)
    response = helper.get(address(lamps, "history"))
    assert len(revisions_on(response)) == 1
    assert "Take back" not in response.content.decode()
    change_set = ChangeSet.objects.get()
    for place in (reverse("admin:changes"), reverse("admin:deleted_records"),
                  reverse("admin:change_set", args=[change_set.pk]), preview_address(change_set)):  # fmt: skip
        assert helper.get(place).status_code == 403
    assert helper.post(preview_address(change_set), {"reason": "x", "seen": 0}).status_code == 403
    assert snapshot(lamps)["title_en"] == "Brighter lamps"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 3),
        ({"who": "CURATOR"}, 1),
        ({"how": "import"}, 1),
        ({"kind": "cities"}, 1),
        ({"kind": "initiatives"}, 2),
        ({"kind": "initiatives", "how": "edit"}, 2),
        ({"first": "2000-01-01", "last": "2000-12-31"}, 0),
        ({"first": "2000-01-01"}, 3),
        ({"first": "not a day"}, 0),
        ({"how": "by magic"}, 0),
        ({"kind": "nothing"}, 0),
        ({"page": "999"}, 3),
    ],
)
def test_change_sets_are_found_by_who_made_them_how_when_and_to_what(query, found, desk, lamps):
    created(make.make_city, "betatown")
    edit(lamps, title_en="Brighter lamps")
    desk.send(desk.open(lamps) | {"title_en": "The brightest lamps"})
    response = page(desk.client, "changes", **query)
    assert len(soup(response).select("#content-main tbody tr")) == found


def test_the_list_of_change_sets_says_what_each_did(curator, lamps):
    with changing(lamps, way=ChangeSource.IMPORT, reason="A better name") as recorder:
        Initiative.objects.update(title_en="Brighter lamps")
        recorder.note_created([make.make_city("betatown"), make.make_city("gammaburg")])
    row = soup(page(curator, "changes")).select_one("#content-main tbody tr")
    assert [text_of(cell) for cell in row.select("td")] == [
        "a command", "imported", "cities: 2 created, initiatives: 1 changed", "A better name",
    ]  # fmt: skip


def test_a_change_set_tells_record_by_record_what_it_did(curator, lamps, draft):
    with changing(lamps, draft) as recorder:
        Initiative.objects.update(status="completed")
    response = page(curator, "change_set", recorder.change_set.pk)
    first, second = revisions_on(response)
    assert first.startswith("Initiative bright-lamps : changed status removed: agreed added: completed")
    assert second.startswith("Initiative dim-lamps")
    links = {link["href"] for link in soup(response).select("h2 a")}
    assert links == {address(lamps, "history"), address(draft, "history")}


def test_taking_back_is_shown_first_and_asks_why(curator, lamps):
    change_set = edit(lamps, title_en="Brighter lamps")
    place = preview_address(change_set)
    response = curator.get(place)
    (step,) = revisions_on(response)
    assert step.startswith("Initiative bright-lamps: will be changed back")
    assert "removed: Brighter lamps added: Bright lamps" in step
    assert text_of(soup(response).select_one(".outcomes")) == "1 will be changed back"
    refused = confirm(curator, place, reason=" ")
    assert "This field is required." in refused.content.decode()
    assert snapshot(lamps)["title_en"] == "Brighter lamps"

    done = confirm(curator, place)
    made = ChangeSet.objects.first()
    assert (made.reason, made.made_by_name, made.reverts) == ("It was wrong.", "curator", change_set)
    assert snapshot(lamps)["title_en"] == "Bright lamps"
    assert done.redirect_chain == [(reverse("admin:change_set", args=[made.pk]), 302)]
    assert messages_in(done) == ["Taken back; records changed by that: 1. See what was done ."]
    assert "It took back:" in done.content.decode()


def test_one_field_of_a_change_is_taken_back(curator, lamps):
    change_set = edit(lamps, title_en="Brighter lamps", status="completed")
    revision = change_set.revisions.get()
    links = soup(curator.get(address(lamps, "history"))).select(".ways a")
    (link,) = [each for each in links if each.text == "status"]
    assert link["href"] == preview_address(change_set, revision=revision.pk, field="status")
    confirm(curator, link["href"])
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == ("Brighter lamps", "agreed")


def test_what_has_changed_since_is_named_and_taken_back_only_if_ticked(curator, lamps):
    place = preview_address(edit(lamps, title_en="Brighter lamps"))
    edit(lamps, title_en="The brightest lamps")
    (step,) = revisions_on(curator.get(place))
    assert step == (
        "Initiative bright-lamps: left as it is: it has changed since Changed since, and left as it is unless you "
        "tick the box: title in English"
    )
    assert messages_in(confirm(curator, place)) == ["There was nothing left to take back."]
    confirm(curator, place, later_too="on")
    assert snapshot(lamps)["title_en"] == "Bright lamps"


def test_what_changes_between_the_preview_and_the_answer_has_to_be_looked_at(curator, lamps):
    place = preview_address(edit(lamps, title_en="Brighter lamps"))
    sent = filled_in(curator.get(place)) | {"reason": "It was wrong.", "later_too": "on"}
    edit(lamps, title_en="The brightest lamps")
    response = curator.post(place, sent)
    assert "A record has changed since this was shown." in response.content.decode()
    assert filled_in(response)["reason"] == "It was wrong."
    assert snapshot(lamps)["title_en"] == "The brightest lamps"
    curator.post(place, filled_in(response) | {"later_too": "on"})
    assert snapshot(lamps)["title_en"] == "Bright lamps"


def test_a_reversal_that_cannot_be_done_tells_why_and_does_nothing(curator):
    city, change_set = created(make.make_city, "alphaville")
    make.make_initiative("lamps", lead=[city])
    response = confirm(curator, preview_address(change_set))
    errors = text_of(soup(response).select_one(".errornote"))
    assert errors.startswith("Nothing has been taken back. city alphaville: Others rest on it: ")
    assert snapshot(city) is not None
    assert ChangeSet.objects.count() == 1


def test_a_deleted_record_is_found_and_brought_back(curator, lamps):
    before, key = snapshot(lamps), lamps.pk
    act(curator, "delete_selected", [lamps], post="yes", why="A mistake")
    lamps.pk = key
    assert ChangeSet.objects.get().reason == "A mistake"
    assert not soup(page(curator, "deleted_records", slug="nothing")).select("#content tbody tr")
    row = soup(page(curator, "deleted_records", slug="BRIGHT")).select_one("#content tbody tr")
    assert text_of(row).startswith("initiative bright-lamps")

    history = curator.get(address(lamps, "history"))
    back = soup(history).select_one(".errornote a")
    assert back["href"] == row.select_one("td a")["href"]
    confirm(curator, back["href"])
    assert snapshot(lamps) == before
    assert "it is back" in text_of(soup(page(curator, "deleted_records")).select_one("#content tbody tr"))


def test_what_changes_until_the_records_are_held_has_to_be_looked_at_too(curator, lamps, monkeypatch):
    place = preview_address(edit(lamps, title_en="Brighter lamps"))
    sent = filled_in(curator.get(place)) | {"reason": "It was wrong.", "later_too": "on"}
    monkeypatch.setattr(revert, "lock", lambda model, keys: edit(lamps, status="completed"))
    response = curator.post(place, sent)
    assert "A record has changed since this was shown." in response.content.decode()
    assert snapshot(lamps)["title_en"] == "Brighter lamps"


def test_many_newer_revisions_are_compared_by_one_question(curator, lamps):
    def asked(number):
        place = preview_address(edit(lamps, title_en=f"Lamps {number}"))
        sent = filled_in(curator.get(place)) | {"reason": "It was wrong."}
        for _each in range(number):
            created(make.make_theme, f"theme-{Revision.objects.count()}")
        with CaptureQueriesContext(connection) as captured:
            assert curator.post(place, sent).status_code == 302
        return len(captured)

    asked(1)
    assert asked(2) == asked(20)


@pytest.mark.parametrize(
    ("change", "query"),
    [
        (created, {"field": "title_en"}),
        (edit, {"field": "nonsense"}),
        (edit, {"field": ["title_en", "x" * 5000]}),
    ],
)
def test_a_field_that_was_not_changed_by_itself_is_not_found(change, query, curator, lamps):
    if change is created:
        _record, change_set = created(make.make_initiative, "new-lamps")
    else:
        change_set = edit(lamps, title_en="Brighter lamps")
    query |= {"revision": change_set.revisions.get().pk}
    assert curator.get(preview_address(change_set, **query)).status_code == 404
    assert curator.post(preview_address(change_set, **query), {"reason": "x", "seen": 0}).status_code == 404


@pytest.mark.parametrize("query", [{"revision": "999999"}, {"revision": "x"}, {"revision": "9" * 30}])
def test_a_change_that_is_none_is_not_found(query, curator, lamps):
    assert curator.get(preview_address(edit(lamps, title_en="Brighter lamps"), **query)).status_code == 404


def test_names_in_the_history_are_text_and_not_html(curator, lamps):
    edit(lamps, title_en="<b>Lamps</b>", reason="<i>why</i>")
    for place in (
        address(lamps, "history"),
        preview_address(ChangeSet.objects.get()),
        reverse("admin:changes"),
    ):
        content = curator.get(place).content.decode()
        assert "<b>Lamps" not in content
        assert "<i>why" not in content


def test_the_pages_ask_the_same_number_of_queries_for_more(curator, db, django_assert_max_num_queries):
    themes = [make.make_theme(f"theme-{number}") for number in range(20)]
    lamps = make.make_initiative("lamps", sourced=True)
    with changing(lamps) as recorder:
        lamps.themes.set(themes)
    for number in range(20):
        edit(lamps, title_en=f"Lamps {number}")
    whole = reverse("admin:change_set", args=[recorder.change_set.pk])
    for place in (
        address(lamps, "history"),
        reverse("admin:changes"),
        whole,
        preview_address(recorder.change_set),
    ):
        curator.get(place)
        with django_assert_max_num_queries(45):
            curator.get(place)
    assert Revision.objects.count() == 21
