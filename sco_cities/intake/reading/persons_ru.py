"""Finds persons in Russian texts as two or three capitalised words next to a role in the same case."""

import re
from collections.abc import Iterable

from sco_cities.names import russian
from sco_cities.names.vocabulary import words_of

from .bodies import Body, body_behind
from .dictionary import Hit
from .name_runs import name_runs, role_of_both
from .report_text import ReportText, SpanSet, Token
from .russian_names import is_first_name, is_known_place, is_patronymic, nominative_name

_MAX_ROLE = 18
_COURTESY = words_of("function_words", "ru", "courtesy before a name")
# Words before the namesake of an organisation, as in "Университет имени академика С. П. Королёва".
_NAMED_AFTER = frozenset(["им", "имени"])
_IN_ROLE = frozenset(["по", "при", "с", "и", "в", "на", "за", "имени", "им", "для", "от"])


def role_before(report: ReportText, first: int, places: dict[int, int]) -> tuple[int, int, str] | None:
    """The start, end and case of a role directly before the name, or None."""
    while first and report.gap(first) == " " and _is_courtesy(report, first - 1):
        first -= 1 if report.gap(first - 1) != "-" else 2
    place_ends, sentence = set(places.values()), report.sentence_at(report.tokens[first].start).start
    # In the idiom "во главе с мэром", the word "главе" is not a role.
    if (idiom := report.folded.rfind("во главе", sentence, report.tokens[first].start)) >= 0:
        sentence = idiom + len("во главе")
    index, head, in_quotes = first - 1, None, False
    # "Театр имени Алишера Навои" and "мэры Петров и Иван Сидоров" have no role before the name.
    if first and report.tokens[index].key in {"и", *_NAMED_AFTER}:
        return None
    while index >= 0 and first - index <= _MAX_ROLE and report.tokens[index].start >= sentence:
        token, gap_after = report.tokens[index], report.gap(index + 1)
        if not re.fullmatch(r" |-|\. |, |»? ?[«(]?|[»\"”] |\) ", gap_after) and not re.fullmatch(
            r" ?[«»\"“”№() -]{0,3} ?", gap_after
        ):
            break
        if gap_after.strip() == "," and head is None:
            break
        if "»" in gap_after or "”" in gap_after:
            in_quotes = True
        if is_head(token.key) and not in_quotes and not (token.capitalised and token.end in place_ends):
            head = index
        elif head is not None:
            if not _modifies(token, starts_sentence=token.start == sentence):
                break
        elif not in_quotes and not _belongs(token, token.end in place_ends):
            break
        if "«" in report.gap(index) or "“" in report.gap(index):
            in_quotes = False
        index -= 1
    if head is None:
        return None
    start = head
    while start and report.gap(start) in (" ", "-") and report.tokens[start - 1].start >= sentence:
        if not _modifies(
            report.tokens[start - 1], starts_sentence=report.tokens[start - 1].start == sentence
        ):
            break
        start -= 1
    named_after = start and report.tokens[start - 1].key in _NAMED_AFTER
    if named_after or report.tokens[start].key in words_of("roles", "ru", "byline"):
        return None
    # In "во главе с Ильсуром Гареевым" the preposition determines the case.
    case = "ablt" if report.tokens[first - 1].key in {"с", "со"} else _case(report, head)
    return report.tokens[start].start, report.tokens[first - 1].end + _closing(report, first), case


def _is_courtesy(report: ReportText, index: int) -> bool:
    """True if a word is "господин" or the end of "г-жа"."""
    is_short = index and report.gap(index) == "-" and report.tokens[index - 1].key == "г"
    return bool(is_short or russian.lemmas(report.tokens[index].key) & _COURTESY)


def is_head(word: str) -> bool:
    """True if a word is a role in any case, such as "мэр"."""
    heads = words_of("roles", "ru", "head")
    return word in heads or bool(russian.lemmas(word) & heads)


def _closing(report: ReportText, first: int) -> int:
    gap = report.gap(first)
    return 1 if gap[:1] in '»”"' else 0


def _modifies(token: Token, *, starts_sentence: bool = False) -> bool:
    if is_head(token.key):
        return True
    if (russian.lemmas(token.key) | {token.key}) & words_of("roles", "ru", "modifier"):
        return True
    if token.capitalised and not starts_sentence:
        return False
    if token.key in words_of("function_words", "ru", "not in a role"):
        return False
    return russian.part_of_speech(token.key) == "ADJF" and not russian.has(token.key, "NOUN", "nomn")


def _belongs(token: Token, is_place: bool) -> bool:
    if is_place or token.capitalised or token.key in _IN_ROLE or token.text[0].isdigit():
        return True
    if russian.is_verb(token.key):
        return False
    return any(russian.has(token.key, case) for case in ("gent", "datv", "ablt", "loct")) or (
        russian.part_of_speech(token.key) in {"NOUN", "ADJF"} and not russian.has(token.key, "nomn")
    )


