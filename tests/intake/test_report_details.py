"""What a text says of itself as a report, and where it was taken from."""

import pytest

from sco_cities.intake.reception import receive
from sco_cities.intake.report_details import details_of

BODY = "Two cities agreed to share what they know about buses and about the people who drive them every day."


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            f"Osh and Kazan agree\n\nOSH, May 14, 2025 (Pamir Press) -- {BODY}",
            {
                "title": ("Osh and Kazan agree", "from the first line"),
                "publisher": ("Pamir Press", "from “OSH, May 14, 2025 (Pamir Press) --”"),
                "published_on": ("2025-05-14", "from “May 14, 2025”"),
                "language": ("en", "from the letters of the text"),
            },
        ),
        (
            f"28 November 2024\nBuses of Osh\n{BODY}\nSource: The Osh Gazette\nhttps://gazette.example/buses?id=7.",
            {
                "title": ("Buses of Osh", "from the first line"),
                "publisher": ("The Osh Gazette", "from “Source: The Osh Gazette”"),
                "published_on": ("2024-11-28", "from “28 November 2024”"),
                "language": ("en", "from the letters of the text"),
                "address": ("https://gazette.example/buses?id=7", "from the text"),
            },
        ),
        (
            f"Osh Herald, 14 May 2025\n\nOsh and Kazan agree\n\n{BODY}",
            {
                "title": ("Osh and Kazan agree", "from the first line"),
                "publisher": ("Osh Herald", "from “Osh Herald, 14 May 2025”"),
                "published_on": ("2025-05-14", "from “14 May 2025”"),
                "language": ("en", "from the letters of the text"),
            },
        ),
        (
            f"Forum opens in Osh, 14 May 2025\n\n{BODY}\n\n{BODY}",
            {
                "title": ("Forum opens in Osh, 14 May 2025", "from the first line"),
                "published_on": ("2025-05-14", "from “14 May 2025”"),
                "language": ("en", "from the letters of the text"),
            },
        ),
        (
            "帕米尔社杜尚别5月14日电（记者林小禾）杜尚别与天津14日签署备忘录。",
            {
                "publisher": ("帕米尔社", "from “帕米尔社杜尚别5月14日电（记者林小禾）”"),
                "language": ("zh", "from the letters of the text"),
            },
        ),
        # An address is copied first, and a day within it is no date of the report.
        (
            "https://pamir.example/2020/30-Jan-2020/\n\nOsh and Kazan agree\n\n"
            f"OSH, May 14, 2025 (Pamir Press) -- {BODY}",
            {
                "title": ("Osh and Kazan agree", "from the first line"),
                "publisher": ("Pamir Press", "from “OSH, May 14, 2025 (Pamir Press) --”"),
                "published_on": ("2025-05-14", "from “May 14, 2025”"),
                "language": ("en", "from the letters of the text"),
                "address": ("https://pamir.example/2020/30-Jan-2020/", "from the text"),
            },
        ),
        (
            f"https://www.gazette.example/7\nBuses of Osh\n{BODY}\n{BODY}",
            {
                "title": ("Buses of Osh", "from the first line"),
                "publisher": ("gazette.example", "from the address"),
                "language": ("en", "from the letters of the text"),
                "address": ("https://www.gazette.example/7", "from the text"),
            },
        ),
        ("Душанбе и Тяньцзинь подписали меморандум.", {"language": ("ru", "from the letters of the text")}),
        # A date within the text is no date of the report, a day without a year is none at all.
        (f"{BODY} It began on 3 May 2019.\n{BODY}", {"language": ("en", "from the letters of the text")}),
        ("1 2 3", {}),
        ("", {}),
    ],
)
def test_a_text_gives_details_with_their_origin(text, expected):
    assert {name: (each.value, each.origin) for name, each in details_of(text).items()} == expected


def test_a_known_publisher_is_recognised_as_a_whole_name():
    text = f"{BODY}\n{BODY}\nThe Gazette of Osh, all rights reserved"
    found = details_of(text, ["The Gazette", "The Gazette of Osh", "azette"])
    assert found["publisher"].value == "The Gazette of Osh"
    assert "publisher" not in details_of(text, ["azette"])


def test_of_several_addresses_only_one_that_stands_alone_is_that_of_the_report():
    links = "See https://a.example/1 and https://b.example/2."
    assert "address" not in details_of(f"{BODY}\n{BODY}\n{links}")
    assert details_of(f"{links}\n{BODY}\nhttps://c.example/3")["address"].value == "https://c.example/3"


def test_the_title_of_a_received_text_is_that_of_its_details(db):
    assert receive(f"Osh and Kazan agree\n\n{BODY}\n{BODY}", user=None).title == "Osh and Kazan agree"
    assert receive(f"By John Smith\n\n{BODY}\n{BODY}", user=None).title == ""
