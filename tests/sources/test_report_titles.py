"""Titles and addresses of reports as readers see them."""

import pytest

from sco_cities.core.language_codes import LANGUAGE_NAMES, title_language
from sco_cities.sources.models import Report
from sco_cities.sources.report_titles import report_title
from sco_cities.sources.web_address import readable_address
from tests.shipped_package import rows_of


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Lamps & nights", "Lamps &amp; nights"),
        (
            "(Opening of the forum; no title in the stored copy)",
            '<span class="untitled" lang="en">Untitled report: <span lang="en">Opening of the forum</span></span>',
        ),
        (
            "(Lamps; title from the page address)",
            '<span class="untitled" lang="en">Untitled report: '
            '<span lang="en">Lamps; title from the page address</span></span>',
        ),
        ("(Lamps) are bright", "(Lamps) are bright"),
        (
            "(<b>; no title in the stored copy)",
            '<span class="untitled" lang="en">Untitled report: <span lang="en">&lt;b&gt;</span></span>',
        ),
    ],
)
def test_a_report_without_a_title_is_called_by_our_description(title, shown):
    assert report_title(Report(title=title)) == shown


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Lamps", "en", "en"),
        ("世界市长对话 (digest)", "en", "zh"),
        ("上海の病院", "ja", "ja"),
        ("Фонари", "ru", "ru"),
    ],
)
def test_a_chinese_title_is_chinese_in_a_report_of_any_language(title, language, expected):
    assert title_language(title, language) == expected


@pytest.mark.parametrize(
    ("address", "readable"),
    [
        ("https://www.gazette.test/", "gazette.test"),
        ("https://gazette.test/2026/lamps.html?page=2#top", "gazette.test/2026/lamps.html?page=2#top"),
        ("https://gazette.test/%d1%84%d0%be%d0%bd%d0%b0%d1%80%d0%b8", "gazette.test/фонари"),
        ("https://www.gazette.test:8443/lamps", "gazette.test:8443/lamps"),
        # Cut in the middle of a letter; a line break; characters that turn the order of others round.
        ("https://gazette.test/%d1%84%d0", "gazette.test/%d1%84%d0"),
        ("https://gazette.test/a%0Ab", "gazette.test/a%0Ab"),
        ("https://gazette.test/%E2%80%AEcod.exe", "gazette.test/%E2%80%AEcod.exe"),
        ("gazette", "gazette"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_an_address_is_shown_without_its_scheme_and_decoded_if_that_is_safe(address, readable):
    assert readable_address(address) == readable


def test_every_language_of_a_shipped_report_has_a_name():
    assert {row["language"] for row in rows_of("reports")} <= dict(LANGUAGE_NAMES).keys()
