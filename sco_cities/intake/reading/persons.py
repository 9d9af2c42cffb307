"""Finds persons in a report (known delegates, and names next to a role). Unknown persons need a role.

In Chinese texts, a name is a surname and given name, or syllables with middle dots.
"""

import re
from collections.abc import Iterable

from sco_cities.names.letters import HAN, folded
from sco_cities.names.russian import case_forms
from sco_cities.names.vocabulary import alternatives, words_of

from . import persons_by_role
from .dictionary import Hit, KnownName, finder
from .organisations import OrganisationName, comparable
from .report_text import LIKELY, SURE, Mark, ReportText, Span, SpanSet, mentions_of


def statement_marks(report: ReportText, persons: list[Mark]) -> list[Mark]:
    """One mark per sentence that reports a person's words. `value` is the person's name."""
    verbs = SpanSet(finder("person_names", "speech").find(report))
    names = mentions_of(persons)
    found = []
    for sentence in report.sentences:
        said_by = names.starting_in(*sentence)
        if said_by and verbs.starting_in(*sentence):
            person = said_by[0].mark
            details = {"person": person}
            found.append(Mark("statement", person.value, [sentence], LIKELY, key=person.key, details=details))
    return found


def person_marks(report: ReportText, hits: list[Hit], organisations: list[OrganisationName]) -> list[Mark]:
    """One mark per person, with the first role and all positions of the name and the surname."""
    find = _in_chinese if report.language == "zh" else persons_by_role.find
    known = {Span(hit.start, hit.end): delegate for hit in hits if (delegate := hit.of_kind("delegate"))}
    persons = _Persons(report, known)
    for start, end, name, role_start, role_end, *wording in find(report, hits, organisations):
        persons.add(Span(start, end), name, Span(role_start, role_end), *wording)
    for span, delegate in known.items():
        persons.add_known(span, delegate)
    persons.add_short_mentions()
    return list(persons.marks.values())


class _Persons:
    """The persons found so far, by name."""

    def __init__(self, report: ReportText, known: dict[Span, KnownName]):
        self._report = report
        self._known = known
        self._known_spans = SpanSet(known)
        self._taken = bytearray(len(report.text))
        self.marks: dict[str, Mark] = {}

    def add(self, span: Span, name: str, role: Span, wording: str = "") -> None:
        """Adds a person by the nominative name. `wording` replaces the text of the role."""
        known = self._known_spans.first_overlap(*span)
        if known is not None:
            # After "Deputy Mayor for", the name may begin with "Transport".
            if role.end <= span.start < known.start and not self._report.flat[role.end : span.start].strip():
                role = Span(role.start, self._report.trimmed(role.start, known.start).end)
                wording = ""
            span, name = known, self._known[known].names[0]
        if any(self._taken[span.start : span.end]):
            return
        key = comparable(name)
        shown = self._report.text[span.start : span.end].replace("\n", " ")
        mark = self.marks.get(key)
        if mark is None:
            wording = wording or self._report.text[role.start : role.end]
            details = {"role": " ".join(wording.split()), "role_span": role}
            mark = self.marks[key] = Mark("person", name, [], LIKELY, details=details)
        mark.names = tuple(dict.fromkeys([*mark.names, name, shown]))
        self._add_span(mark, span)

    def add_known(self, span: Span, known: KnownName) -> None:
        keys = [comparable(name) for name in known.names]
        mark = next((self.marks[key] for key in (known.key, *keys) if key in self.marks), None)
        if mark is None:
            mark = self.marks[known.key] = Mark("person", known.names[0], [], details={"role": ""})
        mark.value, mark.key, mark.certainty = known.names[0], known.key, SURE
        mark.names = tuple(dict.fromkeys([*known.names, *mark.names]))
        self._add_span(mark, span)

    def add_short_mentions(self) -> None:
        """Adds the positions of surnames without a first name. Skips surnames that two persons share."""
        # A person with only a surname is the person with this surname whose full name is in the text.
        for key, mark in list(self.marks.items()):
            full = [other for other in self.marks.values() if other.value.endswith(f" {mark.value}")]
            if len(full) == 1:
                full[0].spans.extend(self.marks.pop(key).spans)
        owners: dict[str, list[Mark]] = {}
        for mark in self.marks.values():
            for short in set().union(*(_short_names(name, self._report.language) for name in mark.names)):
                owners.setdefault(short, []).append(mark)
        if self._report.language == "zh":
            mentions = [
                (Span(*match.span()), short)
                for short in owners
                for match in re.finditer(rf"(?<!·){re.escape(short)}(?!·)", self._report.flat)
            ]
        else:
            mentions = [
                (Span(token.start, token.end), token.key)
                for token in self._report.tokens
                if token.capitalised and token.key in owners
            ]
        for span, short in mentions:
            if len(owners[short]) == 1:
                self._add_span(owners[short][0], span)
        for mark in self.marks.values():
            mark.spans.sort()

    def _add_span(self, mark: Mark, span: Span) -> None:
        if not any(self._taken[span.start : span.end]):
            self._taken[span.start : span.end] = b"\1" * (span.end - span.start)
            mark.spans.append(span)


