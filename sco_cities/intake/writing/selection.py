"""The accepted proposals of an intake by record, and the changes in effect (not reverted) that wrote proposals."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from sco_cities.history.models import ChangeSet
from sco_cities.sources.base_models import Record

from ..models import MODELS, Intake, IntakePassage, Proposal, ProposalKind
from ..proposal_labels import ProposalLabels, related_slug


def effective_changes(keys: Collection[int]) -> set[int]:
    """Returns the changes among these keys that are in effect. Takes one query for each level of reverts."""
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
    """Returns True if a change in effect has written the proposal."""
    key = proposal.change_set_id
    return key is not None and bool(effective_changes([key]))


@dataclass(frozen=True)
class WriteProblem:
    """A problem that prevents writing an intake (an error message, and the proposal, passage or field to correct)."""

    sentence: str
    proposal: Proposal | None = None
    passage: IntakePassage | None = None
    field: str = ""

    def __str__(self):
        return self.sentence


@dataclass
class SubjectItem:
    """A subject with its record and its accepted, unwritten values.

    `record` is the stored record, or the unsaved record of a new draft. It is None if the record is not written.
    `is_new` is True if the subject itself is accepted and not written. `has_values` is True if any of its values is
    accepted. `relations` are the values of a draft that refer to other drafts, and `rows` its list items and figures.
    """

    subject: Proposal
    record: Record | None
    is_new: bool
    values: list[Proposal] = field(default_factory=list)
    has_values: bool = False
    relations: list[Proposal] = field(default_factory=list)
    rows: list[Proposal] = field(default_factory=list)
    problems: list[WriteProblem] = field(default_factory=list)

    @property
    def is_gone(self) -> bool:
        """True if the record has been deleted or merged."""
        return self.record is None and self.subject.object_id is not None

    @property
    def is_stored(self) -> bool:
        return self.record is not None and self.record.pk is not None

    @property
    def accepted(self) -> list[Proposal]:
        """The accepted, unwritten proposals."""
        return [self.subject, *self.values] if self.is_new else self.values

    @property
    def name(self) -> str:
        """The name shown to the curator, which is the record's name or the proposed name."""
        value = self.subject.final_value
        names = (value.get(column, "") for column in ("name_en", "title_en"))
        return str(self.record) if self.is_stored else next(filter(None, names), self.subject.shown)

    def add_problem(self, name: str, error: str, proposal: Proposal | None = None) -> None:
        """Adds the error of a field as a problem of the proposal to correct."""
        if proposal is None:
            proposal = next((value for value in self.values if value.field == name), self.subject)
        if not name or name == NON_FIELD_ERRORS:
            sentence = _("%(record)s: %(reason)s") % {"record": self.name, "reason": error}
            self.problems.append(WriteProblem(sentence, proposal))
            return
        label = self.subject.model._meta.get_field(name).verbose_name
        sentence = _("%(record)s, %(field)s: %(error)s") % {
            "record": self.name,
            "field": label,
            "error": error,
        }
        self.problems.append(WriteProblem(sentence, proposal, field=name))


class Selection(ProposalLabels):
    """All proposals of an intake, with an item for each subject by key."""

    def __init__(self, intake: Intake):
        super().__init__(intake.proposals.select_related("passage"))
        self.written = effective_changes({each.change_set_id for each in self.proposals} - {None})
        subjects = [each for each in self.proposals if each.is_subject]
        drafted, without_country = _drafted_elsewhere(subjects), _without_country(subjects)
        self.items: dict[int, SubjectItem] = {}
        for subject in subjects:
            is_new = subject.is_accepted and subject.change_set_id not in self.written
            item = SubjectItem(subject, self.record(subject) or drafted.get(subject.pk), is_new)
            if is_new and item.record is None and not item.is_gone and subject.pk not in without_country:
                item.record = subject.model()
            self.items[subject.pk] = item
        for value in self.proposals:
            if not value.is_subject and value.is_accepted:
                item = self.items[value.subject_id]
                item.has_values = True
                if value.change_set_id not in self.written:
                    item.values.append(value)

    def related(self, proposal: Proposal) -> Record | None:
        """Returns the record that a relation refers to (unsaved for a draft), or None if it is not written."""
        if proposal.target_id and not related_slug(proposal):
            return self.items[proposal.target_id].record
        return super().related(proposal)


def _drafted_elsewhere(subjects: Iterable[Proposal]) -> dict[int, Record]:
    """Maps new cities, by primary key, to cities with the same gazetteer number that were added in the meantime."""
    numbers = {
        subject.pk: number
        for subject in subjects
        if subject.kind == ProposalKind.CITY and subject.object_id is None
        if (number := str(subject.final_value.get("geonames_id", "")))
    }
    cities = MODELS[ProposalKind.CITY]._base_manager.filter(geonames_id__in=set(numbers.values()))
    by_number = {str(city.geonames_id): city for city in cities}
    return {key: by_number[number] for key, number in numbers.items() if number in by_number}


def _without_country(subjects: Iterable[Proposal]) -> set[int]:
    """Returns the primary keys of new cities whose country is not on the site."""
    slugs = {each.pk: each.final_value["country"] for each in subjects if "country" in each.final_value}
    countries = MODELS[ProposalKind.COUNTRY]._base_manager.filter(slug__in=set(slugs.values()))
    stored = set(countries.values_list("slug", flat=True))
    return {key for key, slug in slugs.items() if slug not in stored}
