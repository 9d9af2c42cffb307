"""The details of a report are extracted from its text."""

import pytest

from sco_cities.intake.jobs import read_intake
from sco_cities.intake.reception import details_of, receive

BODY = "Two cities agreed to share what they know about buses and about the people who drive them every day."


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            f"Osh and Kazan agree\n\nOSH, May 14, 2025 (Pamir Press) -- {BODY}",
            {
                "title": "Osh and Kazan agree",
                "publisher": "Pamir Press",
                "published_on": "2025-05-14",
                "language": "en",
            },
        ),
        (
            f"28 November 2024\nBuses of Osh\n{BODY}\nSource: The Osh Gazette\nhttps://gazette.example/buses?id=7.",
            {
                "title": "Buses of Osh",
                "publisher": "The Osh Gazette",
                "published_on": "2024-11-28",
                "language": "en",
                "address": "https://gazette.example/buses?id=7",
            },
        ),
        (
            f"https://gazette.example/7\n14.07.25\n17:40\nBuses of Osh\n\n{BODY}",
            {
                "title": "Buses of Osh",
                "publisher": "gazette.example",
                "language": "en",
                "address": "https://gazette.example/7",
            },
        ),
        (
            f"Osh Herald, 14 May 2025\n\nOsh and Kazan agree\n\n{BODY}",
            {
                "title": "Osh and Kazan agree",
                "publisher": "Osh Herald",
                "published_on": "2025-05-14",
                "language": "en",
            },
        ),
        (
            f"Forum opens in Osh, 14 May 2025\n\n{BODY}\n\n{BODY}",
            {
                "title": "Forum opens in Osh, 14 May 2025",
                "published_on": "2025-05-14",
                "language": "en",
            },
        ),
        (
            "帕米尔社杜尚别5月14日电（记者林小禾）杜尚别与天津14日签署备忘录。",
            {
                "publisher": "帕米尔社",
                "language": "zh",
            },
        ),
        # The copied text begins with a URL. The date in a dateline takes precedence over a date in the URL.
        (
            "https://pamir.example/2020/30-Jan-2020/\n\nOsh and Kazan agree\n\n"
            f"OSH, May 14, 2025 (Pamir Press) -- {BODY}",
            {
                "title": "Osh and Kazan agree",
                "publisher": "Pamir Press",
                "published_on": "2025-05-14",
                "language": "en",
                "address": "https://pamir.example/2020/30-Jan-2020/",
            },
        ),
        (
            f"https://www.gazette.example/7\nBuses of Osh\n{BODY}\n{BODY}",
            {
                "title": "Buses of Osh",
                "publisher": "gazette.example",
                "language": "en",
                "address": "https://www.gazette.example/7",
            },
        ),
        ("Душанбе и Тяньцзинь подписали меморандум.", {"language": "ru"}),
        # A date in the body of the text is not the date of the report. A day without a year is not a date.
        (f"{BODY} It began on 3 May 2019.\n{BODY}", {"language": "en"}),
        ("1 2 3", {}),
        ("", {}),
    ],
)
def test_a_text_gives_its_details(text, expected):
    assert details_of(text) == expected


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("https://gazette.example/news/2025-05-14/buses", "2025-05-14"),
        ("https://gazette.example/amp/20250514/buses-12927529.html", "2025-05-14"),
        ("https://gazette.example/2025/05/14/", "2025-05-14"),
        ("https://gazette.example/14-May-2025/buses", "2025-05-14"),
        ("https://gazette.example/2099/05/14/", None),
        ("https://gazette.example/20251399/407676", None),
        ("OSH. May 14, 2025 (Pamir Press) Two buses came.", "2025-05-14"),
        ("OSH, (Pamir Press - 14th May, 2025 ) :Two buses came from Kazan, the city said on Thursday.", "2025-05-14"),
    ],
)  # fmt: skip
def test_a_dateline_or_else_the_url_gives_the_date(line, day):
    assert details_of(f"{line}\nBuses of Osh\n{BODY}").get("published_on") == day


def test_a_known_publisher_is_recognised_as_a_whole_name():
    text = f"{BODY}\n{BODY}\nThe Gazette of Osh, all rights reserved"
    found = details_of(text, ["The Gazette", "The Gazette of Osh", "azette"])
    assert found["publisher"] == "The Gazette of Osh"
    assert "publisher" not in details_of(text, ["azette"])


def test_of_several_addresses_only_one_that_stands_alone_is_that_of_the_report():
    links = "See https://a.example/1 and https://b.example/2."
    assert "address" not in details_of(f"{BODY}\n{BODY}\n{links}")
    assert details_of(f"{links}\n{BODY}\nhttps://c.example/3")["address"] == "https://c.example/3"


def test_the_title_of_a_received_text_is_that_of_its_details(db):
    assert receive(f"Osh and Kazan agree\n\n{BODY}\n{BODY}", user=None).title == "Osh and Kazan agree"
    assert receive(f"By John Smith\n\n{BODY}\n{BODY}", user=None).title == ""


def passages_of(text: str) -> list[str]:
    return [each.text for each in receive(text, user=None).passages.all()]


def test_a_url_a_date_and_a_time_above_the_text_are_no_passages(db):
    head = "https://gazette.example/7\n14.07.25\n17:40"
    assert passages_of(f"{head}\nBuses of Osh\n\n{BODY}\n\n14.07.25") == ["Buses of Osh", BODY, "14.07.25"]


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("Thursday, 14 May 2025", BODY),
        ("By Anna Smith", BODY),
        ("14 мая 2025 года, 08:42", "Города договорились об автобусах."),
        ("Автор: Анна Тестова", "Города договорились об автобусах."),
        ("2025年5月14日", "两座城市商定了公交车的事。"),
        ("编辑：林小禾", "两座城市商定了公交车的事。"),
    ],
)
def test_a_date_in_words_or_a_byline_at_the_top_or_bottom_is_no_passage(line, body, db):
    assert passages_of(f"Buses\n{line}\n{body}") == ["Buses", body]
    assert passages_of(f"Buses\n\n{body}\n\n{line}") == ["Buses", body]
    assert line in passages_of("\n".join([*"abcde", f"{body}\n{line}", *"fghijk"]))


@pytest.mark.parametrize("line", ["$450,000,000", "5%", "2025"])
def test_a_line_that_may_be_a_figure_is_a_passage(line, db):
    assert passages_of(f"{line}\n{BODY}") == [line, BODY]
    assert passages_of(f"Buses of Osh\n{line}\n{BODY}") == ["Buses of Osh", line, BODY]


@pytest.mark.parametrize("text", ["14.07.25", "https://gazette.example/7\n17:40"])
def test_a_text_without_paragraphs_keeps_its_lines(text, db):
    assert passages_of(text) == text.split("\n")


def test_a_figure_rests_on_the_line_that_contains_it(db):
    intake = receive(f"Osh and Kazan opened buses\n$450,000,000\n{BODY}", user=None)
    assert read_intake(intake)
    figures = intake.proposals.filter(kind="figure")
    assert {each.passage.text for each in figures} == {"$450,000,000"}
