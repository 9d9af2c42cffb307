"""The history on the public page of a record, and the date of its citation."""

import datetime

import pytest
from bs4 import BeautifulSoup

from sco_cities.history import record_history
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, on_day, recording


def changes_on(client, record):
    page = BeautifulSoup(client.get(record.get_absolute_url()).content, "html.parser")
    return page.select_one("section.changes")


def entries_on(client, record) -> list[str]:
    section = changes_on(client, record)
    return [" ".join(item.get_text(" ").split()) for item in section.select("ol > li")] if section else []


def test_readers_see_what_changed_when_and_why_but_not_by_whom(client, lamps, django_user_model):
    change_set = edit(lamps, title_en="Brighter lamps", reason="The gazette corrects itself.")
    change_set.made_by_name = "someone"
    change_set.save()
    (entry,) = entries_on(client, lamps)
    assert entry.endswith(
        "the editors: The gazette corrects itself. title in English removed: Bright lamps added: Brighter lamps"
    )
    assert "someone" not in client.get(lamps.get_absolute_url()).content.decode()


def test_changes_of_an_unpublished_record_are_not_shown(client, draft):
    edit(draft, title_en="A secret name")
    edit(draft, title_en="Bright lamps", state="published")
    edit(draft, title_en="Brighter lamps")
    (entry,) = entries_on(client, draft)
    assert "removed: Bright lamps added: Brighter lamps" in entry
    assert "secret" not in client.get(draft.get_absolute_url()).content.decode()


def publish_at_once():
    record, change_set = create_recorded(make.make_city, "lampton")
    on_day("01-01", change_set)
    return record


def publish_a_draft():
    record, change_set = create_recorded(make.make_city, "lampton", state="draft")
    on_day("01-01", change_set)
    on_day("01-02", edit(record, name_en="A name that readers never saw"))
    on_day("01-03", edit(record, name_en="Lampton", state="published"))
    return record


def store_without_history():
    record = make.make_city("lampton")
    record.created_at = datetime.datetime(2026, 1, 4, 12, tzinfo=datetime.UTC)
    record.save()
    return record


def change_once(make_record):
    def make_and_change():
        record = make_record()
        on_day("02-01", edit(record, name_en="Old Lampton"))
        return record

    return make_and_change


def withdraw_and_publish_again():
    record = publish_at_once()
    on_day("02-01", edit(record, state="withdrawn"))
    on_day("02-02", edit(record, state="published"))
    return record


PUBLISHED = "Published 1 January 2026"
# How the record was created, its one-line history if anything has changed, and the date of its citation.
DATES = {
    "published at once": (publish_at_once, "", "published 1 January 2026."),
    "a draft, then published": (publish_a_draft, "", "published 3 January 2026."),
    "stored before the history": (
        store_without_history, "", "published 4 January 2026."
    ),
    "changed": (
        change_once(publish_at_once), f"{PUBLISHED} 1 change since publication", "last changed 1 February 2026."
    ),
    "stored before the history, then changed": (
        change_once(store_without_history), "Published 4 January 2026 1 change since publication",
        "last changed 1 February 2026.",
    ),
    "withdrawn and published again": (
        withdraw_and_publish_again, f"{PUBLISHED} 2 changes since publication", "last changed 2 February 2026."
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("make_record", "line", "cited"), DATES.values(), ids=DATES)
def test_the_first_publication_is_not_a_change_and_the_citation_has_the_right_date(
    client, make_record, line, cited
):
    record = make_record()
    section = changes_on(client, record)
    parts = section.select(":scope > p, details:has(ol) > summary") if section else []
    shown = [" ".join(each.text.split()) for each in parts]
    assert " ".join(shown) == line
    page = BeautifulSoup(client.get(record.get_absolute_url()).content, "html.parser")
    assert f"SCO Cities, {cited}" in page.select_one("section.citation").text


@pytest.mark.parametrize(
    ("language", "published", "changed"),
    [
        ("ru", "опубликовано 1 января 2026 г.", "последнее изменение: 1 февраля 2026 г."),
        ("zh-hans", "发布于2026年1月1日。", "最近修改于2026年2月1日。"),
    ],
)
@pytest.mark.django_db
def test_the_dates_of_a_citation_are_in_the_language_of_the_page(client, language, published, changed):
    record = publish_at_once()
    address = f"/{language}{record.get_absolute_url()}"
    assert published in client.get(address).content.decode().replace("\xa0", " ")
    on_day("02-01", edit(record, name_en="Old Lampton"))
    assert changed in client.get(address).content.decode().replace("\xa0", " ")


def test_a_draft_that_readers_have_never_seen_has_no_date_of_publication(admin_client, draft):
    assert changes_on(admin_client, draft) is None
    page = BeautifulSoup(admin_client.get(draft.get_absolute_url()).content, "html.parser")
    assert "SCO Cities." in page.select_one("section.citation").text


def test_a_long_history_shows_the_newest_changes_and_their_total_number(client, lamps, monkeypatch):
    monkeypatch.setattr(record_history, "MAX_ENTRIES", 2)
    for number in range(3):
        edit(lamps, title_en=f"Lamps {number}")
    assert [entry.rpartition(" ")[2] for entry in entries_on(client, lamps)] == ["2", "1"]
    assert changes_on(client, lamps).summary.text == "3 changes since publication (showing the latest 2)"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "summary"),
    [(2, "2 changes since publication"), (3, "3 changes since publication (showing the latest 2)")],
)
def test_the_publication_is_not_counted_in_a_long_history(client, monkeypatch, changes, summary):
    monkeypatch.setattr(record_history, "MAX_ENTRIES", 2)
    record = publish_at_once()
    for number in range(changes):
        edit(record, name_en=f"Lampton {number}")
    section = changes_on(client, record)
    assert section.p.text == PUBLISHED
    assert section.summary.text == summary
    assert len(entries_on(client, record)) == 2


def test_names_of_unpublished_records_stay_hidden(client, lamps):
    theme = make.make_theme("secret", state="draft")
    with recording(lamps):
        lamps.themes.add(theme)
    content = client.get(lamps.get_absolute_url()).content.decode().lower()
    assert "an unpublished record" in content
    assert "secret" not in content


def test_the_history_takes_one_query_and_one_for_each_referenced_model(lamps, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not record_history.public_history(lamps).entries
    themes = [make.make_theme(f"theme-{number}") for number in range(5)]
    for theme in themes:
        with recording(lamps):
            lamps.themes.add(theme)
    with django_assert_num_queries(2):
        assert len(record_history.public_history(lamps).entries) == len(themes)