def _short_names(name: str, language: str) -> set[str]:
    if language == "zh":
        last = name.rsplit("·", 1)[-1]
        if "·" in name:
            return {last} if len(last) >= 2 else set()
        return {name} if re.fullmatch(f"[{HAN}]{{2,4}}", name) else set()
    words = name.split()
    if len(words) < 2:
        return set()
    last = folded(words[-1])
    forms = set(case_forms(last)) if language == "ru" else {last}
    return forms if len(last) > 2 else set()


_BEFORE_ROLE = re.compile(r"[，。、；：“”（）！？,.;:()\s]|[与和由向对在及同]|(?:日|月|会|下)(?=[^市])")
# Characters that may follow a name but also end given names, as in 王大为 and 刘大同.
_IN_NAMES_TOO = frozenset("为和同均应任作")
_PUNCTUATION = frozenset(["", *"，。、；：！？（）,.;:!?()\n"])
_LONGEST_ROLE = 26
_TITLES = alternatives("roles", "zh", "head")
_ROLE = re.compile(f"{_TITLES}(?:兼{_TITLES})?")
_SURNAMES = words_of("person_names", "zh", "surname")
_SYLLABLES = next(iter(words_of("person_names", "zh", "syllables")))
# Names with middle dots. Before the last dot, nearly any character matches. After it, the first character must be a
# syllable of transcriptions.
_PART = f"(?![与和及对在向、])[{HAN}]"
_DOTTED = re.compile(
    rf"(?:[A-Z]\.? ?)?(?:{_PART}){{1,9}}(?:[·•・‧∙](?:{_PART}){{1,8}}){{0,3}}[·•・‧∙][{_SYLLABLES}][{HAN}]{{0,9}}"
)
# Surnames of at least three syllables in a transcription.
_TRANSCRIBED = re.compile(rf"[{_SYLLABLES}]{{3,9}}(?![·•・‧∙])")
_AFTER_NAME = re.compile(alternatives("function_words", "zh", "after a person name"))


def _in_chinese(
    report: ReportText, hits: list[Hit], organisations: list[OrganisationName]
) -> Iterable[tuple]:
    """Yields start and end of the name, the name, start and end of the role, and optionally the wording of the role."""
    text = report.flat
    places = {(hit.start, hit.end) for hit in hits if not hit.of_kind("delegate")}
    done = 0
    for match in _ROLE.finditer(text):
        name = _name(text, match.end())
        if name is None:
            yield from _name_before(report, match, organisations)
            continue
        start, end = name
        if name in places:
            continue
        role_start = _role_start(report, match.start(), done, hits, organisations)
        done = end
        yield start, end, text[start:end].replace(" ", ""), role_start, match.end()


def _name_before(
    report: ReportText, role: re.Match, organisations: list[OrganisationName]
) -> Iterable[tuple]:
    """Yields a name before its title, after an organisation or at the start of a clause.

    For example, 中国人民对外友好协会林小禾会长.
    """
    for length in (3, 2):
        start = max(role.start() - length, 0)
        name = report.flat[start : role.start()]
        organisation = next(
            (organisation for organisation in organisations if organisation.end == start), None
        )
        begins = start == 0 or report.flat[start - 1] in _PUNCTUATION
        if begins and not organisation and _word_after_name(report.flat, role.end()):
            organisation = OrganisationName(role.start(), role.end(), "", (), False)
        is_name = name[:1] in _SURNAMES and not _is_word(report.flat, start, start + 1, role.start())
        if organisation and is_name:
            yield start, role.start(), name, organisation.start, role.end(), organisation.name + role.group()
            return


