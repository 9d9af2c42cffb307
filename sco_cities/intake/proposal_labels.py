"""Labels of proposals (record names, fields and values). Records are loaded once."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.text import capfirst

from initiatives.models import CityRole
from sco_cities.core import edtf
from sco_cities.core.localized_names import name_in
from sco_cities.curation.evidence.value_match import format_figure, format_value
from sco_cities.i18n.punctuation import with_label, with_remark
from sco_cities.names.vocabulary import TITLE_COLONS, title_of
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure

from .models import Origin, Proposal, ProposalKind, ProposalStatus


class ProposalLabels:
    """Computes the labels of an intake's proposals. Records are loaded once per kind.

    `proposals` are the shown proposals. Their subjects and targets are also loaded and set, so a query for proposals
    need not select them.
    """

    def __init__(self, proposals: Iterable[Proposal]):
        self.proposals = list(proposals)
        subjects = {each.pk: each for each in self.proposals if each.is_subject}
        keys = {each.subject_id or each.pk for each in self.proposals}
        # Generated titles contain all cities of an initiative, including cities that are not shown.
        cities = Proposal.objects.filter(field="cities", subject__in=keys)
        cities = cities.exclude(status=ProposalStatus.SUPERSEDED).exclude(subject__origin=Origin.HAND)
        self._cities = list(cities.order_by("pk"))
        values = (*self.proposals, *self._cities)
        referenced = {key for each in values for key in (each.subject_id, each.target_id)}
        subjects |= Proposal.objects.in_bulk(referenced - subjects.keys() - {None})
        self.subjects: dict[int, Proposal] = subjects
        for each in values:
            each.subject = subjects.get(each.subject_id)
            each.target = subjects.get(each.target_id)
        for subject in subjects.values():
            # If a revert has deleted the draft, its subject becomes a new draft again.
            if subject.was_created and self.record(subject) is None:
                subject.object_id = None

    @cached_property
    def _records(self) -> dict[tuple[type[Record], int], Record]:
        """The stored records of the subjects by model and key, loaded with one query per kind."""
        keys: dict[type[Record], set[int]] = defaultdict(set)
        for subject in self.subjects.values():
            if subject.object_id is not None:
                keys[subject.model].add(subject.object_id)
        return {
            (model, key): record
            for model, found in keys.items()
            for key, record in model._base_manager.in_bulk(found).items()
        }

    @cached_property
    def _by_slug(self) -> dict[tuple[type[Record], str], Record]:
        """The stored records that values refer to by slug, loaded with one query per kind."""
        slugs: dict[type[Record], set[str]] = defaultdict(set)
        for model, slug in filter(None, map(related_slug, (*self.proposals, *self._cities))):
            slugs[model].add(slug)
        return {
            (model, record.slug): record
            for model, names in slugs.items()
            for record in model._base_manager.filter(slug__in=names)
        }

    def record(self, subject: Proposal) -> Record | None:
        """Returns the known record of a subject, or None."""
        return self._records.get((subject.model, subject.object_id)) if subject.object_id else None

    def name(self, subject: Proposal) -> str:
        """Returns the name of a subject in the reader's language, or as it appears in the text."""
        record = self.record(subject)
        if record is not None:
            return str(record)
        value = {**subject.final_value, **self.titles(subject)}
        return name_in(value) or subject.shown or capfirst(subject.get_kind_display())

    def titles(self, initiative: Proposal, cities: list[Proposal] | None = None) -> dict[str, str]:
        """Returns the titles of a new initiative by column if its cities have changed, generated from `cities`.

        `cities` are the proposals of its cities that are used. By default, all cities except rejected cities are used.
        Titles of the curator are not changed.
        """
        proposed = [each for each in self._cities if each.subject_id == initiative.pk]
        if cities is None:
            cities = [each for each in proposed if each.status != ProposalStatus.REJECTED]
        if not proposed or initiative.status == ProposalStatus.REJECTED:
            return {}
        targets = [each.target for each in cities if each.target]
        are_renamed = any(each.edited_value or each.object_id != each.proposed_id for each in targets)
        are_added = any(each.origin == Origin.HAND for each in cities)
        if len(cities) == len(proposed) and not are_renamed and not are_added:
            return {}
        titles = {}
        for language, colon in TITLE_COLONS.items():
            column = f"title_{language}"
            label, is_generated, _names = initiative.value.get(column, "").partition(colon)
            if is_generated and initiative.final_value.get(column) == initiative.value[column]:
                # Two cities may be matched with the same record.
                names = dict.fromkeys(self._city_name(city, language) for city in cities)
                titles[column] = title_of(label, [*names], language)
        return titles

    def _city_name(self, city: Proposal, language: str) -> str:
        record = self.related(city)
        names = vars(record) if record and record.pk else city.target.final_value if city.target else {}
        return names.get(f"name_{language}") or names.get("name_en") or city.shown

    def field(self, proposal: Proposal) -> str:
        """Returns the label of a value's field, such as "status" or "figure", or the kind of a subject."""
        if proposal.field:
            return evidence_coverage.field_label(proposal.model, proposal.field)
        return str(proposal.get_kind_display())

    def value(self, proposal: Proposal) -> str:
        """Returns the value of a proposal in readable form."""
        if proposal.is_subject:
            return self.name(proposal)
        value = proposal.final_value
        if proposal.kind == ProposalKind.FIGURE:
            return figure_words(value)
        if proposal.kind == ProposalKind.ATTENDANCE:
            return with_remark(self._target_name(proposal), value.get("role_at_event", ""))
        if isinstance(value, dict):
            name, role = self.related_name(proposal), value.get("role")
            return with_remark(name, CityRole(role).label) if role in CityRole.values else name
        return format_value(proposal.model(**{proposal.field: value}), proposal.field, {})

    def related(self, proposal: Proposal) -> Record | None:
        """Returns the stored record that the value of a relation refers to."""
        if named := related_slug(proposal):
            return self._by_slug.get(named)
        return self.record(proposal.target) if proposal.target else None

    def related_name(self, proposal: Proposal) -> str:
        """Returns the name of the record that the value of a relation refers to."""
        record = self._by_slug.get(related_slug(proposal))
        return str(record) if record else self._target_name(proposal) or proposal.final_value.get("slug", "")

    def _target_name(self, proposal: Proposal) -> str:
        return self.name(proposal.target) if proposal.target else ""


def figure_words(value: dict[str, str]) -> str:
    """Formats a figure, such as "over 40,000 visitors a year (2025)". Returns "" after the text has been purged."""
    if not value:
        return ""
    line = format_figure(Figure(**value | {"value": Decimal(value["value"])})).strip()
    if value["label"] and value["label"] != value["unit"]:
        line = with_label(value["label"], line)
    return with_remark(line, edtf.format_date(value["period"])) if value["period"] else line


def related_slug(value: Proposal) -> tuple[type[Record], str] | None:
    """Returns the model and the slug that the value of a relation refers to, or None."""
    if value.is_subject or value.kind != ProposalKind.VALUE:
        return None
    slug = value.final_value.get("slug") if isinstance(value.final_value, dict) else None
    return (value.model._meta.get_field(value.field).related_model, slug) if slug else None
