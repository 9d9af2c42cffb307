"""Finds figures in a report (numbers with their unit, scale and qualifier)."""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from sco_cities.core.notation import scale_of
from sco_cities.names.letters import HAN
from sco_cities.names.russian import has
from sco_cities.names.vocabulary import alternatives, meanings, vocabulary, words_of

from .dictionary import finder
from .report_text import LIKELY, SURE, Mark, ReportText, Span, SpanSet

CURRENCIES = {row.word: row.meaning for row in vocabulary("currencies")}
# Units that may also precede a noun, as in "a 7.4 km line".
MEASURES = frozenset([*CURRENCIES.values(), *meanings("measures")["measure"]])
# Units that are never measured in metres. "5m passengers" are five million, but "12m buses" may be twelve metres long.
_IN_MILLIONS = MEASURES.union(meanings("measures")["counted in millions"])
ENGLISH_WORDS_IN_MILLIONS = words_of("units", "en", *_IN_MILLIONS)
_ZH_UNITS = {row.word: row.meaning for row in vocabulary("units") if row.language == "zh"}
CANONICAL = frozenset(row.meaning for row in vocabulary("units"))
_RU_WORDS = ("тысяч", "миллион", "миллиард", "триллион")
_RU_ENDINGS = ("", "а", "и", "у", "е", "ов", "ом", "ам", "ах", "ами")
# Maximum number of digits in a quantity.
_MOST_DIGITS = 20
_CURRENCY = r"(?P<currency>US\$|USD ?|EUR ?|CNY ?|RMB ?|RUB ?|KZT ?|UZS ?|INR ?|PKR ?|Rs\.? ?|[$€¥£₽₸₹] ?)?"
_EN_GROUPS = (
    r"\d{1,3}(?:,\d{3}){1,6}+(?!\d)|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)|\d{1,3}(?: \d{3}){1,6}+(?![\d-])"
)
_COUNTED = "|".join(re.escape(word) for word in sorted(ENGLISH_WORDS_IN_MILLIONS))
_EN = re.compile(
    _CURRENCY + rf"(?P<digits>(?:{_EN_GROUPS}|\d+)(?:\.\d+)?)"
    r"(?:[ -]?(?P<scale>(?i:thousand|million|billion|trillion|mln|trln|bln|bn|mn|lakh crores?|lakhs?|crores?|cr))\b"
    # A letter is a scale only after a currency sign, or before a unit that may be counted in millions.
    rf"|[ -]?(?P<letter>(?i:m|k|b|tn))\b(?(currency)|(?=[ -](?i:{_COUNTED})\b)))?"
)
_RU = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?: \d{3}){1,6}+(?![\d-])(?:,\d+)?|\d+(?:[,.]\d+)?)"
    rf"(?:[ -]?(?P<scale>(?:тыс|млн|млрд|трлн)\.?|(?:{'|'.join(_RU_WORDS)})(?:{'|'.join(_RU_ENDINGS)}))(?![а-яё]))?",
    re.IGNORECASE,
)
_ZH = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?:(?P<more>[余多])?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万"
    r"|千(?![米克瓦])|百))?"
)
# Adjacent digits are part of the same number in an unclear notation. A year may precede a number.
_NUMBER_BEFORE = re.compile(
    r"\d[,'’]\Z|(?<!\b[12]\d\d)\d \Z"
    r"|\d\s?(?:万|亿|%)?(?:\s?(?:[-–—~～至到/:：…]|\.+)\s?|\s(?:and|to|or|и|или|до)\s)[-−–]?\Z"
)
_RANGE_AFTER = re.compile(
    r"\s?(?:[-–—~～/:：…]|\.\.+)\s?[-−–$€¥£₽₸₹]?\d|[至到]\d|\s(?:and|to|or|и|или|до)\s[-−–]?\d"
)
_JOINED_AFTER = re.compile(r"[,.'’]\d| \d{3}\b")


class Number(NamedTuple):
    """A number in the text. `currency` is the preceding sign in lower case. `in_words` is True for number words."""

    start: int
    end: int
    value: int | float
    currency: str = ""
    scale: int = 0
    more: bool = False
    in_words: bool = False


def numbers_in_words(report: ReportText) -> Iterable[Number]:
    """Yields the number words up to twelve in English and Russian. One and two are used only for pairs."""
    for cue in finder("number_words").find(report):
        end = cue.start + len(report.flat[cue.start : cue.end].split()[0])
        if "-" not in (report.flat[max(cue.start - 1, 0) : cue.start], report.flat[end : end + 1]):
            yield Number(cue.start, end, int(cue.meaning), in_words=True)


