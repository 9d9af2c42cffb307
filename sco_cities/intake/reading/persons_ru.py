"""Finds persons in Russian texts as two or three capitalised words next to a role in the same case."""

import re
from collections.abc import Iterable

from sco_cities.names import russian
from sco_cities.names.vocabulary import words_of

from .bodies import Body
from .dictionary import Hit
from .name_runs import name_runs
from .report_text import ReportText, SpanSet, Token
from .russian_names import is_first_name, is_known_place, is_patronymic, nominative_name

_MAX_ROLE = 18
_COURTESY = words_of("function_words", "ru", "courtesy before a name")
# Text between words of a role, as in "глава компании «Волга» Иван Петров".
_WITHIN_ROLE = re.compile(r" ?[«»\"“”№()-]{0,3} ?|\. |, ")
_IN_ROLE = frozenset(["по", "при", "с", "и", "в", "на", "за", "имени", "им", "для", "от"])


def role_before(report: ReportText, first: int, places: dict[int, int]) -> tuple[int, int, str] | None:
    """The start, end and case of a role directly before the name, or None."""
    while first and report.gap(first) == " " and _is_courtesy(report, first - 1):
        first -= 1 if report.gap(first - 1) != "-" else 2
    place_ends, sentence = set(places.values()), report.sentence_at(report.tokens[first].start).start
    # In the idiom "во главе с мэром", the word "главе" is not a role.
    if (idiom := report.folded.rfind("во главе", sentence, report.tokens[first].start)) >= 0:
        sentence = idiom + len("во главе")
    # In "Театр имени Алишера Навои" and "мэры Петров и Иван Сидоров", there is no role directly before the name.
    if first and report.tokens[first - 1].key in {"и", "им", "имени"}:
        return None
    index, head, start, in_quotes = first - 1, None, 0, False
    while index >= 0 and first - index <= _MAX_ROLE and report.tokens[index].start >= sentence:
        token, gap_after = report.tokens[index], report.gap(index + 1)
        if not _WITHIN_ROLE.fullmatch(gap_after):
            break
        in_quotes = in_quotes or "»" in gap_after
        is_place = token.end in place_ends
        if is_head(token.key) and not in_quotes and not (token.capitalised and is_place):
            head = start = index
        elif head is not None:
            if not _modifies(token, starts_sentence=token.start == sentence):
                break
            start = index
        elif not in_quotes and not _belongs(token, is_place):
            break
        in_quotes = in_quotes and "«" not in report.gap(index)
        index -= 1
    # In "Театр имени поэта Алишера Навои", the role belongs to the person after whom the theatre is named.
    if head is None or report.tokens[start - 1].key in {"им", "имени"}:
        return None
    # In "во главе с Ильсуром Гареевым", the case depends on the preposition.
    case = "ablt" if report.tokens[first - 1].key in {"с", "со"} else _case(report, head)
    return report.tokens[start].start, report.tokens[first - 1].end + (report.gap(first)[:1] == "»"), case


def _is_courtesy(report: ReportText, index: int) -> bool:
    """True if a word is "господин" or the end of "г-жа"."""
    is_short = index and report.gap(index) == "-" and report.tokens[index - 1].key == "г"
    return bool(is_short or russian.lemmas(report.tokens[index].key) & _COURTESY)


def is_head(word: str) -> bool:
    """True if a word is a role in any case, such as "мэр"."""
    heads = words_of("roles", "ru", "head")
    return word in heads or bool(russian.lemmas(word) & heads)


def _modifies(token: Token, *, starts_sentence: bool = False) -> bool:
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
    end, seen = 0, False
    for index, token in enumerate(report.tokens[first : first + 16], first):
        is_role = is_head(token.key)
        if index > first and (report.gap(index) not in (" ", "-") or russian.is_verb(token.key)):
            break
        if not seen and not is_role and not _modifies(token):
            return None
        seen, end = seen or is_role, token.end
    return (report.tokens[first].start, end) if seen else None


# Maximum number of words in a name before its last word. Longer runs of capitalised words are not names.
_LONGEST_NAME = 4
_NO_NAME = words_of("function_words", "ru", "not in a person name")


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Yields the start and end of the name, the name in the nominative, and the start and end of the role."""
    places = {
        hit.start: hit.end for hit in hits if not hit.of_kind("delegate") and not _may_be_a_name(report, hit)
    }
    other_names = SpanSet([*places.items(), *((body.start, body.end) for body in bodies)])

    def in_name(index: int) -> bool:
        token = report.tokens[index]
        return not other_names.hold(token.start, token.end) and _in_name(report, index)

    for run, last in name_runs(report, in_name):
        if run == last and not _is_surname_after_role(report, run):
            continue
        first = _behind_role(report, run, last)
        if first is None:
            continue
        for begin in range(max(first, last - _LONGEST_NAME), max(last, first + 1)):
            words = [token.text for token in report.tokens[begin : last + 1]]
            # In "глава Трансмашхолдинга Кирилл Липа", the words before the first name are not part of the name.
            first_names = [is_first_name(word) for word in words]
            if first_names[:2] == [False, True] and len(words) == 3 and not is_patronymic(words[2]):
                continue
            if not _initials_fit(report, begin, last):
                continue
            start, end = report.tokens[begin].start, report.tokens[last].end
            if role := role_before(report, begin, places):
                *place, case = role
                yield start, end, _joined(report, begin, nominative_name(words, case)), *place
                break
            if role := role_after(report, last):
                yield start, end, _joined(report, begin, words), *role
                break


def _may_be_a_name(report: ReportText, hit: Hit) -> bool:
    """True if a town is a person's name here. It must be next to a capitalised word and not follow a preposition."""
    tokens, index = report.tokens, report.token_index(hit.start)
    if hit.of_kind("country") or len(report.tokens_in(hit.start, hit.end)) != 1:
        return False
    doubtful = is_first_name(tokens[index].key) or all(known.rank > 0 for known in hit.known)
    following = index + 1 < len(tokens) and tokens[index + 1].capitalised and report.gap(index + 1) == " "
    before = index > 0 and tokens[index - 1].capitalised and report.gap(index) in (" ", ". ")
    previous = tokens[index - 1].key if index else ""
    after_role = previous in words_of("roles", "ru", "head")
    return (
        doubtful
        and (following or before)
        and not after_role
        and previous not in {"в", "из", "города", "городе"}
    )


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
            # After a role in the genitive, an unknown name looks like a place, as in "спикера Икбала".
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


def _initials_fit(report: ReportText, begin: int, last: int) -> bool:
    """True for "С. С. Собянин", "Джон Ф. Кеннеди" and names without initials. "Метшин И. Р." is no name."""
    initials = [index for index in range(max(begin - 1, 0), last + 1) if _is_initial(report, index)]
    if not initials:
        return True
    leads = initials[0] == begin or (initials[0] > begin and is_first_name(report.tokens[begin].key))
    return leads and initials[-1] == last - 1 and len(report.tokens[last].text) > 1


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


def _in_name(report: ReportText, index: int) -> bool:
    token = report.tokens[index]
    if _is_initial(report, index):
        return True
    if not token.capitalised or token.key in _NO_NAME or (token.text.isupper() and len(token.text) > 2):
        return False
    behind_name = index and (_is_initial(report, index - 1) or is_first_name(report.tokens[index - 1].key))
    return bool(behind_name or not is_known_place(token.key))


def _joined(report: ReportText, first: int, words: list[str]) -> str:
    gaps = ["", *(report.gap(index) for index in range(first + 1, first + len(words)))]
    return "".join(gap + word for gap, word in zip(gaps, words, strict=True)).replace("\n", " ")
