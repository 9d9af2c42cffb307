"""Finds the events that a report names (forums, summits, exhibitions)."""

import re

from sco_cities.names import russian
from sco_cities.names.letters import HAN
from sco_cities.names.vocabulary import alternatives, words_of

from .dictionary import Hit, finder
from .initiatives import title
from .report_text import LIKELY, Mark, ReportText, Span, SpanSet, mentions_of
from .russian_names import in_nominative

_EN_HEADS = alternatives("function_words", "en", "head of an event")
_EN_WORD = r"[A-Z][\w'’&+-]{0,40}"
_EN = re.compile(
    # "the" continues a name only after a preposition or colon. In "In June 2023 the Water Forum" it precedes the name.
    rf"\b(?:(?:{_EN_WORD}|\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)|[–-])(?:(?: of| and| on| for|:)(?: the)?)? ){{0,8}}?"
    # A head word does not end a name in "Silk Summit Cities Dialogue" and "Mayors Dialogue – Silk Summit Cities".
    rf"{_EN_HEADS}\b(?:(?: and)?(?: {_EN_WORD}){{0,5}} {_EN_HEADS}\b){{0,3}}"
    rf"(?: [–-](?: {_EN_WORD}){{0,5}}? {_EN_HEADS}\b(?: {_EN_WORD}){{0,2}})?"
    rf"(?: (?:on|of|for|between|with) (?:the )?{_EN_WORD}(?: (?:and )?{_EN_WORD}){{0,5}}){{0,3}}"
    rf"(?: (?:20\d\d)\b)?(?:: {_EN_WORD}(?: {_EN_WORD}){{0,4}})?"
)
_RU_HEADS = words_of("function_words", "ru", "head of an event")
# Adjectives for events at other times. For example, the next forum is not the event that the report describes.
_OTHER_TIMES = words_of("function_words", "ru", "before an event of another time")
_RU_QUOTED = re.compile(
    r"(?P<head>форум\w*|саммит\w*|конференци\w+|выставк\w+|фестивал\w+|конгресс\w*|симпозиум\w*|ярмарк\w+|диалог\w*|недел\w+)\s[«“\"](?P<name>[^«»“”\"\n]{4,80})[»”\"]",
    re.IGNORECASE,
)
_ZH = re.compile(
    rf"(?P<quote>[“《「])?(?P<name>(?:第[一二三四五六七八九十百\d]+届|\d{{4}}年?)?[{HAN}·—\-+“”A-Za-z0-9]{{2,24}}?"
    r"(?:论坛|峰会|大会|博览会|对话会|研讨会|艺术节|洽谈会|展览会|推介会|高峰会|市长对话|交易会|旅游节|年会|圆桌会议|电影节|运动会|座谈会|交流会|对接会|[签交开揭启][^\s，。]{1,4}仪式))"
)
_ZH_BOUNDARY = re.compile(
    r"[，。；：、！？\s]|日(?!报|本)|[在于出席参加举行举办的与和由是对将了]|(?=第[一二三四五六七八九十百\d]+届)|开幕式?|期间|来自|首届(?=$)"
)
# Length of the longest date in characters ("last year, from 10 to 12 September").
_LONGEST_DATE = 40
_NOT_OF_A_NAME = re.compile(r"(?:(?:The|At|A|An|In|On|During|This|That|His|Her|Their|-) )*")


def event_marks(report: ReportText, hits: list[Hit], dates: list[Mark]) -> list[Mark]:
    """Creates one mark per event, with the date from a sentence that names the event."""
    marks: dict[str, Mark] = {}
    for hit in hits:
        if known := hit.of_kind("event"):
            _add(marks, known.mark(), Span(hit.start, hit.end))
    known_spans = mentions_of(marks.values())
    finders = {"en": _english, "ru": _russian, "zh": _chinese}
    date_spans = mentions_of(dates)
    for start, end, name in finders[report.language](report, date_spans):
        if not known_spans.overlap(start, end):
            names = tuple(dict.fromkeys((name, report.text[start:end].replace("\n", " "))))
            _add(marks, Mark("event", name, [], LIKELY, names), Span(start, end))
    for mark in marks.values():
        mark.details["date"] = _date_of(report, mark, date_spans)
    return list(marks.values())


def fallback_event(report: ReportText, cities: list[Mark], dates: list[Mark]) -> list[Mark]:
    """Creates an event from the first visit, meeting or signing in a sentence with two cities.

    This event is used if the report names no event.
    """
    places = mentions_of(cities)
    for cue in finder("occasions").find(report):
        sentence = report.sentence_at(cue.start)
        named = places.starting_in(*sentence)
        two = list({id(place.mark): place.mark for place in named}.values())
        if len(two) == 2:
            titles = tuple(title(cue.meaning, two, language) for language in ("en", "ru", "zh"))
            shown = title(cue.meaning, two, report.language)
            mark = Mark("event", shown, [sentence], LIKELY, titles, details={"is_unnamed": True})
            mark.details["date"] = _date_of(report, mark, mentions_of(dates))
            return [mark]
    return []


