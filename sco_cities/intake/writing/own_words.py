"""Checks that summaries and titles are in the curator's own words, and that quotations are verbatim."""

from ..models import IntakePassage, Proposal
from ..text_overlap import CopiedWords

SUMMARY_COLUMNS = ("summary", "summary_ru", "summary_zh")
# Prefixes of fields that must be in the curator's own words. Names may be copied from the report.
_OWN_WORDS = ("title", "summary")


def copied_in_passage(passage: IntakePassage, copied: CopiedWords) -> str:
    """The first words in a passage's summaries that are copied from the report. "" if there are none."""
    return next(filter(None, (copied.run_in(getattr(passage, column)) for column in SUMMARY_COLUMNS)), "")


def copied_in_proposal(proposal: Proposal, copied: CopiedWords) -> str:
    """The first words in a record's title or summary that are copied from the report. "" if there are none."""
    texts = proposal.final_value.items() if proposal.is_subject else [(proposal.field, proposal.final_value)]
    found = (copied.run_in(str(text)) for name, text in texts if name.startswith(_OWN_WORDS))
    return next(filter(None, found), "")


def is_verbatim(quotation: str, passage: IntakePassage) -> bool:
    """True if a quotation is in its passage verbatim. White space and the kind of quotation marks may differ."""
    return _plain(quotation) in _plain(passage.text)


def _plain(text: str) -> str:
    return " ".join(text.split()).translate(
        dict.fromkeys(map(ord, "“”„«»"), '"') | {ord("’"): "'", ord("‘"): "'"}
    )
