"""The accepted proposals of an intake, grouped by record, and the changes in effect that wrote proposals."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sco_cities.history.models import ChangeSet
from sco_cities.sources.base_models import Record

from ..models import MODELS, Intake, Proposal, ProposalKind, ProposalStatus


def effective_changes(keys: Collection[int]) -> set[int]:
    """The changes among these keys that are in effect. Each level of reverts costs one query."""
    reverts: dict[int, list[int]] = defaultdict(list)
    pending = set(keys)
    while pending:
        rows = ChangeSet.objects.filter(reverts__in=pending).values_list("reverts", "pk")
        pending = set()
        for reverted, key in rows:
            reverts[reverted].append(key)
            pending.add(key)

    def is_effective(key: int) -> bool:
        return not any(is_effective(each) for each in reverts[key])

    return {key for key in keys if is_effective(key)}


def is_written(proposal: Proposal) -> bool:
    """True if a change in effect has written the proposal."""
    key = proposal.change_set_id
    return key is not None and bool(effective_changes([key]))


@dataclass
class SubjectItem:
    """A subject with its stored record (None for a new record) and its accepted, unwritten values.

    `is_new` is True if the subject itself is accepted and not written. `has_values` is True if any of its values is
    accepted.
    """

    subject: Proposal
    record: Record | None
    is_new: bool
    values: list[Proposal] = field(default_factory=list)
    has_values: bool = False

    @property
    def is_gone(self) -> bool:
        """True if the record has been deleted or merged. A draft that was deleted by a revert counts as new again."""
        subject = self.subject
        return self.record is None and subject.object_id is not None and not subject.was_created

    @property
    def name(self) -> str:
        """The name shown to the curator, either the record's name or the proposed name."""
        value = self.subject.final_value
        names = (value.get(column, "") for column in ("name_en", "title_en"))
        return str(self.record) if self.record else next(filter(None, names), self.subject.shown)


class Selection:
    """The subjects of an intake by key, and the records that values refer to by slug."""

    def __init__(self, intake: Intake):
        proposals = list(intake.proposals.select_related("subject", "target", "passage"))
        self.written = effective_changes({each.change_set_id for each in proposals if each.change_set_id})
        subjects = [proposal for proposal in proposals if proposal.is_subject]
        records = stored_records(subjects)
        drafted = _drafted_elsewhere(subjects)
        self.items = {
            subject.pk: SubjectItem(
                subject,
                records.get((subject.model, subject.object_id)) or drafted.get(subject.pk),
                subject.is_taken and not self.is_written(subject),
            )
            for subject in subjects
        }
        for value in proposals:
            if not value.is_subject and value.is_taken:
                item = self.items[value.subject_id]
                item.has_values = True
                if not self.is_written(value):
                    item.values.append(value)
        self._named = named_records(proposals)
        self._values: dict[int, list[Proposal]] = defaultdict(list)
        for value in proposals:
            if value.subject_id is not None and value.status != ProposalStatus.SUPERSEDED:
                self._values[value.subject_id].append(value)

    def values_of(self, subject: Proposal) -> list[Proposal]:
        """All values of a subject, whether they are accepted, rejected or undecided."""
        return self._values[subject.pk]

    def is_written(self, proposal: Proposal) -> bool:
        """True if a change in effect has written the proposal."""
        return proposal.change_set_id in self.written

    def related(self, value: Proposal) -> Record | None:
        """The stored record that the value of a relation refers to, or None if it is new or deleted."""
        if named := related_slug(value):
            return self._named.get(named)
        item = self.target_item(value)
        return item.record if item else None

    def target_item(self, value: Proposal) -> SubjectItem | None:
        """The subject that a value refers to, or None if it refers to a record by slug, as edited values do."""
        return self.items.get(value.target_id) if value.target_id and not related_slug(value) else None


def related_slug(value: Proposal) -> tuple[type[Record], str] | None:
    """The model and the slug that the value of a relation refers to, or None."""
    if value.is_subject or value.kind != ProposalKind.VALUE:
        return None
    slug = value.final_value.get("slug") if isinstance(value.final_value, dict) else None
    return (value.model._meta.get_field(value.field).related_model, slug) if slug else None


def stored_records(subjects: Iterable[Proposal]) -> dict[tuple[type[Record], int], Record]:
    """Loads the stored records of subjects by model and key, with one query per kind."""
    keys: dict[type[Record], set[int]] = defaultdict(set)
    for subject in subjects:
        if subject.object_id is not None:
            keys[subject.model].add(subject.object_id)
    return {
        (model, key): record
        for model, found in keys.items()
        for key, record in model._base_manager.in_bulk(found).items()
    }


def _drafted_elsewhere(subjects: Iterable[Proposal]) -> dict[int, Record]:
    """Maps subjects to cities with the same gazetteer number that were added after the text was read."""
    numbers = {
        subject.pk: number
        for subject in subjects
        if subject.kind == ProposalKind.CITY and (subject.object_id is None or subject.was_created)
        if (number := str(subject.final_value.get("geonames_id", "")))
    }
    cities = MODELS[ProposalKind.CITY]._base_manager.filter(geonames_id__in=set(numbers.values()))
    by_number = {str(city.geonames_id): city for city in cities}
    return {key: by_number[number] for key, number in numbers.items() if number in by_number}


def named_records(proposals: Iterable[Proposal]) -> dict[tuple[type[Record], str], Record]:
    """Loads the stored records that values refer to by slug, with one query per kind."""
    slugs: dict[type[Record], set[str]] = defaultdict(set)
    for proposal in proposals:
        if named := related_slug(proposal):
            slugs[named[0]].add(named[1])
    return {
        (model, record.slug): record
        for model, names in slugs.items()
        for record in model._base_manager.filter(slug__in=names)
    }