def numbers(report: ReportText) -> Iterable[Number]:
    """All numbers in digits except ranges, scores, times of day, ordinals and parts of names."""
    pattern = {"en": _EN, "ru": _RU, "zh": _ZH}[report.language]
    text = report.flat
    whole_end = 0
    for match in pattern.finditer(text):
        start, end = match.span("digits")
        if start < whole_end:
            continue
        scale, parts = _scale(match), _parts(pattern, match)
        whole_end = parts[-1].end()
        first = match.start() if match["currency"] else start
        if first and text[first - 1].isalnum() and report.language != "zh":
            continue
        if start and re.match(r"[A-Za-z\d.]", text[start - 1]) and not match["currency"]:
            continue
        if any(len(part["digits"]) > _MOST_DIGITS for part in parts):
            continue
        if scale == 1 and _JOINED_AFTER.match(text, end):
            continue
        if _NUMBER_BEFORE.search(text[max(start - 8, 0) : start]) or _RANGE_AFTER.match(text, whole_end):
            continue
        values = [_value(part["digits"], report.language, _scale(part)) for part in parts]
        if not all(map(_adds_to, parts, parts[1:], values[1:])):
            continue
        yield Number(
            first, whole_end, sum(values),
            (match["currency"] or "").strip(" .").lower(), scale if scale > 1 else 0,
            bool(parts[-1].groupdict().get("more")),
        )  # fmt: skip


def _parts(pattern: re.Pattern, match: re.Match) -> list[re.Match]:
    """Returns the number and the numbers that directly follow, as in 1 млн 200 тыс. and 5 тысяч 200."""
    parts = [match]
    while _scale(parts[-1]) > 1:
        end = parts[-1].end()
        following = pattern.match(match.string, end + (match.string[end : end + 1] in (" ", "零")))
        if not following:
            break
        parts.append(following)
    return parts


def _adds_to(before: re.Match, after: re.Match, value: float) -> bool:
    """Returns True if the second number is certainly added to the first. The 5 in 3万5 may be 5 or 5000."""
    if after["currency"]:
        return False
    if _scale(after) > 1 or before.string[after.start() - 1] == "零":
        return value < _scale(before)
    return after["digits"].isdigit() and 10 ** len(after["digits"]) == _scale(before)


def _scale(match: re.Match) -> int:
    return scale_of(match["scale"] or match.groupdict().get("letter"))


def _value(digits: str, language: str, scale: int) -> int | float:
    digits = digits.replace(" ", "")
    digits = digits.replace(",", ".") if language == "ru" else digits.replace(",", "").replace("，", "")
    # Exact arithmetic gives 1100000 for 1.1 million, not 1100000.0000000002.
    value = Fraction(digits) * scale
    return value.numerator if value.denominator == 1 else float(value)


def value_text(value: int | float) -> str:
    """Returns the value as a decimal number without an exponent, for example "0.00001"."""
    return f"{Decimal(str(value)):f}"


