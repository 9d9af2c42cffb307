"""Proposes all kinds of records with their values. Matches initiatives with stored initiatives."""

from collections.abc import Collection

from django.db.models import Count

from initiatives.models import Initiative
from sco_cities.core.publication_state import PublicationState
from sco_cities.names.gazetteer import city_values
from sco_cities.names.romanization import by_language
from sco_cities.names.vocabulary import vocabulary

from ..models import Certainty, Proposal, ProposalKind
from ..reading.figures import value_text
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
            certainty = mark.certainty if is_known else at_most(Certainty.LIKELY, mark.certainty)
            proposals.add_subject(mark, values, reason="gazetteer", certainty=certainty)
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
                    certainty=at_most(Certainty.LIKELY, date.certainty),
                )  # fmt: skip
        # The two cities of an unnamed event are its participants, not its hosts.
        if not mark.details.get("is_unnamed"):
            proposals.add_named(
                subject,
                "host_city",
                proposals.reading.cities,
                sentences,
                reason=SENTENCE,
                limit=Certainty.DOUBTFUL,
            )


def _propose_persons(proposals: ProposalList) -> None:
    """Proposes persons with their role, and the places and organisations in the role. Attendances are doubtful."""
    for mark in proposals.reading.persons:
        subject = proposals.add_subject(mark, _names(mark.value), reason="role_before_name")
        role_span = mark.details.get("role_span")
        if role_span:
            language = name_column(mark.details["role"]).removeprefix("name_")
            field = "role" if language == "en" else f"role_{language}"
            proposals.add_value(
                subject, field, mark.details["role"], [role_span], certainty=mark.certainty, reason="role_before_name"
            )  # fmt: skip
            if subject.object_id is None:
                # The text from the role to the adjacent name, or from the name to the role.
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
                certainty=Certainty.DOUBTFUL, reason=SENTENCE,
            )  # fmt: skip


def _add_places(proposals: ProposalList, subject: Proposal, pieces: list[Span], reason: str) -> None:
    for field, marks in (("city", proposals.reading.cities), ("country", proposals.reading.countries)):
        named = (place for place in marks if proposals.places.is_in(place, pieces))
        first = next((place for place in named if proposals.subject_of(place)), None)
        proposals.add_named(subject, field, [first] if first else [], pieces, reason=reason)


def _names(name: str) -> dict[str, str]:
    """Returns the name in its own script and in Latin letters. Names in other scripts are not transliterated."""
    if is_family_name_first(name.split()) or "·" in name:
        return {name_column(name): name}
    return {f"name_{language}": text for language, text in by_language(name, is_person=True).items()}


def _event_kind(mark: Mark) -> dict[str, str]:
    words = mark.value.lower()
    found = {row.meaning: words.rfind(row.word) for row in vocabulary("event_kinds") if row.word in words}
    # The last head word determines the kind. "Exhibition and Forum" is a forum.
    return {"kind": max(found, key=found.__getitem__)} if found else {}


# Statuses of planned initiatives, which do not have a start date yet.
_PLANNED = frozenset({"interest", "proposed"})


def propose_initiatives(proposals: ProposalList) -> None:
    """Proposes initiatives as drafts. `match_initiatives` then matches them with existing records."""
    subjects = []
    for mark in proposals.reading.initiatives:
        titles = {f"title_{language}": title for language, title in mark.details["titles"].items()}
        # The object determines the kind. For example, "sister cities" are a partnership.
        kinds = _meanings("initiative_kinds", mark.details["object"])
        value = titles | ({"kind": kinds[0]} if kinds else {})
        subject = proposals.add_subject(mark, value, reason="cue_and_object")
        subjects.append((mark, subject))
        _add_stated(proposals, mark, subject)
        _add_named(proposals, mark, subject)
    _add_figures(proposals, subjects)


def _meanings(name: str, word: str) -> list[str]:
    """Returns the meanings of a word in the vocabulary file `name`."""
    return [row.meaning for row in vocabulary(name) if row.word == word]


