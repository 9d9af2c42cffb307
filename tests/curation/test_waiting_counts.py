"""The numbers beside the links of the navigation: what waits for review, and what was sent back."""

import pytest

from sco_cities.sources.base_models import PublicationState
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import run_action, soup, with_creator

OWN = "/admin/my-records/"


def sent_by(client, slug):
    """A theme that the client's account has created and sent to review."""
    theme = with_creator(client.user, make.make_theme(slug, state=PublicationState.DRAFT))
    run_action(client, "send_to_review", [theme])
    return theme


def waiting(client) -> list[str]:
    """What waits by the index; asserts that the sidebar of other pages tells the same."""
    on_index = soup(client.get("/admin/")).select(".admin-pages li:has(.waiting-count)")
    in_sidebar = soup(client.get(OWN)).select("#nav-sidebar th:has(.waiting-count)")
    texts = [
        f"{item.select_one('a').text}: {item.select_one('.waiting-count').text}"
        for items in (on_index, in_sidebar)
        for item in items
    ]
    assert texts[: len(on_index)] == texts[len(on_index) :]
    return texts[: len(on_index)]


def test_reviewers_see_how_many_records_wait_and_nothing_when_none_does(ada, carl):
    for number in range(3):
        sent_by(ada, f"theme-{number}")
    assert waiting(carl) == ["Review: 3"]
    assert waiting(ada) == []
    run_action(carl, "publish", list(Theme.objects.all()))
    assert waiting(carl) == []


# What happens to a record of Ada that Carl reviews, and how many of her records then count as sent back.
STEPS = [
    ("carl send_back", 1),
    ("ada back_to_draft", 0),
    ("carl send_back, ada send_to_review", 0),
    ("carl send_back, ada send_to_review, carl send_back", 1),
    ("carl send_back, carl publish", 0),
    ("carl send_back, carl publish, carl back_to_draft", 0),
    ("carl send_back, carl delete_selected", 0),
]


@pytest.mark.parametrize(("steps", "number"), STEPS)
def test_contributors_see_how_many_of_their_records_are_sent_back(steps, number, ada, bela, carl):
    lamps = sent_by(ada, "lamps")
    others = sent_by(bela, "roads")
    run_action(carl, "send_back", [others], reason="Correct it.")
    for step in steps.split(", "):
        who, action = step.split()
        run_action({"ada": ada, "carl": carl}[who], action, [lamps], reason="Correct it.", post="yes")
    assert waiting(ada) == ([f"My records: {number} sent back"] if number else [])
    assert len(soup(ada.get(OWN)).select(".sent-back")) == number
    assert waiting(bela) == ["My records: 1 sent back"]