# Words before a number that is part of a name and not a quantity.
_LABELS = words_of("function_words", "", "before a number that is a name")
_STOP = words_of("function_words", "", "before a unit ends the search")
_PERCENT = re.compile(r"\s?(?:[%％]|per ?cent\b|процент\w*)")
# The noun after a Chinese measure word. It ends before any word that is not a noun.
_ZH_NOUN = re.compile(
    rf"[名个位家所座条项份辆台架列班趟种场次棵套间块户例张支批篇艘对幅件部首只](?![年月日])(?P<noun>[{HAN}]{{1,14}}?)"
    r"(?=[，。、；：（）“”,.;:()\s]|[的和与在将已为是被从到于由对向等参来通签获正建]|举行|代表参)"
)
# The counted noun before a number without a unit, as in "the number of museums reached 40" and 人口29万.
_COUNTED_BEFORE = re.compile(
    r"\bnumber of (?P<en>(?:[\w'’-]+ )??[a-z-]+s)\b[^.;\d]{0,40}\Z"
    r"|\b(?:число|количество) (?P<ru>(?:[\w-]+ )??[а-я-]+)\b[^.;\d]{0,40}\Z"
    r"|\b(?:population(?: of| is| was|:)? ?[a-z ]{0,12}|населени\w+[^.;\d]{0,20})\Z"
    r"|人口(?:达|约|为|有|超过|超|近|逾|总数|共)*\Z"
)
_ZH_UNIT = re.compile("|".join(sorted(_ZH_UNITS, key=len, reverse=True)))
_ZH_UNIT_AT_END = re.compile(rf"(?:{_ZH_UNIT.pattern})\Z")
_ZH_LABEL = re.compile(r"\s?(?:路(?!摄)|号|楼|届|岁|周年|版|时(?!间)|点(?!多)|月|日(?!元)|年(?![来间内]))")
_EN_ADJECTIVES = 3
# An adjective that contains a number, between a number and its unit, as in 20 18-метровых автобусов.
_ADJECTIVE_WITH_NUMBER = re.compile(r" \d{1,2}-[a-zа-яё]+")
_PAIRS_OF = re.compile(r"(?: of)? (?P<what>(?:[a-z]+ )?[a-z-]+s|город\w+-побратим\w+)\b(?! and)")
_FOLLOWED_BY_NOUN = re.compile(r" [a-zа-яё]|-")
_HYPHENATED = re.compile(r"[-\w]+")
_MINUS = re.compile(r"(?:[-−–]|\b(?:minus|минус) |(?:零下|负) ?)\Z")
_BELOW_ZERO = frozenset(["percent", "degrees"])
_QUALIFIERS = {row.word: row.meaning.removesuffix(" after") for row in vocabulary("qualifiers")}
_QUALIFIER_BEFORE = re.compile(
    rf"(?<![a-zа-я])({alternatives('qualifiers', '', 'over', 'under', 'about')})\s*\Z"
)
_QUALIFIER_AFTER = re.compile(
    rf"\s?({alternatives('qualifiers', '', 'over after', 'under after', 'about after')})(?![a-z])"
)
_LONGEST_QUALIFIER = 24


def figure_marks(report: ReportText, taken: SpanSet) -> list[Mark]:
    """Creates one mark per value with a unit. Skips numbers without a unit.

    `taken` contains the positions of dates and names.
    """
    marks: dict[tuple, Mark] = {}
    for number in (*numbers(report), *numbers_in_words(report)):
        if taken.overlap(number.start, number.end) or _is_label(report, number):
            continue
        unit, end = _unit(report, number)
        is_pair = report.folded.startswith(" pair", number.end)
        if not unit or _is_year(report, number, unit) or _has_minus(report, number, unit):
            continue
        if number.in_words and not is_pair and (unit not in CANONICAL or unit in MEASURES):
            continue
        qualifier, start, end = _qualifier(report, number, end)
        certainty = SURE if end > number.end and unit in CANONICAL else LIKELY
        details = {"value": number.value, "qualifier": qualifier, "unit": unit}
        mark = Mark("figure", str(number.value), [], certainty, details=details)
        marks.setdefault((number.value, unit), mark).spans.append(Span(start, end))
    return list(marks.values())


_YEARS = range(1900, 2101)


def _is_year(report: ReportText, number: Number, unit: str) -> bool:
    """Returns True if the number is a year, as in 2023 году or 2024 Tashkent."""
    if number.value not in _YEARS or number.scale or not report.flat[number.start : number.end].isdigit():
        return False
    after = report.folded[number.end : number.end + 4].strip()
    return unit not in CANONICAL or (unit == "years" and after.startswith(("год", "г.", "г ", "年")))


def _has_minus(report: ReportText, number: Number, unit: str) -> bool:
    """Returns True if a minus sign precedes the number. A sign at the start of a line may be a bullet."""
    minus = _MINUS.search(report.folded, max(number.start - 8, 0), number.start)
    line_start = report.flat.rfind("\n", 0, number.start) + 1
    is_bullet = minus and minus.group() in "-−–" and not report.flat[line_start : minus.start()].strip()
    return bool(minus) and (not is_bullet or unit in _BELOW_ZERO)


def _is_label(report: ReportText, number: Number) -> bool:
    before = report.folded[max(number.start - 16, 0) : number.start].rstrip(" .#№-")
    word = re.search(r"([^\W\d_]+|№)\Z", before)
    if report.flat[max(number.start - 2, 0) : number.start].strip(" ").endswith(("№", "#", "第")):
        return True
    after = report.flat[number.end : number.end + 8]
    if report.language == "zh" and not number.scale and _ZH_LABEL.match(after):
        return not after.startswith("年") or number.value > 100
    return bool(word and word.group(1) in _LABELS and not re.match(r"[А-ЯЁA-Z]", after))


