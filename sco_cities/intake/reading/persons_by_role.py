"""Finds persons in English and Russian texts as capitalised words next to a role.

Both languages share the rules. Only Russian words, which are recognised by their script, have case forms.
"""

import re
from collections.abc import Iterable

from sco_cities.names import russian
from sco_cities.names.vocabulary import words_of

from .dictionary import Hit
from .organisations import OrganisationName
from .report_text import ReportText, SpanSet
from .role_phrases import is_head, role_after, role_before, role_before_comma, role_of_both
from .russian_names import is_first_name, is_known_place, is_nominative, is_patronymic, nominative_name

_PARTICLES = words_of("function_words", "", "particle of a name")
_LAST_PARTICLES = words_of("function_words", "", "end of a name")
_NO_NAME = (
    words_of("function_words", "", "not in a person name", "word of an office")
    | words_of("organisations", "en")
    | words_of("roles", "en")
    | {f"{head}s" for head in words_of("roles", "en", "head")}
)
_BEFORE_WORD = re.compile(r",| [a-z]")
# Words that follow a name in names of streets, hotels and similar places, as in "Ambassador Hotel".
_AFTER_PLACES = words_of("not_places", "en", "after")
# Words that precede towns. After these words, the name of a town is not a person's name.
_BEFORE_TOWN = frozenset(["of", "in", "from", "в", "из", "города", "городе"])
# Maximum number of words in a name. Longer runs of capitalised words are not names.
_LONGEST_NAME = 5


def find(report: ReportText, hits: list[Hit], organisations: list[OrganisationName]) -> Iterable[tuple]:
    """Yields start and end of the name, the name, start and end of the role, and the role in the nominative or ""."""
    delegates = frozenset(hit.start for hit in hits if hit.of_kind("delegate"))
    places = {
        hit.start: hit.end for hit in hits if hit.start not in delegates and not _may_be_a_name(report, hit)
    }
    within_organisations = SpanSet(organisations)
    runs = list(_runs(report, SpanSet([*places.items(), *within_organisations.spans]), delegates))
    name_starts = {report.tokens[first].start for first, _ in runs}
    previous = None
    for run, last in runs:
        for first in _beginnings(report, run, last):
            words, wording = [token.text for token in report.tokens[first : last + 1]], ""
            if role := role_before(report, first, within_organisations, places):
                *role, case, in_nominative = role
                if not is_nominative(words[0], case):
                    words, wording = nominative_name(words, case), in_nominative
            else:
                role = (
                    role_before_comma(report, first, name_starts)
                    or role_after(report, last, name_starts)
                    or role_of_both(report, first, previous)
                )
            previous = (last, role) if role else None
            if role:
                start, end = report.tokens[first].start, report.tokens[last].end
                yield start, end, _joined(report, first, words), *role, wording
                break


def _runs(report: ReportText, other_names: SpanSet, delegates: frozenset[int]) -> Iterable[tuple[int, int]]:
    """Yields the first and last token of possible names (several words, or a surname after a role).

    The name of a known delegate begins a new run.
    """
    in_name = [
        not other_names.hold(token.start, token.end) and _in_name(report, index)
        for index, token in enumerate(report.tokens)
    ]
    first = 0
    while first < len(in_name):
        last = first
        while in_name[first] and last + 1 < len(in_name) and _goes_on(report, last + 1, in_name, delegates):
            last += 1
        if in_name[first]:
            count = len(report.text[report.tokens[first].start : report.tokens[last].end].split())
            is_long = count > _LONGEST_NAME and report.language == "en"
            if (count > 1 and not is_long) or (first == last and _is_surname_after_role(report, first)):
                yield first, last
        first = last + 1


def _goes_on(report: ReportText, index: int, in_name: list[bool], breaks: frozenset[int]) -> bool:
    token, gap = report.tokens[index], report.gap(index)
    after_initial = gap in (".", ". ") and len(report.tokens[index - 1].text) <= 2
    if not (gap in (" ", "-", "'", "’") or after_initial) or token.start in breaks:
        return False
    if gap in ("'", "’") and not token.capitalised:
        # In "Chen Min'er", the apostrophe separates syllables.
        return bool(re.match("[aeo].", token.text))
    if in_name[index] or token.key in _LAST_PARTICLES:
        return True
    return token.key in _PARTICLES and index + 1 < len(in_name) and in_name[index + 1]


def _in_name(report: ReportText, index: int) -> bool:
    token = report.tokens[index]
    if _is_initial(report, index):
        return True
    is_abbreviation = token.text.isupper() and len(token.text) > (3 if token.text.isascii() else 2)
    if not token.capitalised or token.key in _NO_NAME or is_abbreviation:
        return False
    behind_name = index and (_is_initial(report, index - 1) or is_first_name(report.tokens[index - 1].key))
    return bool(behind_name or not is_known_place(token.key))


