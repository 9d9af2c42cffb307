"""Persons in Russian texts: two or three capitalised words beside a role, whose case is that of the name."""

import re
from collections.abc import Iterable

from . import russian
from .bodies import Body
from .dictionary import Hit
from .report_text import ReportText, SpanSet, Token
from .russian_names import is_first_name, is_known_place, is_patronymic, nominative_name
from .vocabulary import words_of

_MAX_ROLE = 18
_IN_ROLE = frozenset(["по", "при", "с", "и", "в", "на", "за", "имени", "им", "для", "от"])
_NO_NAME = words_of("function_words", "ru", "not in a person name")


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Start and end of the name, the name in the nominative, the role, start and end of the role."""
    places = {
        hit.start: hit.end for hit in hits if not hit.of_kind("delegate") and not _may_be_a_name(report, hit)
    }
    within_bodies = SpanSet((body.start, body.end) for body in bodies)
    previous = None
    for first, last in _runs(report, places, within_bodies):
        # "губернатор провинции Сычуань Инь Ли": the first word is the name of the province.
        after_region = first and report.tokens[first - 1].key in words_of(
            "function_words", "ru", "before a region"
        )
        for begin in range(first + 1 if after_region and last - first >= 2 else first, last):
            chosen = _chosen(report, begin, last)
            if chosen is None:
                continue
            words = [token.text for token in report.tokens[chosen[0] : chosen[1] + 1]]
            start, end = report.tokens[chosen[0]].start, report.tokens[chosen[1]].end
            if role := _role_of_both(report, chosen[0], previous):
                yield start, end, _joined(report, chosen, words), report.text[role[0] : role[1]], *role
                break
            if role := _role_before(report, chosen[0], places):
                role_start, role_end, case = role
                yield (
                    start,
                    end,
                    _joined(report, chosen, nominative_name(words, case)),
                    report.text[role_start:role_end],
                    role_start,
                    role_end,
                )
                previous = chosen[1], (role_start, role_end)
                break
            if role := _role_after(report, chosen[1]):
                yield start, end, _joined(report, chosen, words), report.text[role[0] : role[1]], *role
                break
            if role := _affiliation(report, chosen[1], bodies):
                yield start, end, _joined(report, chosen, words), report.text[role[0] : role[1]], *role
                break
            if begin == first and not _drops_first(report, first, last):
                break


def _affiliation(report: ReportText, last: int, bodies: list[Body]) -> tuple[int, int] | None:
    """The organisation that a person is from: "Игорь Лапшин из Европейского университета"."""
    if report.flat.startswith(" из ", report.tokens[last].end):
        at = report.tokens[last].end + 4
        return next(((body.start, body.end) for body in bodies if body.start == at), None)
    return None


def _role_of_both(report: ReportText, first: int, previous) -> tuple[int, int] | None:
    """The role of the one before, if it is in the plural: "Мэры Андрей Шорец и Ван Вэй"."""
    if previous is None or report.tokens[first - 1].key != "и" or previous[0] != first - 2:
        return None
    words = [token.key for token in report.tokens_in(*previous[1])]
    plural = any(
        russian.has(word, "NOUN", "plur", "nomn") and russian.lemmas(word) & words_of("roles", "ru", "head")
        for word in words
    )
    return previous[1] if plural else None


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
    before = index > 0 and report.tokens[index - 1].capitalised and report.gap(index) == " "
    previous = report.tokens[index - 1].key if index else ""
    # After "мэр" stands a town, unless it is Владимир.
    after_role = previous in words_of("roles", "ru", "head") and not is_listed and hit.known[0].rank < 2
    return (
        doubtful
        and (following or before)
        and not after_role
        and previous not in {"в", "из", "города", "городе"}
    )


def _runs(report: ReportText, places: dict[int, int], bodies: SpanSet) -> Iterable[tuple[int, int]]:
    index, tokens, covered = 0, report.tokens, 0
    while index < len(tokens):
        if end := places.get(tokens[index].start):
            covered = max(covered, end)
        if (
            tokens[index].start < covered
            or not _in_name(tokens[index])
            or bodies.hold(tokens[index].start, tokens[index].end)
        ):
            index += 1
            continue
        last = index
        while last + 1 < len(tokens) and re.fullmatch(r" |-|\. ?", report.gap(last + 1)):
            gap, following = report.gap(last + 1), tokens[last + 1]
            if gap.startswith(".") and len(tokens[last].text) > 2:
                break
            if (
                not _in_name(following)
                or following.start in places
                or bodies.hold(following.start, following.end)
            ):
                break
            last += 1
        if last > index:
            yield index, last
        index = last + 1


def _in_name(token: Token) -> bool:
    if not token.capitalised or (token.key in _NO_NAME and token.text != "У") or is_known_place(token.key):
        return False
    return not (token.text.isupper() and len(token.text) > 2) and not any(
        each.isdigit() for each in token.text
    )


def _chosen(report: ReportText, begin: int, last: int) -> tuple[int, int] | None:
    """The tokens of one name from `begin` on: first name and surname, with a patronymic or a second first name."""
    count = last - begin + 1
    words = report.tokens[begin : last + 1]
    if len({token.text for token in words}) == 1 or count > 5:
        return None
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


def _role_before(report: ReportText, first: int, places: dict[int, int]) -> tuple[int, int, str] | None:
    """Start and end of a role directly before the name, and its case."""
    heads, place_ends = words_of("roles", "ru", "head"), set(places.values())
    index, head, in_quotes = first - 1, None, False
    while index >= 0 and first - index <= _MAX_ROLE:
        token, gap_after = report.tokens[index], report.gap(index + 1)
        if not re.fullmatch(r" |-|\. |, |»? ?[«(]?|[»\"”] |\) ", gap_after) and not re.fullmatch(
            r" ?[«»\"“”№() -]{0,3} ?", gap_after
        ):
            break
        if gap_after.strip() == "," and head is None and not _in_list(report, index + 1):
            break
        if "»" in gap_after or "”" in gap_after:
            in_quotes = True
        lemma_is_head = bool(russian.lemmas(token.key) & heads) or token.key in heads
        if lemma_is_head and not in_quotes and not (token.capitalised and token.end in place_ends):
            head = index
        elif head is not None:
            if not _modifies(token, starts_sentence=token.start == report.sentence_at(token.start).start):
                break
        elif not in_quotes and not _belongs(token, token.end in place_ends):
            break
        if "«" in report.gap(index) or "“" in report.gap(index):
            in_quotes = False
        index -= 1
    if head is None:
        return None
    sentence = report.sentence_at(report.tokens[head].start).start
    start = head
    while start and report.gap(start) in (" ", "-") and report.tokens[start - 1].start >= sentence:
        if not _modifies(
            report.tokens[start - 1], starts_sentence=report.tokens[start - 1].start == sentence
        ):
            break
        start -= 1
    if report.tokens[start].key in words_of("roles", "ru", "byline"):
        return None
    # "во главе с Ильсуром Гареевым": the preposition tells the case.
    case = "ablt" if report.tokens[first - 1].key in {"с", "со"} else _case(report, head)
    return report.tokens[start].start, report.tokens[first - 1].end + _closing(report, first), case


def _closing(report: ReportText, first: int) -> int:
    gap = report.gap(first)
    return 1 if gap[:1] in '»”"' else 0


def _in_list(report: ReportText, index: int) -> bool:
    """Whether a comma before the token stands in a list in the genitive: "труда, занятости и соцзащиты"."""
    following = report.tokens[index : index + 3]
    return len(following) == 3 and not following[0].capitalised and following[1].key == "и"


def _modifies(token: Token, *, starts_sentence: bool = False) -> bool:
    if token.key in words_of("roles", "ru", "head") or russian.lemmas(token.key) & words_of(
        "roles", "ru", "head"
    ):
        return True
    if (russian.lemmas(token.key) | {token.key}) & words_of("roles", "ru", "modifier"):
        return True
    if token.capitalised and not starts_sentence:
        return False
    if token.key in words_of("function_words", "ru", "not in a role"):
        return False
    return russian.part_of_speech(token.key) == "ADJF" and not russian.has(token.key, "NOUN", "nomn")


def _belongs(token: Token, is_place: bool) -> bool:
    if is_place or token.key in _IN_ROLE or token.text[0].isdigit():
        return True
    if russian.is_verb(token.key):
        return False
    return (
        token.capitalised
        or any(russian.has(token.key, case) for case in ("gent", "datv", "ablt", "loct"))
        or (russian.part_of_speech(token.key) in {"NOUN", "ADJF"} and not russian.has(token.key, "nomn"))
    )


def _case(report: ReportText, head: int) -> str:
    """The case of a role, from its own form and a preposition before it."""
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


def _role_after(report: ReportText, last: int) -> tuple[int, int] | None:
    """A role after the name: "Чжао Вэньбинь, вице-мэр Тяньцзиня", "Зарина Юсупова — пресс-секретарь"."""
    first = last + 1
    if first >= len(report.tokens) or report.gap(first) not in (", ", " — ", " – ", " (", " - "):
        return None
    if report.tokens[first].key in {
        "названный",
        "названная",
        "представленный",
        "представленная",
        "ныне",
        "тогда",
    }:
        first += 1
    heads, seen, end = words_of("roles", "ru", "head"), False, None
    for offset, token in enumerate(report.tokens[first : first + 16]):
        index = first + offset
        if offset and not re.fullmatch(r" |-|\. | ?[«»\"“”№]{1,2} ?", report.gap(index)):
            break
        is_head = token.key in heads or bool(russian.lemmas(token.key) & heads)
        if not seen and not is_head and not (_modifies(token) or token.key in {"первый", "и", "о"}):
            return None
        if (
            seen
            and not is_head
            and (russian.is_verb(token.key) or token.key in {"который", "которая", "а", "но"})
        ):
            break
        seen = seen or is_head
        end = token.end
    if not seen or end is None or report.tokens[first].key in words_of("roles", "ru", "byline"):
        return None
    if report.flat[end : end + 1] in ("»", "”"):
        end += 1
    return report.tokens[first].start, end


def _joined(report: ReportText, chosen: tuple[int, int], words: list[str]) -> str:
    first, _ = chosen
    return "".join(
        (report.gap(first + offset) if offset else "") + word for offset, word in enumerate(words)
    ).replace("\n", " ")