def _unit(report: ReportText, number: Number) -> tuple[str, int]:
    """Returns the canonical unit and its end. The unit is "" if there is none."""
    if match := _PERCENT.match(report.flat, number.end):
        return "percent", match.end()
    if number.currency:
        return CURRENCIES[number.currency], number.end
    if report.flat.startswith("-", number.end):
        return _measure_after_hyphen(report, number)
    is_chinese = report.language == "zh" and not number.in_words
    unit, end = (_chinese_unit if is_chinese else _unit_in_tokens)(report, number)
    if unit == "pairs" and (pairs := _PAIRS_OF.match(report.flat, end)):
        found = _units_at(report, *pairs.span("what"))
        return (found[0][1] if found else pairs["what"]), pairs.end()
    return (unit, end) if unit else (_counted_before(report, number), number.end)


def _counted_before(report: ReportText, number: Number) -> str:
    match = _COUNTED_BEFORE.search(report.folded, max(number.start - 80, 0), number.start)
    if match is None or number.in_words or _FOLLOWED_BY_NOUN.match(report.flat, number.end):
        return ""
    if not match.lastgroup:
        return "people"
    found = _units_at(report, *match.span(match.lastgroup))
    return found[0][1] if found else match[match.lastgroup]


def _measure_after_hyphen(report: ReportText, number: Number) -> tuple[str, int]:
    """Returns the measure after a hyphen, as in "a 3,200-kilometre route". "300-bed hospitals" contains no figure."""
    end = _HYPHENATED.match(report.flat, number.end).end()
    for start, meaning, unit_end in _units_at(report, number.end, end):
        if start == number.end + 1 and meaning in MEASURES:
            return meaning, unit_end
    return "", number.end


def _chinese_unit(report: ReportText, number: Number) -> tuple[str, int]:
    text = report.flat
    start = number.end
    while text[start : start + 1] in (" ", "余", "多", "来"):
        start += 1
    unit, noun = _ZH_UNIT.match(text, start), _ZH_NOUN.match(text, start)
    if noun and (unit is None or len(unit[0]) == 1):
        known = _ZH_UNIT_AT_END.search(noun["noun"])
        if known or unit is None:
            # 30余名代表 counts delegates, 24辆地铁列车 counts metro trains, and 8份关系协议书 counts agreements.
            return _ZH_UNITS[known[0]] if known else noun["noun"], noun.end()
    return (_ZH_UNITS[unit[0]], unit.end()) if unit else ("", number.end)


def _unit_in_tokens(report: ReportText, number: Number) -> tuple[str, int]:
    adjective = _ADJECTIVE_WITH_NUMBER.match(report.flat, number.end)
    start = adjective.end() if adjective else number.end
    index = report.token_index(start)
    tokens = report.tokens[index : index + 6]
    if not tokens or report.flat[start : tokens[0].start] not in ("", " "):
        return "", number.end
    limit = start
    for offset, token in enumerate(tokens):
        ends = token.key in _STOP or token.text[0].isdigit()
        if ends or (offset and not re.fullmatch(r"[ '’.-]{1,2}", report.gap(index + offset))):
            break
        limit = token.end
    phrases = _units_at(report, start, limit)
    known = phrases[0] if phrases else None
    for token in tokens[: _EN_ADJECTIVES + 1]:
        if token.start >= limit or (known and token.start >= known[0]):
            break
        is_noun = has(token.key, "NOUN") and not has(token.key, "ADJF") and not token.capitalised
        is_plural = re.fullmatch(r"[a-z]{2,}[^s]s|people|children|staff", token.text)
        if is_noun if report.language == "ru" else is_plural:
            return token.key, token.end
    return (known[1], known[2]) if known else ("", number.end)


def _units_at(report: ReportText, start: int, end: int) -> list[tuple[int, str, int]]:
    piece = ReportText(report.flat[start:end])
    return [(start + each.start, each.meaning, start + each.end) for each in finder("units").find(piece)]


def _qualifier(report: ReportText, number: Number, end: int) -> tuple[str, int, int]:
    """Returns the qualifier, and the start and end of the whole figure."""
    text, after = report.folded, report.folded[number.end : number.end + 2].lstrip()
    if report.language == "zh" and (number.more or after[:1] in ("余", "多")):
        return "over", number.start, max(end, number.end + 1)
    if match := _QUALIFIER_AFTER.match(text, end):
        return _QUALIFIERS[match[1]], number.start, match.end()
    match = _QUALIFIER_BEFORE.search(text, max(number.start - _LONGEST_QUALIFIER, 0), number.start)
    # "до 2030" and "within 2030" are dates.
    if match is None or (match[1] in {"до", "от", "within", "some"} and number.value in _YEARS):
        return "exact", number.start, end
    return _QUALIFIERS[match[1]], match.start(), end
