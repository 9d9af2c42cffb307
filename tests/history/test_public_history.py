"""The history on the page of a record, for its readers."""

from bs4 import BeautifulSoup

from sco_cities.history import public_history
from tests import factories as make
from tests.history.snapshots import changing, edit


def changes_on(client, record):
    page = BeautifulSoup(client.get(record.get_absolute_url()).content, "html.parser")
    return page.select_one("section.changes")


def said_on(client, record) -> list[str]:
    section = changes_on(client, record)
    return [" ".join(item.get_text(" ").split()) for item in section.select("ol > li")] if section else []


def test_readers_see_what_changed_when_and_why_but_not_by_whom(client, lamps, django_user_model):
    change_set = edit(lamps, title_en="Brighter lamps", reason="The gazette corrects itself.")
    change_set.made_by_name = "someone"
    change_set.save()
    (said,) = said_on(client, lamps)
    assert said.endswith(
        "the editors: The gazette corrects itself. title in English removed: Bright lamps added: Brighter lamps"
    )
    assert "someone" not in client.get(lamps.get_absolute_url()).content.decode()


def test_what_was_written_while_nobody_could_see_it_is_not_told(client, draft):
    edit(draft, title_en="A secret name")
    edit(draft, title_en="Bright lamps", state="published")
    edit(draft, title_en="Brighter lamps")
    newest, published = said_on(client, draft)
    assert "removed: Bright lamps added: Brighter lamps" in newest
    assert published.endswith("the editors state removed: draft added: published")
    assert "secret" not in client.get(draft.get_absolute_url()).content.decode()


def test_a_record_whose_history_begins_with_nothing_shows_none(client, lamps):
    assert changes_on(client, lamps) is None


def test_a_long_history_shows_the_newest_and_how_many_there_are(client, lamps, monkeypatch):
    monkeypatch.setattr(public_history, "MAX_SHOWN", 2)
    for number in range(3):
        edit(lamps, title_en=f"Lamps {number}")
    assert [said.rpartition(" ")[2] for said in said_on(client, lamps)] == ["2", "1"]
    assert changes_on(client, lamps).summary.text == "3 changes while published; the newest 2"


def test_names_of_what_is_not_published_stay_hidden(client, lamps):
    theme = make.make_theme("secret", state="draft")
    with changing(lamps):
        lamps.themes.add(theme)
    content = client.get(lamps.get_absolute_url()).content.decode().lower()
    assert "a record that is not published" in content
    assert "secret" not in content


def test_the_history_of_a_record_takes_one_query_and_one_for_each_kind_that_it_names(
    lamps, django_assert_num_queries
):
    with django_assert_num_queries(1):
        public_history.public_history(lamps)
    themes = [make.make_theme(f"theme-{number}") for number in range(5)]
    for theme in themes:
        with changing(lamps):
            lamps.themes.add(theme)
    with django_assert_num_queries(2):
        public_history.public_history(lamps)
