"""Proposes cities, countries, organisations, events and persons, with their values."""

from sco_cities.names.gazetteer import city_values
from sco_cities.names.romanization import by_language
from sco_cities.names.vocabulary import vocabulary

from ..models import Band, Proposal, ProposalKind
from ..reading.reader import ReportReading
from ..reading.report_text import Mark, Span
from ..reading.russian_names import is_family_name_first
from .proposal_list import KnownKeys, ProposalList, at_most, name_column

KNOWN, GAZETTEER, FORM, SENTENCE = "known_name", "gazetteer", "form_of_name", "same_sentence"


def propose_records(proposals: ProposalList, reading: ReportReading, known: KnownKeys) -> None:
    """Proposes places first, because the other records refer to them."""
    _propose_places(proposals, reading, known)
    _propose_organisations(proposals, reading, known)
    _propose_events(proposals, reading, known)
    _propose_persons(proposals, reading, known)


def _propose_places(proposals: ProposalList, reading: ReportReading, known: KnownKeys) -> None:
    """Proposes known cities and countries, and cities of the gazetteer as drafts."""
    for mark in reading.cities:
        key = known.get(ProposalKind.CITY, mark.key)
        if key:
            proposals.add_subject(ProposalKind.CITY, mark, {}, reason=KNOWN, object_id=key)
        elif values := city_values(mark.details.get("geonames_id", "")):
            band = at_most(Band.LIKELY, mark.confidence)
            proposals.add_subject(ProposalKind.CITY, mark, values, reason=GAZETTEER, band=band)
    for mark in reading.countries:
        if key := known.get(ProposalKind.COUNTRY, mark.key):
            proposals.add_subject(ProposalKind.COUNTRY, mark, {}, reason=KNOWN, object_id=key)


def _propose_organisations(proposals: ProposalList, reading: ReportReading, known: KnownKeys) -> None:
    """Proposes organisations. A place in the name of a new organisation becomes its city or country."""
    for mark in reading.organisations:
        key = known.get(ProposalKind.ORGANISATION, mark.key)
        values = {} if key else {name_column(mark.value): mark.value}
        subject = proposals.add_subject(
            ProposalKind.ORGANISATION, mark, values, reason=KNOWN if key else FORM, object_id=key
        )
        if not key:
            _add_places(proposals, reading, subject, mark.spans, "within_name")


def _propose_events(proposals: ProposalList, reading: ReportReading, known: KnownKeys) -> None:
    """Proposes events with their date. A city next to the event becomes a doubtful host city."""
    for mark in reading.events:
        key = known.get(ProposalKind.EVENT, mark.key)
        names = {name_column(mark.value): mark.value}
        if mark.details.get("is_unnamed"):
            names = dict(zip(("name_en", "name_ru", "name_zh"), mark.names, strict=True))
        values = {} if key else names | _event_kind(mark)
        subject = proposals.add_subject(
            ProposalKind.EVENT, mark, values, reason=KNOWN if key else FORM, object_id=key
        )
        sentences = proposals.places.sentences_of(mark)
        for date in reading.dates:
            if date.value == mark.details["date"] and is_stated(date):
                proposals.add_value(
                    subject, "starts_on", date.value, date.spans, near=sentences, reason=SENTENCE,
                    band=at_most(Band.LIKELY, date.confidence),
                )  # fmt: skip
        # The two cities of an unnamed event are its participants, not its hosts.
        if not mark.details.get("is_unnamed"):
            proposals.add_named(
                subject, "host_city", reading.cities, sentences, reason=SENTENCE, limit=Band.MAYBE
            )


def _propose_persons(proposals: ProposalList, reading: ReportReading, known: KnownKeys) -> None:
    """Proposes persons with their role, and the places and organisations in the role. Attendance is doubtful."""
    for mark in reading.persons:
        key = known.get(ProposalKind.DELEGATE, mark.key)
        subject = proposals.add_subject(
            ProposalKind.DELEGATE, mark, {} if key else _names(mark.value), reason=KNOWN if key else "role_before_name",
            object_id=key,
        )  # fmt: skip
        role_span = mark.details.get("role_span")
        if role_span:
            language = name_column(mark.details["role"]).removeprefix("name_")
            field = "role" if language == "en" else f"role_{language}"
            proposals.add_value(
                subject, field, mark.details["role"], [role_span], band=mark.confidence, reason="role_before_name"
            )  # fmt: skip
            if not key:
                pieces = [_role_and_name(mark, role_span)]
                _add_places(proposals, reading, subject, pieces, "within_role")
                proposals.add_named(
                    subject, "organisation", reading.organisations, pieces, reason="within_role"
                )
        _add_attendances(proposals, reading, mark, subject)


def is_stated(date: Mark) -> bool:
    """True if the year of a date is known."""
    return not date.value.startswith("XXXX")


def _add_attendances(proposals: ProposalList, reading: ReportReading, mark: Mark, subject: Proposal) -> None:
    sentences = proposals.places.sentences_of(mark)
    for event in reading.events:
        if proposals.places.is_in(event, sentences) and (holder := proposals.subject_of(event)):
            proposals.add_value(
                holder, "attendances", {"role_at_event": mark.details.get("role") or ""}, mark.spans,
                kind=ProposalKind.ATTENDANCE, near=proposals.places.sentences_of(event), target=subject,
                band=Band.MAYBE, reason=SENTENCE,
            )  # fmt: skip


def _add_places(
    proposals: ProposalList, reading: ReportReading, subject: Proposal, pieces: list[Span], reason: str
) -> None:
    for field, marks in (("city", reading.cities), ("country", reading.countries)):
        named = (place for place in marks if proposals.places.is_in(place, pieces))
        first = next((place for place in named if proposals.subject_of(place)), None)
        proposals.add_named(subject, field, [first] if first else [], pieces, reason=reason)


def _role_and_name(mark: Mark, role: Span) -> Span:
    """The text from the role to the name next to it, in either order."""
    name = min(mark.spans, key=lambda span: abs(span.start - role.start))
    return Span(min(role.start, name.start), max(role.end, name.end))


def _names(name: str) -> dict[str, str]:
    """The name in its own script and in Latin letters. Names from a third script are not transliterated."""
    if is_family_name_first(name.split()) or "·" in name:
        return {name_column(name): name}
    return {f"name_{language}": text for language, text in by_language(name, is_person=True).items()}


def _event_kind(mark: Mark) -> dict[str, str]:
    words = mark.value.lower()
    found = {row.meaning: words.rfind(row.word) for row in vocabulary("event_kinds") if row.word in words}
    # The last head word determines the kind. "Exhibition and Forum" is a forum.
    return {"kind": max(found, key=found.__getitem__)} if found else {}
