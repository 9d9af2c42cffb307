"""Attaches footnotes to one or thousands of records. Curators can preview the plan before it is applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.models import Evidence, Figure, Passage, Stance

from .value_match import format_value, matches_record

BATCH_SIZE = 1_000


@dataclass(frozen=True)
class Claim:
    """A passage's statement about fields of records. The keys of figures are "figure:LABEL".

    `passage` is None or unsaved while a new passage is being entered. With `mark_disputed`, the footnote gets the
    stance "differs" if the reported value differs from the record's value. `translations` maps evidence columns to the
    reported value in other languages.
    """

    passage: Passage | None
    keys: tuple[str, ...]
    stance: str = Stance.SUPPORTS
    reported: str = ""
    mark_disputed: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EvidenceTarget:
    """A field that receives evidence. Both values are set if the record's value and the reported value differ."""

    record: Record
    key: str
    record_value: str = ""
    reported: str = ""

    @property
    def label(self) -> str:
        return evidence_coverage.field_label(type(self.record), self.key)


@dataclass
class AttachPlan:
    """The new footnotes, number of existing footnotes, and differing values that result from a claim.

    A passage cannot support an empty value, so empty fields are skipped and listed in `empty`.
    """

    additions: list[Evidence] = field(default_factory=list)
    existing: int = 0
    empty: list[EvidenceTarget] = field(default_factory=list)
    differences: list[EvidenceTarget] = field(default_factory=list)

    @property
    def record_count(self) -> int:
        """The number of records that get a footnote."""
        return len({item.object_id for item in self.additions})


def plan(records: Sequence[Record], claim: Claim) -> AttachPlan:
    """Plans the footnotes that `claim` adds to records of one kind. Runs a fixed number of queries per batch."""
    attach_plan = AttachPlan()
    for batch in batches(records, BATCH_SIZE):
        _plan_batch(batch, claim, attach_plan)
    return attach_plan


def _plan_batch(records: Sequence[Record], claim: Claim, attach_plan: AttachPlan) -> None:
    content_type = ContentType.objects.get_for_model(type(records[0]))
    keys = [record.pk for record in records]
    # Only the stance "supports" requires a value.
    needs_values = claim.stance == Stance.SUPPORTS and set(claim.keys) != {WHOLE}
    filled = evidence_coverage.filled_fields(records) if needs_values else {}
    existing, figures = _existing_footnotes(content_type, keys, claim), _figures(content_type, keys, claim)
    for record in records:
        own_figures = figures.get(record.pk, {})
        for key in claim.keys:
            stance = claim.stance
            if stance == Stance.SUPPORTS and key != WHOLE and key not in filled[record.pk]:
                attach_plan.empty.append(EvidenceTarget(record, key))
                continue
            if (
                stance == Stance.SUPPORTS
                and matches_record(record, key, claim.reported, own_figures) is False
            ):
                record_value = format_value(record, key, own_figures)
                attach_plan.differences.append(EvidenceTarget(record, key, record_value, claim.reported))
                stance = Stance.DIFFERS if claim.mark_disputed else Stance.SUPPORTS
            if (record.pk, key, stance) in existing:
                attach_plan.existing += 1
                continue
            figure = own_figures[key.partition(":")[2]] if key.startswith(f"{FIGURE}:") else None
            item = Evidence(
                content_type=content_type, object_id=record.pk, field=FIGURE if figure else key, figure=figure,
                stance=stance, reported_value=claim.reported, **claim.translations,
            )  # fmt: skip
            attach_plan.additions.append(item)


def _existing_footnotes(
    content_type: ContentType, keys: list[int], claim: Claim
) -> set[tuple[int, str, str]]:
    """Returns (record, field, stance) for existing footnotes with the same passage and reported value."""
    if claim.passage is None or claim.passage.pk is None:
        return set()
    same = {"content_type": content_type, "passage": claim.passage, "reported_value": claim.reported}
    evidence = Evidence.objects.filter(pk_in(keys, "object_id"), **same).order_by()
    rows = evidence.values_list("object_id", "field", "figure__label", "stance")
    return {
        (pk, evidence_coverage.figure_key(label) if name == FIGURE else name, stance)
        for pk, name, label, stance in rows
    }


def _figures(content_type: ContentType, keys: list[int], claim: Claim) -> dict[int, dict[str, Figure]]:
    """Returns the figures in the claim's keys, by record and label."""
    labels = [label for key in claim.keys for name, _colon, label in [key.partition(":")] if name == FIGURE]
    by_record: dict[int, dict[str, Figure]] = {}
    if labels:
        condition = Q(content_type=content_type, label__in=labels) & pk_in(keys, "object_id")
        for figure in Figure.objects.filter(condition):
            by_record.setdefault(figure.object_id, {})[figure.label] = figure
    return by_record


def apply(attach_plan: AttachPlan, passage: Passage) -> None:
    """Adds the footnotes of a plan. Before the call, `passage` must be saved and the records must be locked."""
    for item in attach_plan.additions:
        item.passage = passage
    Evidence.objects.bulk_create(attach_plan.additions, batch_size=BATCH_SIZE)