def _add(marks: dict[str, Mark], mark: Mark, span: Span) -> None:
    marks.setdefault(mark.key or mark.value.lower(), mark).spans.append(span)


def _after_date(report: ReportText, start: int, date_spans: SpanSet) -> int:
    """Moves the start of a name after a date at its beginning."""
    for span in date_spans.starting_in(start - _LONGEST_DATE, start + 1):
        if start < span.end:
            return span.end + (report.text[span.end : span.end + 1] in " \n")
    return start


def _english(report: ReportText, date_spans: SpanSet):
    for match in _EN.finditer(report.flat):
        start, end = match.span()
        start = _after_date(report, _NOT_OF_A_NAME.match(report.flat, start, end).end(), date_spans)
        start = _NOT_OF_A_NAME.match(report.flat, start, end).end()
        words = report.flat[start:end].split(" ")
        if len(words) >= 3:
            yield start, end, report.text[start:end].replace("\n", " ")


def _russian(report: ReportText, date_spans: SpanSet):
    for match in _RU_QUOTED.finditer(report.flat):
        # The head word belongs to the event. An exhibition with a name is not an initiative.
        yield match.start(), match.end(), match["name"].replace("\n", " ")
    tokens = report.tokens
    for index, token in enumerate(tokens):
        if not russian.lemmas(token.key) & _RU_HEADS:
            continue
        first, last = _adjectives_before(report, index), _genitive_after(report, index)
        if first == last or not (tokens[first].capitalised or index - first > 1):
            continue
        start, end = tokens[first].start, tokens[last].end
        name = report.text[start:end].replace("\n", " ")
        if "nomn" not in russian.cases(token.key, "NOUN"):
            name = in_nominative(report, first, index) + name[token.end - start :]
        yield start, end, name


def _adjectives_before(report: ReportText, index: int) -> int:
    """Returns the index of the first capitalised adjective before a head word, or the index of the head word.

    Several adjectives without capitals also form a name if one of them is a number or is derived from a place. This
    includes "седьмая российско-киргизская конференция" but not "открытый конструктивный диалог".
    """
    tokens = report.tokens
    leftmost = index
    while leftmost and report.gap(leftmost) in (" ", "-") and _is_adjective(tokens[leftmost - 1].key):
        leftmost -= 1
    capital = next((at for at in range(leftmost, index) if tokens[at].capitalised), index)
    words = [tokens[at].key for at in range(leftmost, index)]
    return leftmost if capital == index and len(words) > 1 and any(map(_is_distinctive, words)) else capital


def _is_distinctive(word: str) -> bool:
    """Returns True if an adjective is an ordinal, "международный", or derived from a name, as "российский"."""
    is_adjective = any(each.endswith(("ский", "международный")) for each in russian.lemmas(word))
    return is_adjective or russian.has(word, "Anum")


def _is_adjective(word: str) -> bool:
    """Returns True for adjectives and their first parts, such as "российско". False for pronouns such as "этот"."""
    is_part = word.endswith("ско")
    is_adjective = russian.part_of_speech(word) == "ADJF" and not russian.has(word, "Apro")
    return is_part or (is_adjective and not russian.lemmas(word) & _OTHER_TIMES)


def _genitive_after(report: ReportText, index: int) -> int:
    """Returns the index of a name's last word after its head word, as in форум городов and диалог по безопасности."""
    tokens, last = report.tokens, index
    while last + 1 < len(tokens) and report.gap(last + 1) in (" ", "-", " — "):
        key = tokens[last + 1].key
        behind_po = any(token.key == "по" for token in tokens[index : last + 1])
        # A word in lower case is not a person's name, such as the verb "вели".
        may_be_name = tokens[last + 1].capitalised
        cases = {f"{each.tag.case}" for each in russian.parses(key) if may_be_name or "Name" not in each.tag}
        is_part = key in {"по", "и"} or "gent" in cases or (behind_po and "datv" in cases)
        is_other = russian.part_of_speech(key) in {"VERB", "PREP"} and key != "по"
        if is_other or not (is_part or tokens[last + 1].text.isupper()):
            break
        last += 1
    while tokens[last].key in {"по", "и"}:
        last -= 1
    return last


def _chinese(report: ReportText, date_spans: SpanSet):
    for match in _ZH.finditer(report.flat):
        start, end = match.span("name")
        text = report.flat[start:end]
        cut = 0
        for boundary in _ZH_BOUNDARY.finditer(text, 0, len(text) - 2):
            cut = boundary.end()
        start = _after_date(report, start + cut, date_spans)
        if end - start >= 5:
            yield start, end, report.text[start:end]


def _date_of(report: ReportText, mark: Mark, date_spans: SpanSet) -> str:
    """Returns the first date in a sentence that names the event, or ""."""
    for span in mark.spans:
        for found in date_spans.starting_in(*report.sentence_at(span.start)):
            return found.mark.value
    return ""
