"""The History admin pages of records, change sets, deleted records and reverts."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.changes import revert
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from tests import factories as make
from tests.curation.admin_client import (
    admin_url,
    form_data,
    messages_in,
    run_action,
    soup,
    staff_client,
)
from tests.history.snapshots import create_recorded, edit, recording, snapshot

pytestmark = pytest.mark.only_on("sqlite")


def text_of(element) -> str:
    return " ".join(element.get_text(" ").split())


def revisions_on(response) -> list[str]:
    return [text_of(item) for item in soup(response).select(".revisions > li")]


def page(client, name, *arguments, **query):
    response = client.get(reverse(f"admin:{name}", args=arguments), query)
    assert response.status_code == 200
    return response


def preview_url(change_set, **query) -> str:
    return reverse("admin:revert", args=[change_set.pk], query=query)


def confirm(client, url, **values):
    sent = form_data(client.get(url)) | {"reason": "It was wrong."} | values
    return client.post(url, sent, follow=True)


def test_the_history_of_a_record_is_listed_newest_first(curator, lamps):
    edit(lamps, title_en="Brighter lamps", reason="A better name")
    edit(lamps, status="completed", starts_on="2025-05")
    newest, oldest = revisions_on(curator.get(admin_url(lamps, "history")))
    assert "removed: agreed added: completed" in newest
    assert "removed: 2024 added: May 2025" in newest
    assert "A better name" in oldest
    assert "title in English" in oldest
    assert "removed: Bright lamps added: Brighter lamps" in oldest


def test_the_history_page_still_shows_the_admin_log(record_page, lamps):
    record_page.send(record_page.open(lamps) | {"title_en": "Brighter lamps"})
    response = record_page.client.get(admin_url(lamps, "history"))
    assert "Changed Title in English." in soup(response).select_one("details table").text


def test_a_record_without_a_history_has_a_message(curator, lamps):
    assert (
        "No changes since history recording began."
        in curator.get(admin_url(lamps, "history")).content.decode()
    )


def test_a_record_that_never_existed_has_no_history(curator, lamps):
    url = admin_url(lamps, "history").replace(str(lamps.pk), "999999")
    response = curator.get(url, follow=True)
    assert response.redirect_chain[0][0] == reverse("admin:index")


@pytest.mark.parametrize("key", ["x", "9" * 30, "1%00", "_5F"])
def test_an_invalid_key_is_not_a_server_error(key, curator, lamps):
    url = admin_url(lamps, "history").replace(f"/{lamps.pk}/", f"/{key}/")
    assert curator.get(url).status_code in {302, 404}


def test_a_hidden_record_is_compared_with_the_version_that_readers_last_saw(curator, lamps):
    edit(lamps, state="withdrawn")
    edit(lamps, title_en="Brighter lamps")
    section = soup(curator.get(admin_url(lamps, "history"))).select_one("[aria-labelledby=comparison]")
    assert "since readers last saw it" in section.h2.text
    assert [term.text for term in section.select("dt")] == ["publication state", "title in English"]


def test_a_record_is_compared_with_any_of_its_versions(curator, lamps):
    first = edit(lamps, title_en="Brighter lamps").revisions.get()
    edit(lamps, title_en="The brightest lamps")
    edit(lamps, status="completed")
    section = soup(curator.get(admin_url(lamps, "history"), {"since": first.pk})).select_one(
        "[aria-labelledby=comparison]"
    )
    assert [term.text for term in section.select("dt")] == ["title in English", "status"]
    assert "removed: Brighter lamps added: The brightest lamps" in text_of(section)


def test_a_long_history_is_paginated(curator, lamps):
    for number in range(30):
        edit(lamps, title_en=f"Lamps {number}")
    assert len(revisions_on(curator.get(admin_url(lamps, "history")))) == 25
    assert len(revisions_on(curator.get(admin_url(lamps, "history"), {"page": 2}))) == 5


def test_only_users_with_the_permission_can_revert(lamps):
    edit(lamps, title_en="Brighter lamps")
    view = Permission.objects.get(codename="view_initiative")
    helper = staff_client(view)
    response = helper.get(admin_url(lamps, "history"))
    assert len(revisions_on(response)) == 1
    assert "Revert" not in response.content.decode()
    change_set = ChangeSet.objects.get()
    for url in (reverse("admin:changes"), reverse("admin:deleted_records"),
                  reverse("admin:change_set", args=[change_set.pk]), preview_url(change_set)):  # fmt: skip
        assert helper.get(url).status_code == 403
    assert helper.post(preview_url(change_set), {"reason": "x", "seen": 0}).status_code == 403
    assert snapshot(lamps)["title_en"] == "Brighter lamps"


@pytest.mark.parametrize(
    ("query", "count"),
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
def test_change_sets_are_filtered_by_user_method_date_and_kind(query, count, record_page, lamps):
    create_recorded(make.make_city, "betatown")
    edit(lamps, title_en="Brighter lamps")
    record_page.send(record_page.open(lamps) | {"title_en": "The brightest lamps"})
    response = page(record_page.client, "changes", **query)
    assert len(soup(response).select("#content-main tbody tr")) == count


def test_the_list_of_change_sets_counts_the_records_of_a_large_one(curator, lamps):
    with recording(lamps, source=ChangeSource.IMPORT, reason="A better name") as recorder:
        Initiative.objects.update(title_en="Brighter lamps")
        recorder.note_created([make.make_city(slug) for slug in ("betatown", "gammaburg", "deltaville")])
    row = soup(page(curator, "changes")).select_one("#content-main tbody tr")
    assert [text_of(cell) for cell in row.select("td")] == [
        "a command", "import", "cities: 3 created; initiatives: 1 changed", "A better name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title_en": "Brighter lamps"}, "Initiative “Brighter lamps”: changed"),
        ({"state": "withdrawn"}, "Initiative “Bright lamps”: withdrawn"),
        ({"state": "draft"}, "Initiative “Bright lamps”: returned to draft"),
        ({"state": "in_review"}, "Initiative “Bright lamps”: sent for review"),
    ],
)
def test_a_change_of_one_record_names_it_and_what_was_done(curator, lamps, change, expected):
    change_set = edit(lamps, **change)
    (link,) = soup(page(curator, "changes")).select("#content-main tbody td a")
    assert (text_of(link), link["href"]) == (expected, admin_url(lamps, "history"))
    answer = page(curator, "change_set", change_set.pk)
    assert text_of(soup(answer).select_one("h1")) == expected
    lamps.refresh_from_db()
    assert revisions_on(answer)[0].startswith(f"Initiative {lamps} : ")
    assert revisions_on(answer)[0].endswith(f"Revert the change to {lamps}")


def test_a_deleted_record_is_named_by_its_slug(curator, lamps):
    address = admin_url(lamps, "history")
    with recording(lamps):
        lamps.delete()
    (link,) = soup(page(curator, "changes")).select("#content-main tbody td a")
    assert (text_of(link), link["href"]) == ("Initiative “Bright lamps”: deleted", address)


def test_the_number_of_queries_does_not_grow_with_the_change_sets(curator, lamps, draft):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(curator, "changes")
        return len(captured)

    edit(lamps, title_en="Brighter lamps")
    before = queries()
    for number in range(5):
        edit(draft, title_en=f"Lamps {number}")
    assert queries() == before


def test_the_page_of_a_change_set_lists_its_revisions(curator, lamps, draft):
    with recording(lamps, draft) as recorder:
        Initiative.objects.update(status="completed")
    response = page(curator, "change_set", recorder.change_set.pk)
    first, second = revisions_on(response)
    assert first.startswith("Initiative Bright lamps : changed status removed: agreed added: completed")
    assert second.startswith(f"Initiative {draft} : ")
    links = {link["href"] for link in soup(response).select("h2 a")}
    assert links == {admin_url(lamps, "history"), admin_url(draft, "history")}


def test_a_revert_is_previewed_and_requires_a_reason(curator, lamps):
    change_set = edit(lamps, title_en="Brighter lamps")
    url = preview_url(change_set)
    response = curator.get(url)
    (step,) = revisions_on(response)
    assert step.startswith("Initiative Brighter lamps: will be reverted")
    assert "removed: Brighter lamps added: Bright lamps" in step
    assert text_of(soup(response).select_one(".outcome-counts")) == "1 will be reverted"
    refused = confirm(curator, url, reason=" ")
    assert "This field is required." in refused.content.decode()
    assert snapshot(lamps)["title_en"] == "Brighter lamps"

    response = confirm(curator, url)
    revert_set = ChangeSet.objects.first()
    assert (revert_set.reason, revert_set.made_by_name, revert_set.reverts) == (
        "It was wrong.",
        "curator",
        change_set,
    )
    assert snapshot(lamps)["title_en"] == "Bright lamps"
    assert response.redirect_chain == [(reverse("admin:change_set", args=[revert_set.pk]), 302)]
    assert messages_in(response) == ["Reverted. Initiative “Bright lamps”: changed. Show the changes"]
    assert "This change reverted:" in response.content.decode()


def test_one_field_of_a_change_is_reverted(curator, lamps):
    change_set = edit(lamps, title_en="Brighter lamps", status="completed")
    revision = change_set.revisions.get()
    links = soup(curator.get(admin_url(lamps, "history"))).select(".revision-actions a")
    (link,) = [each for each in links if each.text == "status"]
    assert link["href"] == preview_url(change_set, revision=revision.pk, field="status")
    confirm(curator, link["href"])
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == ("Brighter lamps", "agreed")


def test_later_changes_are_listed_and_reverted_only_if_ticked(curator, lamps):
    url = preview_url(edit(lamps, title_en="Brighter lamps"))
    edit(lamps, title_en="The brightest lamps")
    (step,) = revisions_on(curator.get(url))
    assert step == (
        "Initiative The brightest lamps: left unchanged, because it has been changed since then These fields were "
        "changed later. Tick the box to revert them too: title in English"
    )
    assert messages_in(confirm(curator, url)) == ["There was nothing left to revert."]
    confirm(curator, url, later_too="on")
    assert snapshot(lamps)["title_en"] == "Bright lamps"


def test_a_change_after_the_preview_requires_a_new_preview(curator, lamps):
    url = preview_url(edit(lamps, title_en="Brighter lamps"))
    sent = form_data(curator.get(url)) | {"reason": "It was wrong.", "later_too": "on"}
    edit(lamps, title_en="The brightest lamps")
    response = curator.post(url, sent)
    assert "A record has changed since you opened this page." in response.content.decode()
    assert form_data(response)["reason"] == "It was wrong."
    assert snapshot(lamps)["title_en"] == "The brightest lamps"
    curator.post(url, form_data(response) | {"later_too": "on"})
    assert snapshot(lamps)["title_en"] == "Bright lamps"


def test_an_impossible_revert_shows_the_reason_and_changes_nothing(curator):
    city, change_set = create_recorded(make.make_city, "alphaville")
    make.make_initiative("lamps", lead=[city])
    response = confirm(curator, preview_url(change_set))
    errors = text_of(soup(response).select_one(".errornote"))
    assert errors.startswith("Nothing has been reverted. city Alphaville: Other records depend on it: ")
    assert snapshot(city) is not None
    assert ChangeSet.objects.count() == 1


def test_a_deleted_record_is_found_and_restored(curator, lamps):
    before, key = snapshot(lamps), lamps.pk
    run_action(curator, "delete_selected", [lamps], post="yes", why="Wrong record")
    lamps.pk = key
    assert ChangeSet.objects.get().reason == "Wrong record"
    assert not soup(page(curator, "deleted_records", slug="nothing")).select("#content tbody tr")
    row = soup(page(curator, "deleted_records", slug="BRIGHT")).select_one("#content tbody tr")
    assert text_of(row).startswith("initiative Bright lamps")

    history = curator.get(admin_url(lamps, "history"))
    restore_link = soup(history).select_one(".errornote a")
    assert restore_link["href"] == row.select_one("td a")["href"]
    confirm(curator, restore_link["href"])
    assert snapshot(lamps) == before
    assert "already restored" in text_of(
        soup(page(curator, "deleted_records")).select_one("#content tbody tr")
    )


def test_a_change_before_the_records_are_locked_requires_a_new_preview(curator, lamps, monkeypatch):
    url = preview_url(edit(lamps, title_en="Brighter lamps"))
    sent = form_data(curator.get(url)) | {"reason": "It was wrong.", "later_too": "on"}
    monkeypatch.setattr(revert, "lock", lambda model, keys: edit(lamps, status="completed"))
    response = curator.post(url, sent)
    assert "A record has changed since you opened this page." in response.content.decode()
    assert snapshot(lamps)["title_en"] == "Brighter lamps"


def test_newer_revisions_are_checked_with_one_query(curator, lamps):
    def queries_for(number):
        url = preview_url(edit(lamps, title_en=f"Lamps {number}"))
        sent = form_data(curator.get(url)) | {"reason": "It was wrong."}
        for _each in range(number):
            create_recorded(make.make_theme, f"theme-{Revision.objects.count()}")
        with CaptureQueriesContext(connection) as captured:
            assert curator.post(url, sent).status_code == 302
        return len(captured)

    queries_for(1)
    assert queries_for(2) == queries_for(20)


@pytest.mark.parametrize(
    ("change", "query"),
    [
        (create_recorded, {"field": "title_en"}),
        (edit, {"field": "nonsense"}),
        (edit, {"field": ["title_en", "x" * 5000]}),
    ],
)
def test_a_field_that_cannot_be_reverted_alone_is_not_found(change, query, curator, lamps):
    if change is create_recorded:
        _record, change_set = create_recorded(make.make_initiative, "new-lamps")
    else:
        change_set = edit(lamps, title_en="Brighter lamps")
    query |= {"revision": change_set.revisions.get().pk}
    assert curator.get(preview_url(change_set, **query)).status_code == 404
    assert curator.post(preview_url(change_set, **query), {"reason": "x", "seen": 0}).status_code == 404


@pytest.mark.parametrize("query", [{"revision": "999999"}, {"revision": "x"}, {"revision": "9" * 30}])
def test_an_unknown_revision_is_not_found(query, curator, lamps):
    assert curator.get(preview_url(edit(lamps, title_en="Brighter lamps"), **query)).status_code == 404


def test_names_in_the_history_are_escaped(curator, lamps):
    edit(lamps, title_en="<b>Lamps</b>", reason="<i>why</i>")
    for url in (
        admin_url(lamps, "history"),
        preview_url(ChangeSet.objects.get()),
        reverse("admin:changes"),
    ):
        content = curator.get(url).content.decode()
        assert "<b>Lamps" not in content
        assert "<i>why" not in content


def test_the_number_of_queries_does_not_grow_with_the_history(curator, db, django_assert_max_num_queries):
    themes = [make.make_theme(f"theme-{number}") for number in range(20)]
    lamps = make.make_initiative("lamps", sourced=True)
    with recording(lamps) as recorder:
        lamps.themes.set(themes)
    for number in range(20):
        edit(lamps, title_en=f"Lamps {number}")
    change_set_url = reverse("admin:change_set", args=[recorder.change_set.pk])
    for url in (
        admin_url(lamps, "history"),
        reverse("admin:changes"),
        change_set_url,
        preview_url(recorder.change_set),
    ):
        curator.get(url)
        with django_assert_max_num_queries(45):
            curator.get(url)
    assert Revision.objects.count() == 21
