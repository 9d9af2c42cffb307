"""The passages of a report, with their speakers, labels, and supported or contradicted records."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.text import Truncator

from sco_cities.core import edtf
from sco_cities.core.localized_names import Localized, localized
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import comma_list, semicolon_list, with_remark

from .base_models import WHOLE, Record
from .models import Evidence, Passage, Report, Stance
from .querysets import of_records
from .reported_values import EvidenceItem, evidence_item

# `delegates` imports `sources` and not vice versa, so this module refers to the delegates' collection by name.
_COLLECTION, _QUOTED_IN = "delegates", "quoted_in"


def published_speakers(passage: Passage) -> list[Record]:
    """Returns the published speakers of a passage, ordered by slug. Prefetch `speakers` to avoid queries."""
    return _published(passage.speakers.all())


def speakers_by_passage(state: IndexState) -> Callable[[int], list[Record]]:
    """Returns a function that maps a passage's key to the passage's speakers, read from the facet index."""
    quoted_in, delegates = state.dimension(_COLLECTION, _QUOTED_IN), state.index(_COLLECTION).records
    return lambda passage: _published(map(delegates.__getitem__, quoted_in.get(passage, ())))


def _published(speakers: Iterable[Record]) -> list[Record]:
    return sorted((each for each in speakers if each.is_published), key=lambda speaker: speaker.slug)


# Maximum number of characters for the title and the summary in a label.
TITLE_LENGTH, WORDS_LENGTH = 60, 90


def passage_source(passage: Passage) -> str:
    """Returns a label such as "Lamps at night (The Gazette, 8 July 2025) ¶3", with the state of unpublished reports."""
    report = passage.report
    remark = comma_list(filter(None, (report.publisher, edtf.format_date(report.published_on))))
    if not report.is_published:
        remark = semicolon_list([remark, report.get_state_display()])
    title = Truncator(report.name).chars(TITLE_LENGTH, truncate="…")
    return f"{with_remark(title, remark)} ¶{passage.number}"


def passage_label(passage: Passage) -> str:
    """Returns the source of a passage and the first words of its summary, in the reader's language if possible."""
    return f"{passage_source(passage)} {first_words(localized(passage, 'summary'))}"


def first_words(summary: str) -> str:
    """Returns the beginning of a passage's summary."""
    return Truncator(summary).chars(WORDS_LENGTH, truncate="…")


# The content type and the primary key of a record.
RecordKey = tuple[int, int]


@dataclass(frozen=True)
class Contradiction:
    """A contradicting passage, with the value that it reports."""

    passage: Passage
    evidence_item: EvidenceItem


