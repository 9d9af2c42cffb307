"""The furniture of a page: datelines, bylines, credits and links, whose names and numbers are no values."""

import re

from .report_text import HAN, ReportText, Span, SpanSet
from .vocabulary import words_of

_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|янв\w*|фев\w*|марта?|апр\w*|мая|июн\w*|июл\w*|авг\w*"
    r"|сен\w*|окт\w*|ноя\w*|дек\w*"
)
_DAY_AND_MONTH = rf"(?:(?:{_MONTH})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{_MONTH}))"
_YEAR = r"(?:,?\s+\d{4})"
_DAY = rf"{_DAY_AND_MONTH}{_YEAR}?(?:\s*(?:г\.|года?))?"
_CAPITALS = r"[A-ZА-ЯЁ][A-ZА-ЯЁ'’.\- ]{1,40}"
_SOURCE = r"(?:\s*[(/][^()/\n]{2,40}[)/])"
_DATELINES = [
    # DUSHANBE, May 14 (Agency) -- ; ДУШАНБЕ, 14 мая. /Агентство/.
    re.compile(rf"^({_CAPITALS}(?:,\s*[A-Z][\w .-]{{2,30}}?)?,\s*{_DAY}{_SOURCE}?\s*[.:–—-]*)", re.MULTILINE),
    re.compile(rf"^({_CAPITALS}{_SOURCE}\s*[.:–—-]+)", re.MULTILINE),
    # ALMATY. Text; BISHKEK — Text
    re.compile(r"^([A-ZА-ЯЁ][A-ZА-ЯЁ'’-]{2,30}(?:\s[A-ZА-ЯЁ-]{2,20})?\s*(?:\.|--|[–—:])\s)", re.MULTILINE),
    # Dushanbe, 14 May. / Dushanbe, May 14 (Agency) –
    re.compile(
        rf"^([A-ZА-ЯЁ][\w'’-]{{2,30}}(?:[ -][A-ZА-ЯЁ][\w-]+)?,\s*{_DAY}{_SOURCE}?\s*[.:–—-]+)\s", re.MULTILINE
    ),
    # 帕米尔社杜尚别5月14日电（记者林小禾）
    re.compile(
        rf"^([{HAN}A-Za-z·]{{2,8}}(?:社|网|报|讯)?[{HAN}]{{0,10}}\d{{0,4}}年?\d{{1,2}}月\d{{1,2}}日[电讯]"
        rf"(?:\s*[（(][^（()）\n]{{1,30}}[)）])?)",
        re.MULTILINE,
    ),
]
# The Gazette, 14 May 2025: a name and a day on the first line, above the title.
_MASTHEAD = re.compile(
    rf"(?P<name>[^\n,，|·–—]{{2,60}})\s*[,，|·–—-]\s*(?:{_DAY_AND_MONTH}{_YEAR}(?:\s*(?:г\.|года?))?"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}年\d{1,2}月\d{1,2}日)\.?\s*"
)
# Short words within a name.
_WITHIN_NAMES = {"of", "the", "and", "и", "в", "на"}
_BYLINES = [
    re.compile(r"^[ \t]*(?:By|Text by|Text|Written by|Story by|Editor|Reporting by)[ :]+[^\n.]{3,60}$", re.MULTILINE),
    re.compile(r"^[ \t]*(?:Автор|Текст|Корреспондент|Подготовил[аи]?|Редактор"
        r"|Материал подготовил[аи]?)[ :]+[^\n]{3,60}$", re.MULTILINE),
    re.compile(r"[（(](?:本报|本网|实习|特约|[^（）()\n]{0,6})(?:记者|通讯员|编辑|责任编辑|责编|作者|摄影)[^（）()\n]{0,40}[)）]"),
    re.compile(rf"(?:本报|本网|本台|社|网)?(?:记者|通讯员)[\s:：]*[{HAN}]{{2,4}}(?:[、\s][{HAN}]{{2,4}})*(?=[\s，。）)报摄]|$)"),
    re.compile(r"(?:责任编辑|责编|编辑|作者|文|图|摄影|来源|供稿)\s*[:：/／]\s*[^\n，。]{2,30}"),
]  # fmt: skip
_CREDITS = [
    re.compile(r"(?:新华社|中新社|中新网|人民网)(?:发|记者|供图)[^\n，。]{0,24}"),
    re.compile(
        r"(?:Photo|Photos|Photo by|Photo courtesy|Image|Picture|Video|Source|Credit)s?\s*(?:by|:"
        r"|courtesy of)[^\n.]{2,80}"
    ),
    re.compile(
        r"[(\[][^()\[\]\n]{0,70}(?:photo|Photo|PHOTO|file picture|handout|фото|Фото)[^()\[\]\n]{0,30}[)\]]"
    ),
    re.compile(r"(?:Фото|Фотография|Видео|Источник|Иллюстрация|Фото автора)\s*[:—-]\s*[^\n]{2,80}"),
    re.compile(
        rf"(?:图片|图|摄影|来源|视频|供图|资料图)\s*[:：]\s*[^\n]{{2,40}}|[{HAN}]{{2,4}}[ 　]?摄(?=[\s）)。]|$)"
    ),
    re.compile(r"\((?:[A-Z][\w .-]{1,30})/(?:[A-Z][\w .-]{1,40})\)|/\s*(?:ТАСС|Синьхуа|РИА Новости)\s*/"),
    re.compile(
        r"^[ \t]*(?:Read also|Read more|See also|Related|More on this|Also read|Share|Views|Comments|Tags"
        r"|Follow us|Copyright|©"
        r"|Читайте также|Смотрите также|Подробнее|Просмотров|Комментари|Теги|Поделиться|Ранее сообщалось"
        r"|相关阅读|延伸阅读|相关新闻|阅读量|浏览|点击|标签|分享|版权)[^\n]*$",
        re.MULTILINE,
    ),
]


def furniture_spans(report: ReportText) -> SpanSet:
    """Where the page speaks of itself and not of its subject."""
    spans = [
        Span(*match.span())
        for pattern in (*_DATELINES, *_BYLINES, *_CREDITS)
        for match in pattern.finditer(report.flat)
    ]
    return SpanSet([*spans, *_name_lines(report), *masthead(report)])


def masthead(report: ReportText) -> list[Span]:
    """The first line, if it is nothing but the name of a publisher and a day, and the text goes on below."""
    if len(report.lines) < 3:
        return []
    line = report.lines[0]
    match = _MASTHEAD.fullmatch(report.flat[line.start : line.end].strip())
    words = match["name"].split() if match else []
    is_name = words and all(word in _WITHIN_NAMES or not word[0].islower() for word in words)
    return [line] if is_name and len(words) <= 6 else []


def _name_lines(report: ReportText) -> list[Span]:
    """Lines near the top or bottom that are nothing but two or three capitalised words: an author's name."""
    lines = report.lines
    places = words_of("bodies", "en") | words_of("bodies", "ru")
    found = []
    for index, line in enumerate(lines):
        text = report.flat[line.start : line.end].strip()
        words = text.split()
        if not index > 0 or not (index <= 3 or index >= len(lines) - 2):
            continue
        is_name = 2 <= len(words) <= 3 and all(
            word[:1].isupper() and word.isalpha() and not word.isupper() for word in words
        )
        if is_name and not {word.lower() for word in words} & places:
            found.append(line)
    return found
