"""The history on the public page of a record."""

from bs4 import BeautifulSoup

from sco_cities.history import public_history
from tests import factories as make
from tests.history.snapshots import edit, recording


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
    newest, published = entries_on(client, draft)
    assert "removed: Bright lamps added: Brighter lamps" in newest
    assert published.endswith("the editors publication state removed: draft added: published")
    assert "secret" not in client.get(draft.get_absolute_url()).content.decode()


def test_a_record_without_revisions_shows_no_history(client, lamps):
    assert changes_on(client, lamps) is None


def test_a_long_history_shows_the_newest_changes_and_their_total_number(client, lamps, monkeypatch):
    monkeypatch.setattr(public_history, "MAX_ENTRIES", 2)
    for number in range(3):
        edit(lamps, title_en=f"Lamps {number}")
    assert [entry.rpartition(" ")[2] for entry in entries_on(client, lamps)] == ["2", "1"]
    assert changes_on(client, lamps).summary.text == "3 changes since publication; showing the latest 2"


def test_names_of_unpublished_records_stay_hidden(client, lamps):
    theme = make.make_theme("secret", state="draft")
    with recording(lamps):
        lamps.themes.add(theme)
    content = client.get(lamps.get_absolute_url()).content.decode().lower()
    assert "an unpublished record" in content
    assert "secret" not in content


def test_the_history_takes_one_query_and_one_for_each_referenced_model(lamps, django_assert_num_queries):
    with django_assert_num_queries(1):
        public_history.public_history(lamps)
    themes = [make.make_theme(f"theme-{number}") for number in range(5)]
    for theme in themes:
        with recording(lamps):
            lamps.themes.add(theme)
    with django_assert_num_queries(2):
        public_history.public_history(lamps)