def _is_initial(report: ReportText, index: int) -> bool:
    """Returns True if a token is an initial (a capital, a full stop, and a capital), as in "С. С. Собянин"."""
    token, following = report.tokens[index], report.tokens[index + 1 : index + 2]
    return (
        len(token.text) == 1
        and token.capitalised
        and bool(following)
        and following[0].capitalised
        and report.gap(index + 1) in (".", ". ")
    )


def _is_surname_after_role(report: ReportText, index: int) -> bool:
    """Returns True if a single word is a surname, as in "Mayor Lapshin said". In a headline, the word may be a verb."""
    word, role = report.tokens[index], report.tokens[index - 1]
    if not index or report.gap(index) != " " or not is_head(role.key):
        return False
    if readings := russian.parses(word.text):
        return any("Surn" in each.tag and each.tag.case for each in readings) and not is_first_name(word.text)
    is_headline = report.flat[report.sentence_at(word.start).end - 1].isalnum()
    is_name = len(word.text) > 2 and not word.text.isupper() and word.key not in _AFTER_PLACES
    # A plural before a capital is usually part of a title, as in "Global Mayors Dialogue".
    is_single = role.key in words_of("roles", "en", "head")
    follows = role.capitalised and is_single and bool(_BEFORE_WORD.match(report.flat, word.end))
    return is_name and follows and not is_headline


def _may_be_a_name(report: ReportText, hit: Hit) -> bool:
    """Returns True if a town's name may be a person's, next to a capitalised word and not after a preposition."""
    tokens, index = report.tokens, report.token_index(hit.start)
    if hit.of_kind("country") or len(report.tokens_in(hit.start, hit.end)) != 1:
        return False
    key, previous = tokens[index].key, tokens[index - 1].key if index else ""
    is_name = is_first_name(key) or key in words_of("person_names", "en", "also a town")
    following = index + 1 < len(tokens) and tokens[index + 1].capitalised and report.gap(index + 1) == " "
    before = index > 0 and tokens[index - 1].capitalised and report.gap(index) in (" ", ". ")
    located = previous in _BEFORE_TOWN or previous in words_of("roles", "ru", "head")
    return (is_name or all(known.rank > 0 for known in hit.known)) and (following or before) and not located


def _beginnings(report: ReportText, run: int, last: int) -> Iterable[int]:
    """Yields the possible first tokens of the name in a run."""
    if report.language == "en":
        words = [run, *(index for index in range(run + 1, last + 1) if report.gap(index) == " ")]
        # In "Governor of Xinjiang Erkin Tuniyaz", the first word is an unknown place.
        is_place = run and report.tokens[run - 1].key in {"of", "the"} and len(words) == 3
        yield words[1] if is_place else run
        return
    first = _behind_role(report, run, last)
    if first is None:
        return
    for begin in range(max(first, last + 1 - _LONGEST_NAME), max(last, first + 1)):
        words = [token.text for token in report.tokens[begin : last + 1]]
        # In "глава Трансмашхолдинга Кирилл Липа", the words before the first name are not part of the name.
        first_names = [is_first_name(word) for word in words]
        is_later = first_names[:2] == [False, True] and len(words) == 3 and not is_patronymic(words[2])
        if not is_later and _initials_fit(report, begin, last):
            yield begin


def _behind_role(report: ReportText, first: int, last: int) -> int | None:
    """Returns the first token of a run that does not belong to the role, as in "губернатор провинции Сычуань".

    Returns None if uncertain.
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
            # After a role in the genitive, an unknown name may be a place, as in "спикера Икбала".
            if not nouns[0].is_known and "gent" in russian.cases(before.key, "NOUN"):
                return None
            first += 1
        else:
            break
    return first


def _initials_fit(report: ReportText, begin: int, last: int) -> bool:
    """Returns True for "С. С. Собянин", "Джон Ф. Кеннеди" and names without initials. False for "Метшин И. Р."."""
    initials = [index for index in range(max(begin - 1, 0), last + 1) if _is_initial(report, index)]
    if not initials:
        return True
    leads = initials[0] == begin or (initials[0] > begin and is_first_name(report.tokens[begin].key))
    return leads and initials[-1] == last - 1 and len(report.tokens[last].text) > 1


def _joined(report: ReportText, first: int, words: list[str]) -> str:
    gaps = ["", *(report.gap(index) for index in range(first + 1, first + len(words)))]
    return "".join(gap + word for gap, word in zip(gaps, words, strict=True)).replace("\n", " ")
