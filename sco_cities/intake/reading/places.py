"""Finds cities and countries in a report, except place names that are part of other names."""

import re
from collections.abc import Iterable

from sco_cities.names.letters import HAN, folded
from sco_cities.names.russian import lemmas
from sco_cities.names.vocabulary import vocabulary, words_of

from .dictionary import Hit, KnownName
from .report_text import Mark, ReportText, Span, SpanSet

_NEXT_WORD = re.compile(r"(?:['’]s)?[ -]{1,2}([^\W\d_]+)")
# The text between a city and its country, as in "Tver (Russia)".
_IN_COUNTRY = re.compile(r"\s?[(（]|, ")
_LOCATIVE = words_of("function_words", "", "before a place")
_ZH_BEFORE = words_of("function_words", "zh", "before a place")
_ZH_AFTER = tuple(words_of("function_words", "zh", "after a place"))
_PEOPLES = re.compile(rf"(?:、[{HAN}]{{2,6}})*等?(?:多个|各)?(?:民族|族)")
# Characters that may follow a pair of abbreviated countries in a Chinese text, such as 中哈 and 中俄.
_PAIR_FOLLOWERS = "铁公航高两双合友关边经贸文人民企高建互博交—、和与首"


def mentions(report: ReportText, hits: Iterable[Hit], taken: SpanSet, kept: SpanSet):
    """Yields pairs of a span and the known city or country in it.

    Names within `taken` (organisations, persons, events, figures) are not places, unless they are also within `kept`,
    such as "the mayor's office of Bishkek".
    """
    codes = {hit.start: each.details["code"].lower() for hit in hits if (each := hit.of_kind("country"))}
    for hit in hits:
        country = _IN_COUNTRY.match(report.flat, hit.end)
        code = codes.get(country.end()) if country else None
        beside = next((each for each in hit.known if code and each.details.get("country") == code), None)
        known = beside or hit.of_kind("country") or hit.of_kind("city")
        if known is None or (taken.hold(hit.start, hit.end) and not kept.hold(hit.start, hit.end)):
            continue
        if known.kind == "city" and not beside and (hit.adjective or not _is_city(report, hit, known)):
            continue
        if known.kind == "country" and not _is_country(report, hit):
            continue
        end = hit.end + 1 if known.kind == "city" and report.flat[hit.end : hit.end + 1] == "市" else hit.end
        yield Span(hit.start, end), known
    if report.language == "zh":
        yield from _country_pairs(report)


def place_marks(found: Iterable, countries: dict[str, KnownName]) -> list[Mark]:
    """Creates one mark per city and country, with all its positions."""
    marks: dict[int, Mark] = {}
    for span, place in found:
        known = countries.get(place) if isinstance(place, str) else place
        if known is not None:
            marks.setdefault(id(known), known.mark()).spans.append(span)
    for mark in marks.values():
        mark.spans.sort()
    return list(marks.values())


def _is_city(report: ReportText, hit: Hit, known: KnownName) -> bool:
    text, before = report.flat, report.flat[max(hit.start - 24, 0) : hit.start]
    if report.flat[hit.start] >= "\u3400":
        return _is_chinese_city(report, hit, known)
    following = _NEXT_WORD.match(text, hit.end)
    language = "ru" if re.search("[а-яё]", report.folded[hit.start : hit.end]) else "en"
    if _word_forms(text[hit.start : hit.end], language) & words_of("not_places", language, "alone"):
        return False
    next_word = following.group(1) if following else ""
    if _word_forms(next_word, language) & words_of("not_places", language, "after"):
        return False
    previous = re.search(r"([^\W\d_]+(?: of)?)\.?\s+\Z", before)
    if previous and previous.group(1).lower() in words_of("not_places", language, "before"):
        return False
    previous = re.search(r"(?:^|[\s(«\"])([^\W\d_]+)\s\Z", before)
    after_capital = previous and previous[1][:1].isupper() and previous[1].lower() not in _LOCATIVE
    surname_like = folded(text[hit.start : hit.end]) in words_of("person_names", language, "also a town")
    if surname_like and (next_word[:1].isupper() or after_capital):
        return False
    if known.rank == 2:
        previous = re.search(r"([^\W\d_]+)[\s,]*\Z", before)
        located = bool(previous and previous.group(1).lower() in _LOCATIVE)
        listed = before.rstrip().endswith((",", "–", "—", "-")) or text[hit.end : hit.end + 2].strip()[
            :1
        ] in ("–", "—")
        return located or listed
    return True


def _is_chinese_city(report: ReportText, hit: Hit, known: KnownName) -> bool:
    text, name = report.flat, report.flat[hit.start : hit.end]
    before, rest = text[max(hit.start - 1, 0) : hit.start], text[hit.end : hit.end + 6]
    if rest[:1] != "市":
        is_other = rest.startswith(tuple(words_of("not_places", "zh", "after")))
        if is_other or name in words_of("not_places", "zh", "alone"):
            return False
    if before in words_of("not_places", "zh", "before") or "·" in (before, rest[:1]):
        return False
    if text[hit.start] == "长" and before and before in "市州部局院会校行处县区队社馆省厅署":
        # In 市长|沙夫卡特, the first character (长) of the match belongs to the role.
        return False
    if known.rank and f"{name}区" in text:
        # The text also uses this name for a district, so this occurrence is considered a district too.
        return False
    if known.rank == 0 or hit.end - hit.start > 2:
        return True
    # The two characters of a little-known place are often part of other words: 平|安城|市.
    begins = not before or before in _ZH_BEFORE or not re.match(f"[{HAN}]", before)
    ends = rest.startswith(_ZH_AFTER) or not re.match(f"[{HAN}]", rest[:1] or " ")
    return (
        (begins and ends) or ((begins or ends) and known.rank == 1) or (begins and known.weight > 2_000_000)
    )


def _is_country(report: ReportText, hit: Hit) -> bool:
    text = report.flat
    if text[hit.start] >= "\u3400":
        if text[hit.start - 1 : hit.start] == "内":
            return False
        # In a list of peoples, the name of a country does not refer to the country, as in 乌兹别克、塔吉克等民族.
        if _PEOPLES.match(text, hit.end):
            return False
        # 哈萨克族 and 俄语 are not countries. 中国 in 中国人民大学 belongs to an organisation and is already excluded.
        return not text.startswith(("族", "语", "文", "日报", "菜", "结"), hit.end)
    following = _NEXT_WORD.match(text, hit.end)
    word = following.group(1).lower() if following else ""
    return word not in {"language", "dollars", "dollar", "язык", "языка", "языке", "языком", "cuisine"}


def _country_pairs(report: ReportText):
    codes = {row.word: row.meaning for row in vocabulary("countries") if row.language == "pair"}
    letters = "".join(codes)
    for match in re.finditer(
        rf"(?<![{letters}])([{letters}]{{2,4}})(?=[{_PAIR_FOLLOWERS}]|[{HAN}]{{0,2}}班列)", report.flat
    ):
        pair = match.group(1)
        # Nearly all pairs of countries contain 中. Other characters may be adjacent by coincidence.
        if len(set(pair)) == len(pair) and "中" in (pair[0], pair[-1]):
            for offset, letter in enumerate(pair):
                yield Span(match.start() + offset, match.start() + offset + 1), codes[letter]


def _word_forms(word: str, language: str) -> frozenset[str]:
    """Returns the word in lower case, and for Russian also its base forms."""
    return lemmas(word.lower()) | {folded(word)} if language == "ru" else frozenset({word.lower()})
