"""Persons in Russian texts: two or three capitalised words beside a role, whose case is that of the name."""

from collections.abc import Iterable

from sco_cities.names import russian
from sco_cities.names.vocabulary import words_of

from .bodies import Body, body_behind
from .dictionary import Hit
from .name_runs import name_runs, role_of_both
from .report_text import ReportText, SpanSet
from .roles_ru import is_head, role_after, role_before
from .russian_names import is_first_name, is_known_place, is_patronymic, nominative_name

# Words of a name but the last: a run of more capitals is none.
_LONGEST_NAME = 4
_NO_NAME = words_of("function_words", "ru", "not in a person name")


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Start and end of the name, the name in the nominative, start and end of the role."""
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
    """Whether a town is a first name or surname here: between capitals, after no preposition."""
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
    # After "мэр" stands a town, unless it is Владимир.
    after_role = previous in words_of("roles", "ru", "head") and not is_listed and hit.known[0].rank < 2
    return (
        doubtful
        and (following or before)
        and not after_role
        and (after_initial or previous not in {"в", "из", "города", "городе"})
    )


def _behind_cities(report: ReportText, hits: list[Hit], places: dict[int, int]) -> set[int]:
    """Where towns are the first names of persons whose city stands before them: "аким Алматы Дархан Сатыбалды"."""
    ends, found = set(places.values()), set()
    for hit in hits:
        index = report.token_index(hit.start)
        if index and report.tokens[index - 1].end in ends and _may_be_a_name(report, hit):
            following = report.tokens[index + 1 : index + 2]
            if following and following[0].capitalised and report.gap(index + 1) == " ":
                found.add(hit.start)
    return found


def _behind_role(report: ReportText, first: int, last: int) -> int | None:
    """The first token of a run that is not part of the role before it: "губернатор провинции Сычуань", "Спикер Сената".

    None if that is in doubt.
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
            # Behind a role in the genitive names that are not known look the same: "спикера Икбала".
            if not nouns[0].is_known and "gent" in russian.cases(before.key, "NOUN"):
                return None
            first += 1
        else:
            break
    return first


def _is_initial(report: ReportText, index: int) -> bool:
    """Whether a token is one capital with a full stop, before a capital: "С." of "С. С. Собянин"."""
    token, following = report.tokens[index], report.tokens[index + 1 : index + 2]
    return (
        len(token.text) == 1
        and token.capitalised
        and bool(following)
        and following[0].capitalised
        and report.gap(index + 1) in (".", ". ")
    )


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """Whether one word is a surname: "президента Лапшина"."""
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
    """The tokens of one name from `begin` on: first name and surname, with a patronymic or a second first name."""
    count = last - begin + 1
    words = report.tokens[begin : last + 1]
    if (count > 1 and len({token.text for token in words}) == 1) or count > 5:
        return None
    initials = [index for index in range(max(begin - 1, 0), last + 1) if _is_initial(report, index)]
    if initials:
        # "С. С. Собянин" and "Джон Ф. Кеннеди"; not "Метшин И. Р." and what stands behind "завод им. С. Орджоникидзе".
        leads = initials[0] == begin or (initials[0] > begin and is_first_name(words[0].key))
        surname = [index for index in range(initials[-1] + 1, last + 1) if report.gap(index) != "-"]
        return (begin, last) if leads and len(surname) == 1 and len(words[-1].text) > 1 else None
    # "глава Трансмашхолдинга Кирилл Липа": what stands before a first name is none of the person.
    if (
        count == 3
        and is_first_name(words[1].key)
        and not is_first_name(words[0].key)
        and not is_patronymic(words[2].text)
    ):
        return None
    return begin, last


def _drops_first(report: ReportText, first: int, last: int) -> bool:
    """Whether the run may begin with the end of something else: "мэр Хоргоса Иван Петров"."""
    return last - first >= 2 and not is_patronymic(report.tokens[first + 1].text)


def _joined(report: ReportText, chosen: tuple[int, int], words: list[str]) -> str:
    first, _ = chosen
    return "".join(
        (report.gap(first + offset) if offset else "") + word for offset, word in enumerate(words)
    ).replace("\n", " ")
