"""Finds persons in a report (known delegates, and names next to a role). Persons without a role are not proposed."""

import re

from sco_cities.names.letters import HAN, folded
from sco_cities.names.russian import case_forms

from . import persons_by_role, persons_zh
from .bodies import Body, comparable
from .dictionary import Hit, KnownName, finder
from .report_text import LIKELY, SURE, Mark, ReportText, Span, SpanSet, mentions_of


def statement_marks(report: ReportText, persons: list[Mark], furniture: SpanSet) -> list[Mark]:
    """One mark per sentence that reports a person's words. `value` is the person's name."""
    verbs = SpanSet(finder("person_names", "speech").find(report))
    names = mentions_of(persons)
    found = []
    for sentence in report.sentences:
        said_by = names.starting_in(*sentence)
        if said_by and verbs.starting_in(*sentence) and not furniture.hold(*sentence):
            person = said_by[0].mark
            details = {"person": person}
            found.append(Mark("statement", person.value, [sentence], LIKELY, key=person.key, details=details))
    return found


def person_marks(report: ReportText, hits: list[Hit], bodies: list[Body], furniture: SpanSet) -> list[Mark]:
    """One mark per person, with the first role and all positions of the name and the surname."""
    reader = persons_zh if report.language == "zh" else persons_by_role
    known = {
        Span(hit.start, hit.end): delegate
        for hit in hits
        if (delegate := hit.of_kind("delegate")) and not furniture.hold(hit.start, hit.end)
    }
    persons = _Persons(report, furniture, known)
    for start, end, name, role_start, role_end, *wording in reader.find(report, hits, bodies):
        persons.add(Span(start, end), name, Span(role_start, role_end), *wording)
    for span, delegate in known.items():
        persons.add_known(span, delegate)
    persons.add_short_mentions()
    return list(persons.marks.values())


class _Persons:
    """The persons found so far, by name."""

    def __init__(self, report: ReportText, furniture: SpanSet, known: dict[Span, KnownName]):
        self._report = report
        self._furniture = furniture
        self._known = known
        self._known_spans = SpanSet(known)
        self._taken = bytearray(len(report.text))
        self.marks: dict[str, Mark] = {}

    def add(self, span: Span, name: str, role: Span, wording: str = "") -> None:
        """Adds a person by the name in the nominative. The wording of the role is the text, unless it is given."""
        known = self._known_spans.first_overlap(*span)
        if known is not None:
            # After "Deputy Mayor for", the name may begin with "Transport".
            if role.end <= span.start < known.start and not self._report.flat[role.end : span.start].strip():
                role = Span(role.start, self._report.trimmed(role.start, known.start).end)
            span, name, wording = known, self._known[known].names[0], ""
        if self._furniture.hold(*span) or any(self._taken[span.start : span.end]):
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
        mark.value, mark.key, mark.confidence = known.names[0], known.key, SURE
        mark.names = tuple(dict.fromkeys([*known.names, *mark.names]))
        self._add_span(mark, span)

    def add_short_mentions(self) -> None:
        """Adds the positions of surnames alone. A surname that two persons share is skipped."""
        # A person with only a surname is the person whose full name is in the text.
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
            if len(owners[short]) == 1 and not self._furniture.hold(*span):
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
