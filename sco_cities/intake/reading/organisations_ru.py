"""Finds Russian names of organisations (a head word with adjectives before and a genitive or quoted name after it)."""

import re
from collections.abc import Iterable

from sco_cities.names import russian
from sco_cities.names.vocabulary import vocabulary, words_of

from .dictionary import Hit
from .report_text import ReportText, SpanSet
from .russian_names import in_nominative, is_first_name

_RUSSIAN = [row for row in vocabulary("organisations") if row.language == "ru"]
# The head words, with their meanings.
_HEADS = {row.word.lower(): row.meaning for row in _RUSSIAN if row.meaning != "of a city"}
# Head words that do not form a name with a place. For example, "больницы Ташкента" can be any of many hospitals.
_GENERIC_HEADS = words_of("function_words", "ru", "needs a name")
_BY = {"по": ("datv", "loct"), "при": ("loct",), "имени": ("gent", "nomn"), "им": ("gent", "nomn")}
# Prepositions that end a name.
_ENDS = frozenset(["в", "на", "с", "из", "к", "о", "от", "у"])
_NAMESAKE = words_of("function_words", "ru", "before whom an organisation is named after")
_QUOTED = re.compile(r"[«“\"„]([А-ЯЁA-Z0-9][^«»“”\"\n]{1,60})[»”\"]")
# A name in Latin letters after the head word, as in "Компания China Railway".
_FOREIGN = re.compile(r" [A-Z][\w.-]*(?: (?:[A-Z][\w.-]*|&))*")
_MAX_WORDS = 10


def find(report: ReportText, hits: list[Hit]) -> Iterable[tuple[int, int, str, tuple[str, ...], bool]]:
    """Yields start, end, nominative name, other names, and True if its place is a place of the report."""
    places = {hit.start: hit.end for hit in hits if _is_place(report, hit)}
    countries = {hit.start for hit in hits if hit.adjective}
    named_countries = SpanSet(hit for hit in hits if hit.of_kind("country") and not hit.adjective)
    done = -1
    for index, token in enumerate(report.tokens):
        # «Федерация» in «Российская Федерация» is not a head word.
        is_short = len(token.key) < 3 and not token.text.isupper()
        if token.start < done or is_short or named_countries.hold(token.start, token.end):
            continue
        lemma = next((each for each in russian.lemmas(token.key) if each in _HEADS), None)
        if lemma is None:
            continue
        first = _adjectives_before(report, index, countries)
        end, has_place, quoted = _complement(report, index, places)
        named = first < index and _says_which(report, first)
        # "Городская администрация", "пресс-служба мэрии" and "правительство Волжской области" are complete names.
        governs = _HEADS[lemma] in {"city", "government"}
        before = russian.lemmas(report.tokens[index - 1].key) if index else frozenset()
        of_city = governs and bool(before & words_of("organisations", "ru", "of a city"))
        if of_city and first == index:
            first = index - 1
        start = report.tokens[first].start
        while first and report.gap(first) == "-":
            first -= 1
        of_organisation = any(
            (governs and each.capitalised)
            or any(_HEADS.get(word) in {"city", "government"} for word in russian.lemmas(each.key))
            for each in report.tokens_in(token.end, end)
        )
        head_named = token.capitalised and token.start != report.sentence_at(token.start).start
        enough = has_place and lemma not in _GENERIC_HEADS
        if not (named or quoted or enough or of_city or of_organisation or (head_named and end > token.end)):
            continue
        done = end
        name = " ".join((in_nominative(report, first, index) + report.text[token.end : end]).split())
        if quoted:
            yield start, end, quoted, (name,), False
        else:
            yield start, end, name, (), has_place and (governs or _HEADS[lemma] == "agency")


def _says_which(report: ReportText, first: int) -> bool:
    """Returns True if a capital before the head indicates a name, and not only the start of a sentence."""
    token = report.tokens[first]
    if token.start != report.sentence_at(token.start).start:
        return token.capitalised
    return not any(parse.is_known and "Geox" not in parse.tag for parse in russian.parses(token.key))


def _is_place(report: ReportText, hit: Hit) -> bool:
    """Returns True if the hit is a noun, unlike the adjective in "Московской области"."""
    if hit.adjective or not hit.of_kind("city", "country"):
        return False
    following = re.match(r" ([а-яё]+)", report.folded[hit.end : hit.end + 20])
    # In "горисполкома Владимиром Лапшиным", the town name is the first name of the organisation's head.
    before_name = following and report.flat[hit.end + 1].isupper() and hit.known[0].rank > 0
    if before_name and is_first_name(report.folded[hit.start : hit.end]):
        return False
    return not (following and russian.lemmas(following.group(1)) & words_of("not_places", "ru", "after"))


def _adjectives_before(report: ReportText, head: int, countries: set[int]) -> int:
    """Returns the index of the first token of the name, which is the leftmost capitalised adjective before the head."""
    first, leftmost = head, head
    while leftmost and report.gap(leftmost) in (" ", "-") and head - leftmost < 5:
        token = report.tokens[leftmost - 1]
        joins = report.gap(leftmost) == "-" or token.key.endswith("о")
        if not (russian.has(token.key, "ADJF") or joins) or token.key in words_of("roles", "ru"):
            break
        leftmost -= 1
        sentence_start = report.sentence_at(token.start).start == token.start
        if token.capitalised and not (token.start in countries and sentence_start):
            first = leftmost
    return first


def _complement(report: ReportText, head: int, places: dict[int, int]) -> tuple[int, bool, str]:
    """Returns the end of the name, True if the name ends with a place, and the quoted name at its end or ""."""
    tokens, end = report.tokens, report.tokens[head].end
    if foreign := _FOREIGN.match(report.flat, end):
        return foreign.end(), False, foreign.group().strip()
    index, wanted = head + 1, ("gent",)
    while index < len(tokens) and index - head <= _MAX_WORDS:
        token, gap = tokens[index], report.gap(index)
        match = _QUOTED.match(report.flat, tokens[index - 1].end + 1)
        if match and tokens[index].start == match.start(1):
            return match.end(), False, match.group(1)
        is_namesake = tokens[index - 1].key in _NAMESAKE or (
            tokens[index - 1].capitalised and gap in (".", ". ") and len(tokens[index - 1].text) == 1
        )
        if is_namesake and token.capitalised:
            # The person an organisation is named after, as in "имени С. П. Королёва" and "имени академика Королёва".
            end, index = token.end, index + 1
            continue
        if gap not in (" ", "-", ". "):
            break
        if place_end := places.get(token.start):
            return place_end, True, ""
        is_adjective = russian.has(token.key, "ADJF") and not russian.has(token.key, "Surn")
        is_verb = russian.part_of_speech(token.key) == "VERB"
        goes_on = any(russian.has(token.key, case) for case in wanted) and not is_verb
        if token.key in _BY and not token.capitalised:
            wanted = _BY[token.key]
        elif token.key == "и":
            index += 1
            continue
        elif token.key in _ENDS or (token.capitalised and not is_adjective) or not goes_on:
            break
        elif russian.has(token.key, "NOUN"):
            if token.key in words_of("roles", "ru"):
                break
            end, wanted = token.end, ("gent",)
        index += 1
    return end, False, ""
