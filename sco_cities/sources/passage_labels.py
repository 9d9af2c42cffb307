"""Unique labels for passages in the admin, with report, date, number and first words."""

from django.utils.text import Truncator

from sco_cities.core import edtf
from sco_cities.core.localized_names import localized
from sco_cities.i18n.punctuation import comma_list, semicolon_list, with_remark

from .models import Passage

# Maximum number of characters of the title and of the summary in a label.
TITLE_LENGTH, WORDS_LENGTH = 60, 90


def passage_source(passage: Passage) -> str:
    """Report and number, as in "Lamps at night (The Gazette, 8 July 2025)

    3", and a note if the report is not published.
    """
    report = passage.report
    remark = comma_list(filter(None, (report.publisher, edtf.format_date(report.published_on))))
    if not report.is_published:
        remark = semicolon_list([remark, report.get_state_display()])
    title = Truncator(report.name).chars(TITLE_LENGTH, truncate="…")
    return f"{with_remark(title, remark)} ¶{passage.number}"


def passage_label(passage: Passage) -> str:
    """The source of a passage and the first words of its summary, if possible in the reader's language."""
    return f"{passage_source(passage)} {first_words(localized(passage, 'summary'))}"


def first_words(summary: str) -> str:
    """The beginning of a passage's summary."""
    return Truncator(summary).chars(WORDS_LENGTH, truncate="…")
