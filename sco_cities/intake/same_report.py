"""Finds existing reports with the same URL or text, and sentences that copy a report.

Texts are compared by groups of words."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.evidence.source_picker import report_with_address
from sco_cities.names.letters import HAN, folded
from sco_cities.sources.models import Passage, Report

from .models import Intake, IntakePassage, Proposal

# Size of a group in words, or in characters for a Chinese text.
_GROUP_WORDS, _GROUP_CHARACTERS = 5, 8
# Number of consecutive words, or Chinese characters, that are considered copied.
SAME_WORDS, SAME_CHARACTERS = 8, 15
# Number of the smallest hashes in a sketch. The overlap of two texts is estimated to within a few per cent.
_SKETCH_SIZE = 200
_TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_HAN = re.compile(f"[{HAN}]")


def tokens(text: str) -> list[str]:
    """Returns the words in lower case. Each Chinese character is a word."""
    return [folded(match.group()) for match in _TOKEN.finditer(text)]


def sketch(text: str) -> list[int]:
    """Returns a MinHash sketch of the text's word groups. The text cannot be recovered from it."""
    words = tokens(text)
    is_chinese = 2 * sum(bool(_HAN.match(word)) for word in words) > len(words)
    size = _GROUP_CHARACTERS if is_chinese else _GROUP_WORDS
    groups = {" ".join(words[at : at + size]) for at in range(max(len(words) - size + 1, 1))}
    # The hashes have six bytes, because JSON represents such integers exactly.
    hashes = {int.from_bytes(blake2b(group.encode(), digest_size=6).digest()) for group in groups}
    return sorted(hashes)[:_SKETCH_SIZE]


def similarity(one: Collection[int], other: Collection[int]) -> float:
    """Returns the estimated share of word groups that two texts have in common, from 0 to 1."""
    smallest = sorted({*one, *other})[:_SKETCH_SIZE]
    return len(set(one) & set(other) & set(smallest)) / len(smallest) if smallest else 0.0


class CopiedWords:
    """Finds words in summaries that are copied from a text."""

    def __init__(self, text: str):
        words = tokens(text)
        self._runs = {tuple(words[start:end]) for start, end in _runs(words)}

    def run_in(self, summary: str) -> str:
        """Returns the first run of words in the summary that is copied from the text. Returns "" if there is none."""
        matches = list(_TOKEN.finditer(summary))
        words = tokens(summary)
        for start, end in _runs(words):
            if tuple(words[start:end]) in self._runs:
                return summary[matches[start].start() : matches[end - 1].end()]
        return ""


def _runs(words: list[str]) -> Iterator[tuple[int, int]]:
    """Yields the shortest copied run that starts at each word (eight words, or fifteen Chinese characters)."""
    end, weight, enough = 0, 0, SAME_WORDS * SAME_CHARACTERS
    for start in range(len(words)):
        while end < len(words) and weight < enough:
            weight += _weight(words[end])
            end += 1
        if weight < enough:
            return
        yield start, end
        weight -= _weight(words[start])


def _weight(word: str) -> int:
    return SAME_WORDS if _HAN.match(word) else SAME_CHARACTERS


SUMMARY_COLUMNS = ("summary", "summary_ru", "summary_zh")
PASSAGE_COLUMNS = (*SUMMARY_COLUMNS, "quotation")
# Prefixes of fields that must be in the curator's own words. Names may be copied from the report.
_OWN_WORDS = ("title", "summary")


def copied_in_passage(passage: IntakePassage, copied: CopiedWords) -> str:
    """Returns the first words in a passage's summaries that are copied from the report, or ""."""
    return next(filter(None, (copied.run_in(getattr(passage, column)) for column in SUMMARY_COLUMNS)), "")


def copied_in_proposal(proposal: Proposal, copied: CopiedWords) -> str:
    """Returns the first words in a record's title or summary that are copied from the report, or ""."""
    texts = proposal.final_value.items() if proposal.is_subject else [(proposal.field, proposal.final_value)]
    found = (copied.run_in(str(text)) for name, text in texts if name.startswith(_OWN_WORDS))
    return next(filter(None, found), "")


def is_verbatim(quotation: str, passage: IntakePassage) -> bool:
    """Returns True if the passage contains the quotation verbatim, apart from white space and quotation marks."""
    return _plain(quotation) in _plain(passage.text)


