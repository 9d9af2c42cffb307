"""Finds the role next to a name in English and Russian texts.

Both languages share the rules. Only Russian words, which are recognised by their script, have case forms.
"""

import re

from sco_cities.names import russian
from sco_cities.names.vocabulary import words_of

from .report_text import ReportText, SpanSet, Token
from .russian_names import in_nominative

# The head words of roles, with the plurals of English words.
_HEADS = words_of("roles", "", "head") | {f"{head}s" for head in words_of("roles", "en", "head")}
# Words that cannot be part of a role.
_STOP = words_of("function_words", "", "not in a role")
_OFFICES = words_of("function_words", "en", "word of an office")
_NO_MODIFIER = words_of("function_words", "en", "not in a person name") - words_of("countries", "en")
_TITLES = words_of("roles", "en", "title") | words_of("function_words", "ru", "courtesy before a name")
# A role cannot end with these words, as in "Театр имени Алишера Навои" and "мэры Петров и Иван Сидоров".
_NO_ROLE_BEFORE = frozenset(["of", "for", "и", "им", "имени"])
# Russian prepositions and other words between a role and a name.
_IN_ROLE = frozenset(["по", "при", "с", "и", "в", "на", "за", "имени", "им", "для", "от"])
# Possible text between words of a role, as in "глава компании «Волга» Иван Петров".
_WITHIN = {"en": re.compile(r"[ '’-]| & |, |\. "), "ru": re.compile(r" ?[«»\"“”№()-]{0,3} ?|\. |, ")}
# Possible text between a name and a following role.
_BEFORE_ROLE = (", ", " (", " - ", " – ", " — ", "-- ", " -- ")
# Maximum number of words in a role before a name, and in a role after a name.
_MAX_BEFORE, _MAX_AFTER = 18, 24


def is_head(word: str) -> bool:
    """Returns True if a word is the head word of a role in any case, such as "мэр"."""
    return word in _HEADS or bool(russian.lemmas(word) & _HEADS)


def role_before(
    report: ReportText, first: int, organisations: SpanSet, places: dict[int, int]
) -> tuple[int, int, str, str] | None:
    """Returns start, end, case and nominative of a role directly before the name, as in "Mayor of Dushanbe"."""
    tokens, name = report.tokens, report.tokens[first].start
    while first and (titles := _courtesy(report, first)):
        first -= titles
    sentence = report.sentence_at(name).start
    # In the idiom "во главе с мэром", the word "главе" is not a role.
    if (idiom := report.folded.rfind("во главе", sentence, name)) >= 0:
        sentence = idiom + len("во главе")
    if not first or tokens[first - 1].key in _NO_ROLE_BEFORE:
        return None
    place_ends, in_quotes = set(places.values()), False
    for index in range(first - 1, max(first - 1 - _MAX_BEFORE, -1), -1):
        token, gap_after = tokens[index], report.gap(index + 1)
        if token.start < sentence or not _WITHIN[report.language].fullmatch(gap_after):
            return None
        in_quotes = in_quotes or "»" in gap_after
        if is_head(token.key) and not in_quotes and not (token.capitalised and token.end in place_ends):
            break
        if not in_quotes and not _belongs(report, index, organisations, places):
            return None
        in_quotes = in_quotes and "«" not in report.gap(index)
    else:
        return None
    start, head = _role_start(report, index, sentence)
    # In "Театр имени поэта Алишера Навои", the role belongs to the person after whom the theatre is named.
    if tokens[start - 1].key in {"им", "имени"}:
        return None
    # In "во главе с Ильсуром Гареевым", the case depends on the preposition.
    case = "ablt" if tokens[first - 1].key in {"с", "со"} else _case(report, head)
    end = tokens[first - 1].end + (report.gap(first)[:1] == "»")
    rest = report.text[tokens[head].end : end]
    return tokens[start].start, end, case, in_nominative(report, start, head) + rest


def _courtesy(report: ReportText, first: int) -> int:
    """Returns the number of words of a title before a name, as in "Dr. Smith", "господин Петров" and "г-жа Петрова"."""
    token = report.tokens[first - 1]
    if report.gap(first) not in (" ", ". "):
        return 0
    if first > 1 and report.gap(first - 1) == "-" and report.tokens[first - 2].key == "г":
        return 2
    return int(bool(({token.key} | russian.lemmas(token.key)) & _TITLES))


def _belongs(report: ReportText, index: int, organisations: SpanSet, places: dict[int, int]) -> bool:
    """Returns True if a word may be between the head of a role and the name."""
    token, following, before = report.tokens[index], report.tokens[index + 1], report.tokens[index - 1]
    key = token.key
    if report.language == "ru":
        is_place = token.end in places.values()
        if is_place or token.capitalised or key in _IN_ROLE or token.text[0].isdigit():
            return True
        if russian.is_verb(key):
            return False
        return any(russian.has(key, case) for case in ("gent", "datv", "ablt", "loct")) or (
            russian.part_of_speech(key) in {"NOUN", "ADJF"} and not russian.has(key, "nomn")
        )
    ends_role = (
        key == "with"
        or (key == "and" and following.key not in _OFFICES)
        or (key == "to" and following.start not in places)
        or (report.gap(index) == ", " and not {key, before.key} <= _OFFICES)
    )
    return key not in _STOP and (not ends_role or organisations.hold(token.start, token.end))


