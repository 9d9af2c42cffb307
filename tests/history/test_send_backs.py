"""The history uses one name for a record that leaves review, regardless of the page that was used."""

import pytest
from django.urls import reverse

from sco_cities.history.models import ChangeSource, Revision
from tests import factories as make
from tests.curation import bulk_edit_steps
from tests.curation.admin_client import admin_url, client_with_role, run_action, soup, with_creator

from .snapshots import recording


@pytest.fixture
def ada(db):
    return client_with_role("contributor", "ada")


@pytest.fixture
def carl(db):
    return client_with_role("curator", "carl")


def text_of(element) -> str:
    return " ".join(element.get_text(" ").split())


def by_action(client, records, transition):
    run_action(client, transition, records, reason="" if transition in NO_REASON else "The date is missing.")


def by_bulk_edit(client, records, transition):
    bulk_edit_steps.edit(client, records, move=transition, reason="The date is missing.")


NO_REASON = {"back_to_draft", "publish"}
# The creator, the account that makes the transition, the page that it uses, and the name in the history.
TRANSITIONS = [
    ("ada", "carl", by_action, "send_back", "sent back"),
    ("ada", "carl", by_bulk_edit, "send_back", "sent back"),
    ("", "carl", by_bulk_edit, "send_back", "sent back"),
    ("ada", "ada", by_action, "back_to_draft", "returned to draft"),
    ("ada", "ada", by_bulk_edit, "back_to_draft", "returned to draft"),
    ("carl", "carl", by_action, "back_to_draft", "returned to draft"),
    ("carl", "carl", by_action, "send_back", "returned to draft"),
    ("ada", "carl", by_action, "publish", "published"),
]


@pytest.mark.parametrize(("creator", "actor", "how", "transition", "done"), TRANSITIONS)
@pytest.mark.parametrize("number", [1, 5])
def test_a_transition_has_the_same_name_on_all_pages_of_the_history(
    ada, carl, creator, actor, how, transition, done, number
):
    clients = {"ada": ada, "carl": carl}
    themes = [make.make_theme(f"theme-{each}", state="in_review") for each in range(number)]
    for theme in themes:
        if creator:
            with_creator(clients[creator].user, theme)
    how(clients[actor], themes, transition)
    newest = soup(carl.get(reverse("admin:changes"))).select_one("#content-main tbody tr")
    named = f"Theme “Theme 0”: {done}" if number == 1 else f"themes: 5 {done}"
    assert [text_of(cell) for cell in newest.select("td")][0::2] == [actor, named]
    change_set = soup(carl.get(newest.a["href"]))
    assert text_of(change_set.select_one(".revisions h2")) == f"Theme Theme 0 : {done}"
    history = soup(carl.get(admin_url(themes[0], "history"))).select_one(".revisions h2")
    assert text_of(history).lower().startswith(f"{done}, in review →")


@pytest.mark.parametrize(("reason", "is_sent_back"), [("The date is missing.", True), ("", False)])
def test_a_record_is_sent_back_only_with_a_reason(reason, is_sent_back, ada):
    theme = with_creator(ada.user, make.make_theme("lamps", state="in_review"))
    with recording(theme, source=ChangeSource.REVIEW, reason=reason):
        type(theme).objects.update(state="draft")
    assert Revision.objects.with_send_backs().first().is_sent_back == is_sent_back
