"""Statements are grouped by speaker on an event's page, and by event on a delegate's page."""

from types import SimpleNamespace

import pytest

from delegates.columns import grouped_statements
from tests import factories as make
from tests.html import read_page


def said_by(*speakers: str) -> list:
    """Creates a statement for each character.

    A lower-case letter is a speaker, a capital is an unpublished speaker, and "-" means no speaker.
    """
    return [
        SimpleNamespace(
            number=number,
            speaker=None if name == "-" else SimpleNamespace(pk=name, is_published=name.islower()),
        )
        for number, name in enumerate(speakers)
    ]


def numbers(groups) -> list[tuple[str, list[int]]]:
    return [
        (group.record.pk if group.record else "", [each.number for each in group.statements])
        for group in groups
    ]


@pytest.mark.parametrize(
    ("speakers", "first", "others"),
    [
        ("", [], []),
        ("a", [("a", [0])], []),
        # Groups are in the order of their first statements. Statements without a published speaker are last.
        ("-abaB", [("a", [1, 3]), ("b", [2]), ("", [0, 4])], []),
        # Up to ten statements are shown together. If there are more, the first eight are shown.
        ("a" * 10, [("a", list(range(10)))], []),
        ("a" * 11, [("a", list(range(8)))], [("a", [8, 9, 10])]),
        ("b" * 7 + "aa--", [("b", list(range(7))), ("a", [7])], [("a", [8]), ("", [9, 10])]),
    ],
)
def test_statements_are_grouped_and_cut(speakers, first, others):
    groups = grouped_statements(said_by(*speakers), "speaker")
    assert (numbers(groups.first), numbers(groups.others), groups.count) == (first, others, len(speakers))


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_all_statements_of_an_event_are_on_its_page(client):
    event, ada = make.make_event("fair"), make.make_delegate("ada-test")
    for number in range(12):
        make.make_statement(f"said-{number}", event=event, delegate=ada if number % 2 else None)
    page = read_page(client, "/events/fair/")
    assert all(page.element(f"said-{number}") for number in range(12))
    assert "Show all 12 statements Speaker not named" in page.text()
