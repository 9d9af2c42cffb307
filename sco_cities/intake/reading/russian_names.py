"""Converts Russian names of persons from the case in the text to the nominative."""

from sco_cities.names import russian
from sco_cities.names.vocabulary import meanings, words_of

from .report_text import ReportText

_PATRONYMIC = tuple(words_of("function_words", "ru", "end of a patronymic"))
_VOWELS = "аеёиоуыэюя"
# Endings by gender and case, in the order of matching. A slash precedes the nominative ending.
_ENDINGS = meanings("case_endings")


def is_patronymic(word: str) -> bool:
    return len(word) > 5 and word.lower().endswith(_PATRONYMIC)


def is_first_name(word: str) -> bool:
    return any(parse.is_known and "Name" in parse.tag for parse in russian.parses(word))


def is_known_place(word: str) -> bool:
    """Returns True if the word is known as a place and not as a person's name, such as "Татарстана"."""
    readings = [parse.tag for parse in russian.parses(word) if parse.is_known]
    return (
        len(word) > 4
        and any("Geox" in tag for tag in readings)
        and not any("Name" in tag or "Surn" in tag for tag in readings)
    )


def in_nominative(report: ReportText, first: int, head: int) -> str:
    """Returns the nominative of a head word and the adjectives before it. `first` is the first token."""
    gender, words = russian.gender_of_noun(report.tokens[head].key), ""
    for index in range(first, head + 1):
        text = report.tokens[index].text
        words += report.gap(index) if index > first else ""
        if index == head:
            words += russian.nominative(text, "NOUN")
        elif report.gap(index + 1) == "-":
            # The first part of a compound such as "торгово-промышленная" is not declined.
            words += text
        else:
            words += russian.nominative(text, "ADJF", gender)
    return words


def gender_of(words: list[str], case: str) -> str:
    """Returns the gender of a person by the first name in this case ("femn", "masc", or "" if undetermined)."""
    for word in words:
        genders = {
            f"{parse.tag.gender}"
            for parse in russian.parses(word)
            if ("Name" in parse.tag or "Patr" in parse.tag) and _same(parse.tag.case, case)
        } & {"masc", "femn"}
        if len(genders) == 1:
            return genders.pop()
    return ""


def nominative_name(words: list[str], case: str) -> list[str]:
    """Converts a name to the nominative. `case` is the case of the role before the name, which the name shares."""
    gender = gender_of(words, case)
    # A Chinese surname precedes the given name and is not declined, as in Чжао Вэньбинем.
    return [
        word if index == 0 and is_family_name_first(words) else _nominative(word, case, gender)
        for index, word in enumerate(words)
    ]


def is_nominative(first_name: str, case: str) -> bool:
    """Returns True if a name next to a role in this case is nominative, as in "аппарат президента Ольга Смирнова"."""
    if case in ("nomn", ""):
        return True
    found = {
        f"{parse.tag.case}"
        for parse in russian.parses(first_name)
        if parse.is_known and "Name" in parse.tag and "plur" not in parse.tag
    }
    return "nomn" in found and not any(_same(each, case) for each in found)


def is_family_name_first(words: list[str]) -> bool:
    """Returns True if a name looks like a transcribed Chinese name, as in Чжао Вэньбинь."""
    return (
        len(words) == 2
        and len(words[0]) <= 5
        and not is_first_name(words[0])
        and (words[0].lower().endswith(("н", "ь", "й", "ао", "у", "и", "о", "э", "ю", "е", "я", "ин")))
    )


def _nominative(word: str, case: str, gender: str) -> str:
    for parse in russian.parses(word):
        tag = parse.tag
        is_name = "Name" in tag or "Patr" in tag or ("Surn" in tag and parse.is_known)
        fits = _same(tag.case, case) and "plur" not in tag and gender in ("", f"{tag.gender}")
        if is_name and fits and (inflected := parse.inflect({"nomn", "sing"})):
            return russian.like(word, inflected.word)
    if case == "accs" and gender != "femn":
        case = "gent"
    for endings in _ENDINGS.get(f"{'femn' if gender == 'femn' else 'masc'} {case}", ()):
        ending, base = endings.split("/")
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: len(word) - len(ending)] + base
    return word


def _same(found: str | None, case: str) -> bool:
    # The analyser's grammemes raise an error if they are compared with arbitrary strings.
    found = f"{found}"
    return found == case or {found, case} <= {"gent", "accs", "gen2"} or {found, case} <= {"loct", "loc2"}