def _role_start(report: ReportText, head: int, sentence: int = 0) -> tuple[int, int]:
    """Returns the first token of a role with its modifiers, and the leftmost head."""
    start = head
    while start and report.gap(start) in (" ", "-", "'", "’"):
        token = report.tokens[start - 1]
        if token.start < sentence:
            break
        if is_head(token.key):
            head = start - 1
        elif not _modifies(token, starts_sentence=token.start == sentence):
            break
        start -= 1
    return start, head


def _modifies(token: Token, *, starts_sentence: bool = False) -> bool:
    """Returns True if a word before a head is part of the role, such as a modifier, a nationality or a place."""
    if (russian.lemmas(token.key) | {token.key}) & words_of("roles", "", "modifier") or token.key == "s":
        return True
    if not russian.parses(token.key):
        return token.capitalised and token.key not in _NO_MODIFIER
    if (token.capitalised and not starts_sentence) or token.key in _STOP:
        return False
    return russian.part_of_speech(token.key) == "ADJF" and not russian.has(token.key, "NOUN", "nomn")


def _case(report: ReportText, head: int) -> str:
    """Returns the case of a role, determined by its form and a preposition before it."""
    token = report.tokens[head]
    found = russian.cases(token.key, "NOUN") or russian.cases(token.key)
    found = {"gent" if case == "gen2" else "loct" if case == "loc2" else case for case in found}
    before = [each.key for each in report.tokens[max(head - 4, 0) : head]]
    if "nomn" in found or (not found and russian.has(token.key, "NOUN", "plur", "nomn")):
        return "nomn"
    if "ablt" in found and ("с" in before or "со" in before or len(found) == 1):
        return "ablt"
    return next((case for case in ("gent", "datv", "ablt", "loct", "accs") if case in found), "")


def role_after(report: ReportText, last: int, name_starts: set[int]) -> tuple[int, int] | None:
    """Returns a role after the name, following a comma or in brackets, as in "Zhao Wenbin, vice mayor of Tianjin"."""
    first = last + 1
    if first == len(report.tokens) or report.gap(first) not in _BEFORE_ROLE:
        return None
    if report.tokens[first].key in {"the", "a", "an"}:
        first += 1
    end, seen = 0, False
    sentence = report.sentence_at(report.tokens[first].start)
    for index, token in enumerate(report.tokens[first : first + _MAX_AFTER], first):
        head = is_head(token.key)
        goes_on = index == first or (
            _WITHIN["en"].fullmatch(report.gap(index)) and (report.gap(index) != ", " or (seen and head))
        )
        if not goes_on or token.start >= sentence.end or token.key in _STOP or token.start in name_starts:
            break
        if russian.is_verb(token.key):
            break
        is_capital = token.capitalised and not russian.parses(token.key)
        begins = head or is_capital or _modifies(token) or token.key in words_of("roles", "en") | _OFFICES
        if not seen and not begins and (index == first or index - first > 6 or russian.parses(token.key)):
            return None
        seen = seen or head
        end = token.end
    if not seen:
        return None
    start = report.tokens[first].start
    role = re.sub(r"(?: and| with| in| to| of| for)+\Z", "", report.flat[start:end])
    return start, start + len(role)


def role_before_comma(report: ReportText, first: int, name_starts: set[int]) -> tuple[int, int] | None:
    """Returns the role before a comma and the name, as in "The head of the administration, Ruslan Tagirov, said"."""
    head = None
    for index in range(first - 1, max(first - 1 - _MAX_BEFORE, -1), -1) if report.gap(first) == ", " else ():
        token, gap = report.tokens[index], report.gap(index)
        if token.start in name_starts:
            return None
        if is_head(token.key):
            head = index
        if gap == ", " or not _WITHIN["en"].fullmatch(gap):
            break
    if head is None:
        return None
    return report.tokens[_role_start(report, head)[0]].start, report.tokens[first - 1].end


def role_of_both(report: ReportText, first: int, previous: tuple | None) -> tuple[int, int] | None:
    """Returns the role of the previous person in the plural, as in "Mayors Andrei Lapshin and Wang Wei"."""
    if previous is None or previous[0] != first - 2 or report.tokens[first - 1].key != "and":
        return None
    plurals = (token for token in report.tokens_in(*previous[1]) if token.key.endswith("s"))
    return previous[1] if any(is_head(token.key[:-1]) for token in plurals) else None