def _plain(text: str) -> str:
    return " ".join(text.split()).translate(
        dict.fromkeys(map(ord, "“”„«»"), '"') | {ord("’"): "'", ord("‘"): "'"}
    )


# Minimum share of common word groups in texts that are considered the same report. The minimum is lower for paragraphs,
# because each changed word changes several of their few groups.
ENOUGH, ENOUGH_OF_PARAGRAPH = 0.8, 0.4
# Number of the newest texts that are compared. Reports are usually reprinted within weeks.
_MOST = 2_000


class Sameness(TextChoices):
    """The reason why two reports are considered the same."""

    ADDRESS = "address", _("the same page")
    TEXT = "text", _("the same text")
    SIMILAR = "similar", _("nearly the same text")


@dataclass(frozen=True)
class SameReport:
    """A report with the same URL or text as the report of an intake.

    `report` is None if the report is another intake that is not written yet. `is_independent` is False for another
    publisher's reprint, which is not a second source.
    """

    sameness: Sameness
    report: Report | None = None
    intake: Intake | None = None
    is_independent: bool = True


def same_reports(intake: Intake) -> list[SameReport]:
    """Returns the distinct reports that a text repeats, most certain first."""
    found: dict[tuple, SameReport] = {}
    for same in _found(intake):
        if same.report is None or same.report.pk != intake.report_id:
            key = ("report", same.report.pk) if same.report else ("intake", same.intake.pk)
            # A report with the same URL may also have been written from an earlier text.
            found[key] = (
                replace(found[key], intake=found[key].intake or same.intake) if key in found else same
            )
    return list(found.values())


def _found(intake: Intake) -> Iterator[SameReport]:
    if intake.address and (report := report_with_address(intake.address)):
        yield SameReport(Sameness.ADDRESS, report)
    others = Intake.objects.exclude(pk=intake.pk).select_related("report").without_text()
    for other in others.filter(text_hash=intake.text_hash):
        yield _same(Sameness.TEXT, intake, other)
    alike = [
        key
        for key, sketch in others.order_by("-pk").values_list("pk", "sketch")[:_MOST]
        if similarity(intake.sketch, sketch) >= ENOUGH
    ]
    for other in others.filter(pk__in=alike):
        yield _same(Sameness.SIMILAR, intake, other)


def _same(sameness: Sameness, intake: Intake, other: Intake) -> SameReport:
    publisher = other.report.publisher if other.report else other.publisher
    return SameReport(sameness, other.report, other, publisher.casefold() == intake.publisher.casefold())


def repeated_passages(
    intake: Intake, passages: Collection[IntakePassage], report: Report
) -> dict[int, Passage]:
    """Maps passages of an intake, by primary key, to the passages of a report that they repeat.

    A passage repeats a stored passage if it has the same summary, contains its quotation, or is nearly the same
    paragraph as in an earlier intake.
    """
    found: dict[int, Passage] = {}
    earlier: dict[int, list[IntakePassage]] = defaultdict(list)
    linked = IntakePassage.objects.filter(passage__report=report)
    for other in linked.select_related("passage").prefetch_related("intake"):
        if other.intake_id == intake.pk:
            found[other.pk] = other.passage
        else:
            earlier[other.passage_id].append(other)
    repeated = {passage.pk for passage in found.values()}
    for stored in report.passages.exclude(pk__in=repeated).order_by("number"):
        same = [
            each for each in passages if each.pk not in found and _repeats(each, stored, earlier[stored.pk])
        ]
        if same:
            nearest = min(same, key=lambda each, number=stored.number: abs(each.number - number))
            found[nearest.pk] = stored
    return found


def _repeats(passage: IntakePassage, stored: Passage, earlier: list[IntakePassage]) -> bool:
    if _plain(passage.summary).casefold() == _plain(stored.summary).casefold():
        return True
    if stored.quotation and is_verbatim(stored.quotation, passage):
        return True
    return any(_is_same_paragraph(passage, other) for other in earlier)


def _is_same_paragraph(one: IntakePassage, other: IntakePassage) -> bool:
    """Returns True if two paragraphs have the same numbers and nearly the same text."""
    if other.intake.purged_at:
        places = [(each.intake.text_hash, each.number, each.end - each.start) for each in (one, other)]
        return places[0] == places[1]
    numbers = [[word for word in tokens(each.text) if word[0].isdigit()] for each in (one, other)]
    return (
        numbers[0] == numbers[1] and similarity(sketch(one.text), sketch(other.text)) >= ENOUGH_OF_PARAGRAPH
    )