def _case(report: ReportText, head: int) -> str:
    """The case of a role, determined by its form and a preposition before it."""
    token = report.tokens[head]
    found = russian.cases(token.key, "NOUN") or russian.cases(token.key)
    found = {"gent" if case == "gen2" else "loct" if case == "loc2" else case for case in found}
    before = [each.key for each in report.tokens[max(head - 4, 0) : head]]
    if "nomn" in found or (not found and russian.has(token.key, "NOUN", "plur", "nomn")):
        return "nomn"
    if "ablt" in found and ("с" in before or "со" in before or len(found) == 1):
        return "ablt"
    for case in ("gent", "datv", "ablt", "loct", "accs"):
        if case in found:
            return case
    return ""


def role_after(report: ReportText, last: int) -> tuple[int, int] | None:
    """A role after the name, as in "Чжао Вэньбинь, вице-мэр Тяньцзиня", "Зарина Юсупова — пресс-секретарь"."""
    first = last + 1
    if first >= len(report.tokens) or report.gap(first) not in (", ", " — ", " – ", " (", " - "):
        return None
    if report.tokens[first].key in words_of("function_words", "ru", "before a role behind a name"):
        first += 1
    seen, end = False, None
    for offset, token in enumerate(report.tokens[first : first + 16]):
        index = first + offset
        if offset and not re.fullmatch(r" |-|\. | ?[«»\"“”№]{1,2} ?", report.gap(index)):
            break
        is_role = is_head(token.key)
        if not seen and not is_role and not (_modifies(token) or token.key in {"первый", "и", "о"}):
            return None
        if (
            seen
            and not is_role
            and (russian.is_verb(token.key) or token.key in {"который", "которая", "а", "но"})
        ):
            break
        seen = seen or is_role
        end = token.end
    if not seen or end is None or report.tokens[first].key in words_of("roles", "ru", "byline"):
        return None
    if report.flat[end : end + 1] in ("»", "”"):
        end += 1
    return report.tokens[first].start, end


# Maximum number of words in a name before its last word. Longer runs of capitalised words are not names.
_LONGEST_NAME = 4
_NO_NAME = words_of("function_words", "ru", "not in a person name")


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Yields the start and end of the name, the name in the nominative, and the start and end of the role."""
    places = {
        hit.start: hit.end for hit in hits if not hit.of_kind("delegate") and not _may_be_a_name(report, hit)
    }
    behind_cities = _behind_cities(report, hits, places)
    previous = None
    other_names = SpanSet([*places.items(), *((body.start, body.end) for body in bodies)])

    def in_name(index: int) -> bool:
        token = report.tokens[index]
        return not other_names.hold(token.start, token.end) and _in_name(report, index, behind_cities)

    for run, last in name_runs(report, in_name):
        first = _behind_role(report, run, last)
        if first is None or (run == last and not _is_surname_after_role(report, run)):
            continue
        for begin in range(max(first, last - _LONGEST_NAME), max(last, first + 1)):
            chosen = _chosen(report, begin, last)
            if chosen is None:
                continue
            words = [token.text for token in report.tokens[chosen[0] : chosen[1] + 1]]
            start, end = report.tokens[chosen[0]].start, report.tokens[chosen[1]].end
            if role := role_of_both(report, chosen[0], previous, _is_plural):
                yield start, end, _joined(report, chosen, words), *role
                break
            if role := role_before(report, chosen[0], places):
                *place, case = role
                yield start, end, _joined(report, chosen, nominative_name(words, case)), *place
                previous = chosen[1], tuple(place)
                break
            if role := role_after(report, chosen[1]) or body_behind(report, end, bodies):
                yield start, end, _joined(report, chosen, words), *role
                break
            if begin == first and not _drops_first(report, first, last):
                break


def _is_plural(word: str) -> bool:
    heads = words_of("roles", "ru", "head")
    return russian.has(word, "NOUN", "plur", "nomn") and bool(russian.lemmas(word) & heads)


def _may_be_a_name(report: ReportText, hit: Hit) -> bool:
    """True if a town is a person's name here. It must be next to a capitalised word and not follow a preposition."""
    tokens = report.tokens_in(hit.start, hit.end)
    if len(tokens) != 1 or hit.of_kind("country"):
        return False
    index = report.token_index(hit.start)
    key = tokens[0].key
    is_listed = key in words_of("person_names", "ru", "also a town")
    doubtful = is_listed or is_first_name(key) or all(known.rank > 0 for known in hit.known)
    following = (
        index + 1 < len(report.tokens)
        and report.tokens[index + 1].capitalised
        and report.gap(index + 1) == " "
    )
    after_initial = index > 0 and _is_initial(report, index - 1)
    before = (
        index > 0 and report.tokens[index - 1].capitalised and (after_initial or report.gap(index) == " ")
    )
    previous = report.tokens[index - 1].key if index else ""
    # A word after "мэр" is a town, unless it is Владимир.
    after_role = previous in words_of("roles", "ru", "head") and not is_listed and hit.known[0].rank < 2
    return (
        doubtful
        and (following or before)
        and not after_role
        and (after_initial or previous not in {"в", "из", "города", "городе"})
    )


