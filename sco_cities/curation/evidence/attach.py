"""Adding footnotes to records, one or thousands: planned first, so that curators see what will come of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.recorder import Recorder
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, WHOLE, Record
from sco_cities.sources.models import Evidence, Figure, Passage, Stance

from .value_match import format_value, match_kind

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Claim:
    """What a passage says of fields of records; figures are named "figure:LABEL".

    `passage` is None, or not stored yet, while a new one is being thought about. With `disagrees` a passage that
    reports another value than a record's is written down as differing there.
    """

    passage: Passage | None
    keys: tuple[str, ...]
    stance: str = Stance.SUPPORTS
    reported: str = ""
    disagrees: bool = False


@dataclass(frozen=True)
class EvidenceTarget:
    """A field of a record."""

    record: Record
    key: str

    @property
    def label(self) -> str:
        return evidence_coverage.field_label(type(self.record), self.key)


@dataclass(frozen=True)
class ValueMismatch(EvidenceTarget):
    """A field of a record that `says` something else than is `reported` of it."""

    says: str
    reported: str


@dataclass
class AttachPlan:
    """What comes of a claim: the footnotes to add, those that are `there`, fields without a value, differences.

    A passage can support no value that is not there: such fields are left out, and counted in `empty`.
    """

    coming: list[Evidence] = field(default_factory=list)
    there: int = 0
    empty: list[EvidenceTarget] = field(default_factory=list)
    differences: list[ValueMismatch] = field(default_factory=list)

    @property
    def records(self) -> int:
        """How many records get a footnote."""
        return len({item.object_id for item in self.coming})


def plan(records: Sequence[Record], claim: Claim) -> AttachPlan:
    """What `claim` adds to records of one kind; a fixed number of queries for every thousand of them."""
    found = AttachPlan()
    for start in range(0, len(records), ROWS_AT_ONCE):
        _plan_some(records[start : start + ROWS_AT_ONCE], claim, found)
    return found


def _plan_some(records: Sequence[Record], claim: Claim, found: AttachPlan) -> None:
    kind = ContentType.objects.get_for_model(type(records[0]))
    keys = [record.pk for record in records]
    # Only support needs a value that is there.
    asks = claim.stance == Stance.SUPPORTS and set(claim.keys) != {WHOLE}
    filled = evidence_coverage.filled_fields(records) if asks else {}
    there, figures = _there(kind, keys, claim), _figures(kind, keys, claim)
    for record in records:
        for key, stance in _stances(
            record, claim, filled.get(record.pk, []), figures.get(record.pk, {}), found
        ):
            if (record.pk, key, stance) in there:
                found.there += 1
                continue
            figure = figures[record.pk][key.partition(":")[2]] if key.startswith(f"{FIGURE}:") else None
            item = Evidence(
                content_type=kind, object_id=record.pk, field=FIGURE if figure else key, figure=figure,
                stance=stance, reported_value=claim.reported,
            )  # fmt: skip
            found.coming.append(item)


def _stances(
    record: Record, claim: Claim, filled: list[str], figures: dict[str, Figure], found: AttachPlan
) -> Iterator[tuple[str, str]]:
    """The fields of a record that the claim reaches, each with the stance that it takes there."""
    for key in claim.keys:
        if claim.stance != Stance.SUPPORTS:
            yield key, claim.stance
        elif key != WHOLE and key not in filled:
            found.empty.append(EvidenceTarget(record, key))
        elif match_kind(record, key, claim.reported, figures) is False:
            says = format_value(record, key, figures)
            found.differences.append(ValueMismatch(record, key, says, claim.reported))
            yield key, Stance.DIFFERS if claim.disagrees else Stance.SUPPORTS
        else:
            yield key, Stance.SUPPORTS


def _there(kind: ContentType, keys: list[int], claim: Claim) -> set[tuple[int, str, str]]:
    """The footnotes from this passage with this reported value: record, field and stance."""
    if claim.passage is None or claim.passage.pk is None:
        return set()
    evidence = Evidence.objects.filter(
        pk_in(keys, "object_id"), content_type=kind, passage=claim.passage, reported_value=claim.reported
    )
    rows = evidence.order_by().values_list("object_id", "field", "figure__label", "stance")
    return {
        (pk, evidence_coverage.figure_key(label) if name == FIGURE else name, stance)
        for pk, name, label, stance in rows
    }


def _figures(kind: ContentType, keys: list[int], claim: Claim) -> dict[int, dict[str, Figure]]:
    """By record and label, the figures that the claim names."""
    labels = [label for key in claim.keys for name, _colon, label in [key.partition(":")] if name == FIGURE]
    found: dict[int, dict[str, Figure]] = {}
    if labels:
        named = Q(content_type=kind, label__in=labels) & pk_in(keys, "object_id")
        for figure in Figure.objects.filter(named):
            found.setdefault(figure.object_id, {})[figure.label] = figure
    return found


def apply(planned: AttachPlan, passage: Passage, recorder: Recorder) -> None:
    """Adds the footnotes of a plan, now that the passage is stored; readers see that the records have changed."""
    if not planned.coming:
        return
    kind = planned.coming[0].content_type
    model, keys = kind.model_class(), {item.object_id for item in planned.coming}
    recorder.watch(model, keys)
    for item in planned.coming:
        item.passage = passage
    Evidence.objects.bulk_create(planned.coming, batch_size=ROWS_AT_ONCE)
    model._base_manager.filter(pk_in(keys)).update(updated_at=timezone.now())