def _add_stated(proposals: ProposalList, mark: Mark, subject: Proposal) -> None:
    """Adds the status with its cue, and the cities with their roles."""
    cue = mark.details["cue"]
    proposals.add_value(
        subject, "status", mark.details["status"], [cue] if cue else mark.spans, certainty=mark.certainty,
        reason="cue" if cue else "list",
    )  # fmt: skip
    for city in mark.details["cities"]:
        role = {"role": mark.details["city_roles"][city.value]}
        if target := proposals.subject_of(city):
            is_there = proposals.places.is_in(city, mark.spans)
            proposals.add_value(
                subject, "cities", role, city.spans, near=mark.spans, target=target,
                certainty=at_most(mark.certainty, city.certainty if is_there else Certainty.LIKELY),
                reason=SENTENCE if is_there else "main_cities",
            )  # fmt: skip


def _add_named(proposals: ProposalList, mark: Mark, subject: Proposal) -> None:
    """Adds the themes, dates, countries, organisations and event named in the sentences of the initiative."""
    sentences = mark.spans
    passages = proposals.places.passages_of(sentences)
    agreed = _meanings("theme_cues", mark.details["object"])
    for theme in proposals.reading.themes:
        # A theme of the object is certain, even if a cue for it is in another sentence, such as the heading of a list.
        if theme.key in agreed:
            proposals.add_value(
                subject, "themes", {"slug": theme.key}, theme.spans, near=passages,
                certainty=at_most(Certainty.LIKELY, mark.certainty), reason="object",
            )  # fmt: skip
        proposals.add_named(subject, "themes", [theme], sentences, reason=SENTENCE)
        # Themes of the sentences are not affected, because a value is added only once.
        proposals.add_named(
            subject, "themes", [theme], passages, reason="same_passage", limit=Certainty.DOUBTFUL
        )
    if date := proposals.first_date(sentences):
        is_planned = mark.details["status"] in _PLANNED
        proposals.add_value(
            subject, "starts_on", date.value, date.spans, near=sentences, reason=SENTENCE,
            certainty=at_most(Certainty.DOUBTFUL if is_planned else Certainty.LIKELY, date.certainty),
        )  # fmt: skip
    for name, marks in (
        ("countries", proposals.reading.countries),
        ("organisations", proposals.reading.organisations),
        ("event", [event for event in proposals.reading.events[:1] if not event.details.get("is_unnamed")]),
    ):
        proposals.add_named(subject, name, marks, sentences, reason=SENTENCE)


def _add_figures(proposals: ProposalList, subjects: list[tuple[Mark, Proposal]]) -> None:
    """Adds each figure to an initiative or event in its sentence, otherwise to an initiative in its passage."""
    for figure in proposals.reading.figures:
        sentences = proposals.places.sentences_of(figure)
        passages = proposals.places.passages_of(figure.spans)
        events = [
            (mark, subject)
            for mark in proposals.reading.events
            if (subject := proposals.subject_of(mark)) is not None
        ]
        for holders, pieces, certainty, reason in (
            (subjects, sentences, Certainty.SURE, SENTENCE),
            (events, sentences, Certainty.LIKELY, SENTENCE),
            (subjects, passages, Certainty.DOUBTFUL, "same_passage"),
            # If the report describes only one initiative, all figures belong to it.
            (subjects if len(subjects) == 1 else (), (), Certainty.LIKELY, "only_initiative"),
        ):
            holder = next(
                (item for mark, item in holders if not pieces or proposals.places.is_in(mark, pieces)), None
            )
            if holder is not None:
                date = proposals.first_date(sentences)
                value = figure_value(figure) | {"period": date.value if date else ""}
                proposals.add_value(
                    holder, "", value, figure.spans, kind=ProposalKind.FIGURE, near=pieces or sentences,
                    certainty=at_most(figure.certainty, certainty), reason=reason,
                )  # fmt: skip
                break


def figure_value(figure: Mark) -> dict[str, str]:
    """Returns the columns of a figure except its period, as texts."""
    # Units must be in English, so curators fill in units from texts in other languages.
    unit = figure.details["unit"] if figure.details["unit"].isascii() else ""
    value, qualifier = value_text(figure.details["value"]), figure.details["qualifier"]
    return {"label": unit, "value": value, "unit": unit, "qualifier": qualifier}


