"""Proposes cities, countries, organisations, events and persons, with their values."""

from sco_cities.names.gazetteer import city_values
from sco_cities.names.romanization import by_language
from sco_cities.names.vocabulary import vocabulary

from ..models import Band, Proposal, ProposalKind
from ..reading.report_text import Mark, Span
from ..reading.russian_names import is_family_name_first
from .proposal_list import ProposalList, at_most, is_stated, name_column

SENTENCE = "same_sentence"


def propose_records(proposals: ProposalList) -> None:
    """Proposes places first, because the other records refer to them."""
    _propose_places(proposals)
    # A place in the name of a new organisation becomes its city or country.
    for mark in proposals.reading.organisations:
        names = {name_column(mark.value): mark.value}
        subject = proposals.add_subject(mark, names, reason="form_of_name")
        if subject.object_id is None:
            _add_places(proposals, subject, mark.spans, "within_name")
    _propose_events(proposals)
    _propose_persons(proposals)


def _propose_places(proposals: ProposalList) -> None:
    """Proposes known cities and countries, and cities of the gazetteer as drafts."""
    for mark in proposals.reading.cities:
        values, is_known = city_values(mark.details.get("geonames_id", "")), bool(proposals.key_of(mark))
        if is_known or values:
            band = mark.confidence if is_known else at_most(Band.LIKELY, mark.confidence)
            proposals.add_subject(mark, values, reason="gazetteer", band=band)
    for mark in filter(proposals.key_of, proposals.reading.countries):
        proposals.add_subject(mark, {}, reason="")


def _propose_events(proposals: ProposalList) -> None:
    """Proposes events with their date. A city next to the event becomes a doubtful host city."""
    for mark in proposals.reading.events:
        names = {name_column(mark.value): mark.value}
        if mark.details.get("is_unnamed"):
            names = dict(zip(("name_en", "name_ru", "name_zh"), mark.names, strict=True))
        subject = proposals.add_subject(mark, names | _event_kind(mark), reason="form_of_name")
        sentences = proposals.places.sentences_of(mark)
        for date in proposals.reading.dates:
            if date.value == mark.details["date"] and is_stated(date):
                proposals.add_value(
                    subject, "starts_on", date.value, date.spans, near=sentences, reason=SENTENCE,
                    band=at_most(Band.LIKELY, date.confidence),
                )  # fmt: skip
        # The two cities of an unnamed event are its participants, not its hosts.
        if not mark.details.get("is_unnamed"):
            proposals.add_named(
                subject, "host_city", proposals.reading.cities, sentences, reason=SENTENCE, limit=Band.MAYBE
            )


def _propose_persons(proposals: ProposalList) -> None:
    """Proposes persons with their role, and the places and organisations in the role. Attendance is doubtful."""
    for mark in proposals.reading.persons:
        subject = proposals.add_subject(mark, _names(mark.value), reason="role_before_name")
        role_span = mark.details.get("role_span")
        if role_span:
            language = name_column(mark.details["role"]).removeprefix("name_")
            field = "role" if language == "en" else f"role_{language}"
            proposals.add_value(
                subject, field, mark.details["role"], [role_span], band=mark.confidence, reason="role_before_name"
            )  # fmt: skip
            if subject.object_id is None:
                # The text from the role to the name next to it, in either order.
                name = min(mark.spans, key=lambda span, role=role_span: abs(span.start - role.start))
                pieces = [Span(min(role_span.start, name.start), max(role_span.end, name.end))]
                _add_places(proposals, subject, pieces, "within_role")
                proposals.add_named(
                    subject, "organisation", proposals.reading.organisations, pieces, reason="within_role"
                )
        _add_attendances(proposals, mark, subject)


def _add_attendances(proposals: ProposalList, mark: Mark, subject: Proposal) -> None:
    sentences = proposals.places.sentences_of(mark)
    for event in proposals.reading.events:
        if proposals.places.is_in(event, sentences) and (holder := proposals.subject_of(event)):
            proposals.add_value(
                holder, "attendances", {"role_at_event": mark.details.get("role") or ""}, mark.spans,
                kind=ProposalKind.ATTENDANCE, near=proposals.places.sentences_of(event), target=subject,
                band=Band.MAYBE, reason=SENTENCE,
            )  # fmt: skip


def _add_places(proposals: ProposalList, subject: Proposal, pieces: list[Span], reason: str) -> None:
    for field, marks in (("city", proposals.reading.cities), ("country", proposals.reading.countries)):
        named = (place for place in marks if proposals.places.is_in(place, pieces))
        first = next((place for place in named if proposals.subject_of(place)), None)
        proposals.add_named(subject, field, [first] if first else [], pieces, reason=reason)


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