def _behind_cities(report: ReportText, hits: list[Hit], places: dict[int, int]) -> set[int]:
    """Positions after a city where a town is the first name of a person, as in "аким Алматы Дархан Сатыбалды"."""
    ends, found = set(places.values()), set()
    for hit in hits:
        index = report.token_index(hit.start)
        if index and report.tokens[index - 1].end in ends and _may_be_a_name(report, hit):
            following = report.tokens[index + 1 : index + 2]
            if following and following[0].capitalised and report.gap(index + 1) == " ":
                found.add(hit.start)
    return found


def _behind_role(report: ReportText, first: int, last: int) -> int | None:
    """The first token of a run after the part that belongs to a role, as in "губернатор провинции Сычуань".

    None if this is uncertain.
    """
    while last - first >= 2:
        token, before = report.tokens[first], report.tokens[first - 1] if first else None
        nouns = [parse for parse in russian.parses(token.key) if "NOUN" in parse.tag]
        if is_head(token.key) and not is_patronymic(report.tokens[first + 1].text):
            first += 1
        elif before is None or report.gap(first) != " " or _is_initial(report, first):
            break
        elif before.key in words_of("function_words", "ru", "before a region"):
            first += 1
        elif is_first_name(token.key):
            break
        elif is_head(before.key) and nouns and "inan" in nouns[0].tag and "gent" in nouns[0].tag:
            # After a role in the genitive, unknown names look like places, as in "спикера Икбала".
            if not nouns[0].is_known and "gent" in russian.cases(before.key, "NOUN"):
                return None
            first += 1
        else:
            break
    return first


def _is_initial(report: ReportText, index: int) -> bool:
    """True if a token is an initial (a capital and a full stop before a capital), as "С." in "С. С. Собянин"."""
    token, following = report.tokens[index], report.tokens[index + 1 : index + 2]
    return (
        len(token.text) == 1
        and token.capitalised
        and bool(following)
        and following[0].capitalised
        and report.gap(index + 1) in (".", ". ")
    )


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """True if a single word is a surname, as in "президента Лапшина"."""
    word = report.tokens[index].text
    return (
        index > 0
        and report.gap(index) == " "
        and is_head(report.tokens[index - 1].key)
        and any("Surn" in parse.tag and parse.tag.case for parse in russian.parses(word))
        and not is_first_name(word)
    )


def _in_name(report: ReportText, index: int, behind_cities: set[int]) -> bool:
    token = report.tokens[index]
    if token.start in behind_cities or _is_initial(report, index):
        return True
    if not token.capitalised or (token.key in _NO_NAME and token.text != "У"):
        return False
    behind_name = index and (_is_initial(report, index - 1) or is_first_name(report.tokens[index - 1].key))
    if is_known_place(token.key) and not behind_name:
        return False
    return not (token.text.isupper() and len(token.text) > 2) and not any(
        each.isdigit() for each in token.text
    )


def _chosen(report: ReportText, begin: int, last: int) -> tuple[int, int] | None:
    """The tokens of one name from `begin` on, or None.

    A name consists of a first name and a surname, and may contain a patronymic or a second first name.
    """
    count = last - begin + 1
    words = report.tokens[begin : last + 1]
    if (count > 1 and len({token.text for token in words}) == 1) or count > 5:
        return None
    initials = [index for index in range(max(begin - 1, 0), last + 1) if _is_initial(report, index)]
    if initials:
        # "С. С. Собянин" and "Джон Ф. Кеннеди" are names. "Метшин И. Р." and the words after "завод им. С.
        # Орджоникидзе" are not.
        leads = initials[0] == begin or (initials[0] > begin and is_first_name(words[0].key))
        surname = [index for index in range(initials[-1] + 1, last + 1) if report.gap(index) != "-"]
        return (begin, last) if leads and len(surname) == 1 and len(words[-1].text) > 1 else None
    # In "глава Трансмашхолдинга Кирилл Липа" the words before the first name do not belong to the person.
    if (
        count == 3
        and is_first_name(words[1].key)
        and not is_first_name(words[0].key)
        and not is_patronymic(words[2].text)
    ):
        return None
    return begin, last


def _drops_first(report: ReportText, first: int, last: int) -> bool:
    """True if the run may begin with words that are not part of the name, as in "мэр Хоргоса Иван Петров"."""
    return last - first >= 2 and not is_patronymic(report.tokens[first + 1].text)


def _joined(report: ReportText, chosen: tuple[int, int], words: list[str]) -> str:
    first, _ = chosen
    return "".join(
        (report.gap(first + offset) if offset else "") + word for offset, word in enumerate(words)
    ).replace("\n", " ")