def propose_statements(proposals: ProposalList) -> None:
    """Proposes one statement per person and passage. The curator writes its summary."""
    grouped: dict[tuple[str, int], list[Mark]] = {}
    for mark in proposals.reading.statements:
        passage = proposals.places.passage_at(mark.spans[0].start)
        grouped.setdefault((mark.value, passage.number if passage else 0), []).append(mark)
    for marks in grouped.values():
        person = marks[0].details["person"]
        spans = [span for mark in marks for span in mark.spans]
        subject = proposals.add_subject(marks[0], {}, spans=spans, reason="verb_of_saying")
        proposals.add_value(
            subject, "delegate", {}, person.spans, near=spans, target=proposals.subject_of(person),
            certainty=marks[0].certainty, reason="verb_of_saying",
        )  # fmt: skip
        proposals.add_named(subject, "themes", proposals.reading.themes, spans, reason=SENTENCE)


# Maximum number of candidates per proposal. Only pairs of capital cities have more joint initiatives.
_MOST = 50


def match_initiatives(proposals: ProposalList) -> None:
    """Matches each proposed initiative with the most similar stored initiative, unless several are equally similar.

    The matched proposal gets the reason "same_cities".
    """
    candidates: dict[tuple[int, ...], list[Initiative]] = {}
    for subject in proposals.subjects:
        if subject.kind != ProposalKind.INITIATIVE:
            continue
        values = [value for value in proposals.values if value.subject is subject]
        found = {value.target.object_id for value in values if value.field == "cities" and value.target}
        if not found or None in found:
            continue
        cities = tuple(sorted(found))
        if cities not in candidates:
            candidates[cities] = _candidates(cities)
        themes = {value.value["slug"] for value in values if value.field == "themes"}
        titled = [each for each in candidates[cities] if each.title_en == subject.value["title_en"]]
        # A city may have many projects of one kind. If only one city is named, the generated title must match too.
        alike = titled if titled or len(cities) == 1 else candidates[cities]
        scores = _scores(alike, cities, subject.value.get("kind", ""), themes)
        best = max(scores.values(), default=0)
        if best > 0 and list(scores.values()).count(best) == 1:
            subject.object_id = subject.proposed_id = max(scores, key=scores.__getitem__)
            subject.reason = "same_cities"


def initiatives_alike(proposal: Proposal) -> list[int]:
    """Keys of stored initiatives that a subject may refer to, most similar first."""
    values = list(proposal.values.select_related("target"))
    cities = {value.target.object_id for value in values if value.field == "cities" and value.target} - {None}
    themes = {value.final_value.get("slug", "") for value in values if value.field == "themes"}
    scores = _scores(_candidates(cities), cities, proposal.final_value.get("kind", ""), themes)
    return sorted(scores, key=lambda key: (-scores[key], -key))


def _candidates(cities: Collection[int]) -> list[Initiative]:
    """Returns the newest stored initiatives that have all these cities."""
    if not cities:
        return []
    # A single join is used for all cities, because SQLite joins at most 64 tables.
    initiatives = Initiative.objects.exclude(state=PublicationState.WITHDRAWN).filter(
        city_roles__city__in=cities
    )
    initiatives = initiatives.annotate(shared=Count("city_roles__city", distinct=True)).filter(
        shared=len(cities)
    )
    return list(initiatives.order_by("-pk").prefetch_related("city_roles", "themes")[:_MOST])


def _scores(
    candidates: list[Initiative], cities: Collection[int], kind: str, themes: set[str]
) -> dict[int, float]:
    """Maps keys to similarity scores.

    An equal kind adds two points, and each common theme adds one point. Each further city subtracts 0.1.
    """
    scores = {}
    for each in candidates:
        shared = themes & {theme.slug for theme in each.themes.all()}
        further = len(each.city_roles.all()) - len(cities)
        if each.kind == kind or shared:
            scores[each.pk] = 2 * (each.kind == kind) + len(shared) - 0.1 * further
    return scores
