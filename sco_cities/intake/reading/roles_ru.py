"""Roles of persons in Russian texts, with the case in which they stand."""

import re

from sco_cities.names import russian
from sco_cities.names.vocabulary import words_of

from .report_text import ReportText, Token

_MAX_ROLE = 18
_IN_ROLE = frozenset(["по", "при", "с", "и", "в", "на", "за", "имени", "им", "для", "от"])


def role_before(report: ReportText, first: int, places: dict[int, int]) -> tuple[int, int, str] | None:
    """Start and end of a role directly before the name, and its case."""
    place_ends, sentence = set(places.values()), report.sentence_at(report.tokens[first].start).start
    # In "во главе с мэром" the first is no role.
    if (idiom := report.folded.rfind("во главе", sentence, report.tokens[first].start)) >= 0:
        sentence = idiom + len("во главе")
    index, head, in_quotes = first - 1, None, False
    # "Театр имени Алишера Навои" and "мэры Петров и Иван Сидоров": no role ends so.
    if first and report.tokens[index].key in {"им", "имени", "и"}:
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
    if report.tokens[start].key in words_of("roles", "ru", "byline"):
        return None
    # "во главе с Ильсуром Гареевым": the preposition tells the case.
    case = "ablt" if report.tokens[first - 1].key in {"с", "со"} else _case(report, head)
    return report.tokens[start].start, report.tokens[first - 1].end + _closing(report, first), case


def is_head(word: str) -> bool:
    """Whether a word is a role, such as "мэр", in any case."""
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


def role_after(report: ReportText, last: int) -> tuple[int, int] | None:
    """A role after the name: "Чжао Вэньбинь, вице-мэр Тяньцзиня", "Зарина Юсупова — пресс-секретарь"."""
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
