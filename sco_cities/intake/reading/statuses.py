"""Determines the status of an undertaking in a clause, by its weakest cue. A negation removes the status."""

import re

from sco_cities.names.letters import HAN

from .dictionary import Cue, finder
from .report_text import ReportText, SpanSet

# A negation before a cue, such as "has not yet been", «не был», or 没有…的 before 计划.
_NOT_BEFORE = re.compile(
    r"(?:(?:\b(?:not|never|cannot)|n't) (?:yet |ever )?(?:been |be |being )?"
    r"|\b(?:refus|declin|fail)\w+ to "
    r"|\bне (?:был[аои]? |будет |будут |удалось |смог(?:л[аи])? )?(?:еще |пока )?"
    rf"|[未没不](?:能|正式)?|(?:没有|[暂尚并]无)(?:正式|[{HAN}]{{1,12}}的)?)\Z"
)
_LONGEST_BEFORE = 20
# A negation after a cue, such as "will not" or 将不会. "Not only" and "not long ago" are not negations.
_NOT_AFTER = re.compile(r" (?:not|never) (?!only|just|long|far)|不[会再]")
_NAMED_INITIATIVE = re.compile("[”》」]倡议")
ORDER = ("interest", "proposed", "future", "agreed", "under_way", "operating", "completed")
_CLAUSE = re.compile(
    r"[,;:—–]\s|[，；：]|\s(?:but|while|whereas|which|where|before|after|because|но|а также|тогда как|пока|если)\s"
)


class StatusCues:
    """The status cues of a text, for lookup by piece."""

    def __init__(self, report: ReportText):
        self._report = report
        self._cues = SpanSet(
            cue._replace(meaning="negation") if _is_denied(report, cue) else cue
            for cue in finder("status_cues").find(report)
            if not _is_name(report, cue)
        )

    def within(self, start: int, end: int) -> list[Cue]:
        return self._cues.starting_in(start, end)

    def status(self, start: int, end: int, position: int) -> tuple[str, Cue | None]:
        """Returns the status at `position` in a sentence, and its cue. ("", None) if the status is negated or missing.

        Cues in the same clause take precedence over other cues in the sentence.
        """
        cues = self.within(start, end)
        stalled = next((cue for cue in cues if cue.meaning == "stalled"), None)
        if stalled:
            return "stalled", stalled
        clause = self._clause(start, end, position)
        own = [cue for cue in cues if clause[0] <= cue.start < clause[1]]
        if any(cue.meaning == "negation" for cue in own or cues):
            return "", None
        signed = next((cue for cue in cues if cue.meaning == "agreed"), None)
        if signed and own and all(cue.meaning == "future" for cue in own):
            return "agreed", signed
        cues = own or cues
        if not cues:
            return "", None
        firm = {cue.meaning for cue in cues}
        # "will build under an agreement signed on Tuesday" means agreed. "will be launched" alone means planned.
        if "future" in firm and "agreed" in firm:
            cues = [cue for cue in cues if cue.meaning != "future"]
        weakest = min(cues, key=lambda cue: (ORDER.index(cue.meaning), cue.start))
        return ("proposed" if weakest.meaning == "future" else weakest.meaning), weakest

    def _clause(self, start: int, end: int, position: int) -> tuple[int, int]:
        first, last = start, end
        for match in _CLAUSE.finditer(self._report.folded, start, end):
            if match.end() <= position:
                first = match.end()
            elif match.start() >= position:
                last = match.start()
                break
        return first, last


def _is_denied(report: ReportText, cue: Cue) -> bool:
    """Returns True if a negation is next to a cue. The cues of the status "stalled" cannot be negated."""
    before = max(cue.start - _LONGEST_BEFORE, 0)
    return cue.meaning != "stalled" and bool(
        _NOT_BEFORE.search(report.folded, before, cue.start) or _NOT_AFTER.match(report.folded, cue.end)
    )


def _is_name(report: ReportText, cue: Cue) -> bool:
    """Returns True if a cue is part of a name, as in “丝路”倡议, or with a capital within a sentence, as in "May"."""
    if report.text[cue.start].isupper():
        return report.sentence_at(cue.start).start < cue.start
    return bool(_NAMED_INITIATIVE.match(report.text, cue.start - 1, cue.end))