def _name(text: str, start: int) -> tuple[int, int] | None:
    """Start and end of a name that begins at `start`, or None."""
    match = _DOTTED.match(text, start)
    if match and not _ROLE.search(match.group().partition("·")[0]):
        return start, _end_of_dotted(text, match.start(), match.end())
    for length in (2, 1):
        is_surname = text[start : start + length] in _SURNAMES
        if is_surname and (end := _end_of_given_name(text, start, start + length)):
            return start, end
    # A non-Chinese surname without a given name, as in 总统|热恩别科夫|会谈.
    match = _TRANSCRIBED.match(text, start)
    end = _end_of_dotted(text, start, match.end()) if match else start
    return (start, end) if end - start > 2 and _ends_at(text, end) else None


def _end_of_given_name(text: str, start: int, given: int) -> int | None:
    """Returns the end of a given name of one or two characters, or None if two ends are possible.

    A following verb ends the name in 王伟|会见 and 王伟|说, although 王伟会|见 has a more common length. 王国强|调研 is
    uncertain, because it may also be 王国|强调.
    """
    short, long = given + 1, given + 2
    fits = [end for end in (short, long) if _ends_at(text, end) and not _is_word(text, start, given, end)]
    if len(fits) < 2:
        return fits[0] if fits else None
    follows = _word_after_name(text, long)
    if text[short] in _IN_NAMES_TOO and len(_word_after_name(text, short)) == 1:
        return long if text[long : long + 1] in _PUNCTUATION else None if follows else short
    return None if len(follows) > 1 else short


def _ends_at(text: str, end: int) -> bool:
    """Returns True if a name may end here, before a word that follows names or at the end of the Chinese text."""
    return bool(_word_after_name(text, end)) or not re.match(f"[{HAN}·•・‧∙]", text[end : end + 1])


def _word_after_name(text: str, at: int) -> str:
    """Returns the longest verb, adverb or particle that may follow a name and begins at this position, or ""."""
    match = _AFTER_NAME.match(text, at)
    return match.group() if match else ""


def _is_word(text: str, start: int, given: int, end: int) -> bool:
    """Returns True if the characters after a title are common words and not a name, such as 和中方 and 应邀出."""
    piece, last = text[start:end], _word_after_name(text, end - 1)
    return (
        not re.fullmatch(rf"[{HAN}]{{{end - start}}}", piece)
        or bool(re.search("周[一二三四五六日末]|[区县镇乡村路街省州]", piece))
        or any(len(word := _word_after_name(text, at)) > 1 and at + len(word) <= end for at in (start, given))
        or (len(last) == 1 and last not in _IN_NAMES_TOO)
    )


def _end_of_dotted(text: str, start: int, limit: int) -> int:
    """Returns the end of a transcribed name. Words that usually follow names end it, as in 扎丽娜·尤苏波娃|表示."""
    first = end = max(start, *(text.rfind(dot, start, limit) + 1 for dot in "·•・‧∙"))
    while end < limit:
        word = _word_after_name(text, end)
        is_syllable = text[end] in _SYLLABLES and len(_word_after_name(text, end + 1)) < 2
        if end > first + 1 and (len(word) > 1 or (word and not is_syllable)):
            break
        # An unknown syllable is part of the name only between known syllables.
        is_between = end > first and end + 1 < limit and text[end + 1] in _SYLLABLES
        if text[end] not in _SYLLABLES and not is_between:
            break
        end += 1
    return end


def _role_start(
    report: ReportText, head: int, earliest: int, hits: list[Hit], organisations: list[OrganisationName]
) -> int:
    """Returns the start of a role, which is the organisation or place before the title within the clause."""
    text = report.flat
    limit = max(earliest, head - _LONGEST_ROLE)
    start = limit
    for match in _BEFORE_ROLE.finditer(text, limit, head):
        start = match.end()
    for organisation in organisations:
        if limit <= organisation.start < head <= organisation.end + 8 and organisation.end <= head + 1:
            is_apart = re.search(r"[，。、；,;]", text[organisation.start : head])
            return start if is_apart else min(start, organisation.start)
    places = (hit.start for hit in hits if hit.of_kind("city", "country"))
    return min((place for place in places if start <= place < head), default=start)
