"""Report titles and URLs as displayed to readers."""

import pytest

from sco_cities.core.language_codes import LANGUAGE_NAMES, title_language
from sco_cities.sources.models import Report
from sco_cities.sources.report_texts import report_title
from tests.shipped_package import rows_of


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Lamps & nights", "Lamps &amp; nights"),
        (
            "(Opening of the forum; no title in the stored copy)",
            '<span class="untitled" lang="en">Opening of the forum</span>',
        ),
        (
            "(Lamps; title from the page address)",
            '<span class="untitled" lang="en">Lamps; title from the page address</span>',
        ),
        ("(Lamps) are bright", "(Lamps) are bright"),
        (
            "(<b>; no title in the stored copy)",
            '<span class="untitled" lang="en">&lt;b&gt;</span>',
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


def test_every_language_of_a_shipped_report_has_a_name():
    assert {row["language"] for row in rows_of("reports")} <= dict(LANGUAGE_NAMES).keys()