class DisputedEvidence:
    """The evidence from published reports on disputed values of `records`, read in one query."""

    def __init__(self, records: dict[RecordKey, Record]):
        self._records = records
        # Evidence by record and then by field.
        self._evidence: dict[RecordKey, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
        for item in self._query() if records else ():
            self._evidence[item.content_type_id, item.object_id][item.field_key].append(item)

    def _query(self) -> Iterable[Evidence]:
        published = Evidence.objects.from_published_reports()
        differing = published.filter(
            Q(figure=OuterRef("figure")) | Q(figure__isnull=True, field=OuterRef("field")),
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            stance=Stance.DIFFERS,
        )
        # `_disputed_fields` finds the disputed values that evidence about a whole record supports.
        on_records = published.filter(of_records(self._records.values()), Exists(differing))
        return on_records.exclude(stance=Stance.EARLIER).for_notes()

    def contradictions_of(self, evidence: list[Evidence]) -> list[Contradiction]:
        """Returns the contradictions to `evidence`, which must be the evidence of one passage on one record."""
        contradictions: dict[int, Contradiction] = {}
        for item in evidence:
            key = (item.content_type_id, item.object_id)
            record, by_field = self._records[key], self._evidence.get(key, {})
            for name in _disputed_fields(item, record, by_field):
                for other in by_field.get(name, ()):
                    if other.passage_id != item.passage_id and _is_contradiction(item, other):
                        contradictions.setdefault(
                            other.pk, Contradiction(other.passage, evidence_item(other, record))
                        )
        return list(contradictions.values())


def _disputed_fields(item: Evidence, record: Record, by_field: dict[str, list[Evidence]]) -> list[str]:
    """Returns the disputed fields that an item supports.

    Evidence on the whole record applies to fields without other support.
    """
    if item.field != WHOLE:
        return [item.field_key]
    return [
        field
        for field, items in by_field.items()
        if not record.needs_own_evidence(field) and not any(each.stance == Stance.SUPPORTS for each in items)
    ]


def _is_contradiction(one: Evidence, other: Evidence) -> bool:
    if Stance.EARLIER in (one.stance, other.stance):
        return False
    if one.stance == other.stance == Stance.DIFFERS:
        return one.reported_value != other.reported_value
    return one.stance != other.stance


@dataclass
class PassageUsage:
    """A passage's evidence on one record, and the contradictions to this evidence."""

    record: Record
    evidence: list[Evidence] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    @property
    def name(self) -> Localized:
        return self.record.name

    @property
    def kind(self) -> str:
        return self.record._meta.verbose_name

    @cached_property
    def supports(self) -> list[EvidenceItem]:
        return self._items(Stance.SUPPORTS)

    @cached_property
    def differs(self) -> list[EvidenceItem]:
        return self._items(Stance.DIFFERS)

    @cached_property
    def earlier(self) -> list[EvidenceItem]:
        return self._items(Stance.EARLIER)

    def _items(self, stance: Stance) -> list[EvidenceItem]:
        return [evidence_item(item, self.record) for item in self.evidence if item.stance == stance]


@dataclass
class PassageUsages:
    """A passage with its speakers and its evidence on each published record."""

    passage: Passage
    speakers: list[Record]
    usages: list[PassageUsage]

    @property
    def key(self) -> str:
        return passage_key(self.passage.number)


def passage_key(number: int) -> str:
    """Returns the key of a passage among its report's values, such as "passage:3"."""
    return f"passage:{number}"


def passage_usages(report: Report) -> list[PassageUsages]:
    """Returns the passages of `report` in order, each with its evidence on published records.

    Runs four queries, and one more for each kind of record.
    """
    evidence = list(
        Evidence.objects.filter(passage__report=report)
        .select_related("figure")
        .order_by("passage__number", "pk")
    )
    records = _published_records(evidence)
    usages: dict[int, dict[tuple[int, int], PassageUsage]] = defaultdict(dict)
    for item in evidence:
        key = (item.content_type_id, item.object_id)
        if record := records.get(key):
            usages[item.passage_id].setdefault(key, PassageUsage(record)).evidence.append(item)
    disputed = DisputedEvidence(records)
    for by_record in usages.values():
        for usage in by_record.values():
            usage.contradictions = disputed.contradictions_of(usage.evidence)
    return [
        PassageUsages(
            passage,
            published_speakers(passage),
            sorted(
                usages[passage.pk].values(), key=lambda usage: (usage.record.collection, str(usage.record))
            ),
        )
        for passage in report.passages.order_by("number").prefetch_related("speakers")
    ]


def _published_records(evidence: list[Evidence]) -> dict[tuple[int, int], Record]:
    """Returns the published records of `evidence`, by content type and primary key."""
    keys: dict[int, set[int]] = defaultdict(set)
    for item in evidence:
        keys[item.content_type_id].add(item.object_id)
    records = {}
    for kind, object_ids in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        for record in model.objects.published().for_link().filter(pk__in=object_ids):
            records[kind, record.pk] = record
    return records


def citing_record_counts(passages: list[PassageUsages]) -> dict[str, int]:
    """Counts published records that cite these passages, by kind. The linked lists show the same counts."""
    keys: dict[str, set[int]] = defaultdict(set)
    for entry in passages:
        for usage in entry.usages:
            keys[usage.record.collection].add(usage.record.pk)
    return {collection: len(pks) for collection, pks in keys.items()}
