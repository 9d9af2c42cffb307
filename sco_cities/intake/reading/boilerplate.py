"""Finds datelines, bylines, credits and links of a page. Rules ignore names and numbers in these texts."""

import re
from itertools import pairwise

from sco_cities.core.notation import ENGLISH_MONTHS, RUSSIAN_STEMS
from sco_cities.names.letters import HAN
from sco_cities.names.vocabulary import alternatives

from .report_text import ReportText, Span, SpanSet

_RU_MONTHS = [stem[:3] for stem in RUSSIAN_STEMS if stem != "ма"]
_MONTH = rf"(?:{'|'.join(name[:3] for name in ENGLISH_MONTHS)})[a-z]*\.?|мая|(?:{'|'.join(_RU_MONTHS)})\w*"
_DAY_AND_MONTH = rf"(?:(?:{_MONTH})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{_MONTH}))"
_YEAR = r"(?:,?\s+\d{4})"
_DAY = rf"{_DAY_AND_MONTH}{_YEAR}?(?:\s*(?:г\.|года?))?"
_CAPITALS = r"[A-ZА-ЯЁ][A-ZА-ЯЁ'’.\- ]{1,40}"
_SOURCE = r"(?:\s*[(/][^()/\n]{2,40}[)/])"
_DATELINES = [
    # DUSHANBE, May 14 (Agency) -- ; ДУШАНБЕ, 14 мая. /Агентство/.
    rf"^{_CAPITALS}(?:,\s*[A-Z][\w .-]{{2,30}}?)?[,.]\s*{_DAY}{_SOURCE}?\s*[.:–—-]*",
    rf"^{_CAPITALS}{_SOURCE}\s*[.:–—-]+",
    # ALMATY. Text; BISHKEK — Text; but not KAZAN - TIANJIN, a pair in a list
    r"^[A-ZА-ЯЁ][A-ZА-ЯЁ'’-]{2,30}(?:\s[A-ZА-ЯЁ-]{2,20})?\s*(?:\.|--|[–—:-])\s(?![A-ZА-ЯЁ]{3})",
    # Dushanbe, 14 May. / Dushanbe, May 14 (Agency) –
    rf"^[A-ZА-ЯЁ][\w'’-]{{2,30}}(?:[ -][A-ZА-ЯЁ][\w-]+)?,\s*{_DAY}{_SOURCE}?\s*[.:–—-]+\s",
    # 帕米尔社杜尚别5月14日电（记者林小禾）
    rf"^[{HAN}A-Za-z·]{{2,8}}(?:社|网|报|讯)?[{HAN}]{{0,10}}\d{{0,4}}年?\d{{1,2}}月\d{{1,2}}日[电讯]"
    r"(?:\s*[（(][^（()）\n]{1,30}[)）])?",
]
# A name and a date on the first line, above the title, as in "The Gazette, 14 May 2025".
_MASTHEAD = re.compile(
    rf"(?P<name>[^\n,，|·–—]{{2,60}})\s*[,，|·–—-]\s*(?:{_DAY_AND_MONTH}{_YEAR}(?:\s*(?:г\.|года?))?"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}年\d{1,2}月\d{1,2}日)\.?\s*"
)
# Minimum length of sentences that are compared. Shorter sentences may be equal by coincidence.
_SHORTEST = 20
# Lower-case words that may be part of a name.
_WITHIN_NAMES = {"of", "the", "and", "и", "в", "на"}
# Up to four capitalised words, and text between names, as in "Anna Testova and John Smith" and "J. Smith | Pamir
# Press".
_NAMES = (
    r"[A-ZА-ЯЁ][\w'’.-]*"
    r"(?:(?:[,;]| [|/•·–—])? (?:(?:and|in|for|и|из|[EeWw](?:dit|rit)ing by) )?[A-ZА-ЯЁ][\w'’.-]*){0,3}"
)
_AUTHORS = alternatives("page_words", "", "author")
# A Chinese label is at the start of a line or bracket, or follows a space. 资金来源 and 发展蓝图 are not labels.
_ZH_START = r"(?<![^\s（(【\[「|/／、。；;])"
_BYLINES = [
    rf"^ *(?:{_AUTHORS}|Text) ?: ?[^\n]{{3,60}}$",
    rf"^ *(?:{_AUTHORS}) (?:[—–-] )?{_NAMES}(?: ?[,|·•–—-]? ?{_DAY})?\.? *$",
    r"[（(][^（）()\n]{0,6}(?:记者|通讯员|编辑|摄影)[^（）()\n]{0,40}[)）]",
    rf"^ *[{HAN}]{{0,6}}(?:记者|编辑|摄影) [{HAN} ]{{2,30}}$",
    rf"(?:本报|本网|本台|社|网)?(?:记者|通讯员)(?![从在])[\s:：]*[{HAN}]{{2,4}}(?:、[{HAN}]{{2,4}})*(?=[\s，。）)报摄]|$)",
    rf"{_ZH_START}{alternatives('page_words', 'zh', 'before a name')}\s*[:：/／]\s*[^\n。]{{2,40}}",
]
_CREDITS = [
    rf"[{HAN}]{{2,4}} ?摄(?=[\s）)。]|$)|(?:新华社|中新社|中新网|人民网)(?:发|供图)(?=[\s（(）)。]|$)",
    r"\b(?:Photo|Image|Picture|Video)s?(?: credits?)?(?: ?:| (?:by|courtesy of)\b)[^\n.]{2,80}",
    r"\b(?:Фото|Фотография|Видео|Иллюстрация)(?: автора)?(?: ?:| [—–-] )[^\n]{2,80}",
    r"(?:^ *|(?<=[(\[|])|(?<=[.!?|;)] ))(?:(?:Source|Credit)s? ?:[^\n.]{2,80}|Источник ?:[^\n]{2,80})",
    r"[(\[][^()\[\]\n]{0,70}(?:photo|Photo|PHOTO|file picture|handout|фото|Фото)[^()\[\]\n]{0,30}[)\]]",
]
# Beginnings of lines that are captions or links to other pages, regardless of the rest of the line.
_LINKS = (
    rf"{alternatives('page_words', 'en', 'link')}\b|{alternatives('page_words', 'ru', 'link')}\b"
    rf"|{alternatives('page_words', 'zh', 'link')}|©|Copyright (?=[©(\dA-Z])|▲"
    r"|Ранее сообщалось\b(?=[^\n]{0,100}$)"
)
# Labels that can also begin sentences. They must precede a colon, a number or the end of the line.
_LABELS = (
    rf"{alternatives('page_words', '', 'label')}"
    r"|Share(?: (?:this|on|via)(?: \w+){1,4})?|Поделиться(?: (?:в|через) \S+)?"
)
_PAGE_LINE = rf"https?://\S+|^ *(?:(?:{_LINKS})[^\n]*|(?:{_LABELS}) *(?:[:：(（][^\n]{{0,120}}|\d[\d ,.]*)?)$"
# The titles of other pages below a label, and breadcrumbs, as in Home > News > Cities.
_TITLES = (
    rf"^ *{alternatives('page_words', '', 'label of other pages')} *[:：]? *"
    r"(?:\n+(?=[^\n]*[^\s.。!?！？…;；] *$)[^\n]{1,160})+$"
    r"|^[^\n.。«»>]{2,30} ?(?:[>»›][^\n.。«»>›]{2,62})+$"
)


def boilerplate_spans(report: ReportText) -> SpanSet:
    """Positions of texts that belong to the web page and not to the report."""
    others = _found(report, *_CREDITS, _PAGE_LINE, _TITLES)
    return SpanSet([*bylines(report), *others, *masthead(report)])


def bylines(report: ReportText) -> list[Span]:
    """Positions of datelines and bylines."""
    return _found(report, *_DATELINES, *_BYLINES)


def _found(report: ReportText, *patterns: str) -> list[Span]:
    return [
        Span(*match.span()) for each in patterns for match in re.finditer(each, report.flat, re.MULTILINE)
    ]


def repeated_sentences(report: ReportText, boilerplate: SpanSet) -> list[Span]:
    """Sentences that the page repeats, for example in a teaser. They equal another sentence or its beginning."""
    printed = sorted((_letters(report, sentence, boilerplate), sentence) for sentence in report.sentences)
    printed = [each for each in printed if len(each[0]) >= _SHORTEST]
    return [
        sentence
        for (letters, sentence), (following, _again) in pairwise(printed)
        if following.startswith(letters)
    ]


def _letters(report: ReportText, sentence: Span, boilerplate: SpanSet) -> str:
    """Returns the letters and digits of a sentence after its dateline, for comparison."""
    dateline = boilerplate.first_overlap(sentence.start, sentence.start + 1)
    start = min(dateline.end, sentence.end) if dateline else sentence.start
    return "".join(filter(str.isalnum, report.folded[start : sentence.end]))


def masthead(report: ReportText) -> list[Span]:
    """Returns the first line, if it contains only a publisher's name and a date and other lines follow."""
    if len(report.lines) < 3:
        return []
    line = report.lines[0]
    match = _MASTHEAD.fullmatch(report.flat[line.start : line.end].strip())
    words = match["name"].split() if match else []
    is_name = words and all(word in _WITHIN_NAMES or not word[0].islower() for word in words)
    return [line] if is_name and len(words) <= 6 else []
