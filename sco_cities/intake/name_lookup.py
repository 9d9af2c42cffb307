"""Finds records by a name typed in any language. Records of the intake come first."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from sco_cities.core.localized_names import split_list
from sco_cities.core.publication_state import PublicationState
from sco_cities.i18n.languages import TEXT_LANGUAGES
from sco_cities.names.letters import plain

from .known_names import known_names
from .models import MODELS, Intake, Proposal, ProposalStatus
from .page.labels import ProposalLabels
from .reading.dictionary import KnownName
from .reading.report_text import ReportText

_NAMES = {f"{stem}_{language}" for stem in ("name", "title") for language in TEXT_LANGUAGES}
_NO_LONGER_OFFERED = (ProposalStatus.REJECTED, ProposalStatus.SUPERSEDED)


@dataclass(frozen=True)
class NamedRecordMatch:
    """The match of a name. It is either the slug of a stored record or a subject that becomes a draft."""

    slug: str = ""
    subject: Proposal | None = None


class NameLookup:
    """Looks up names among an intake's subjects and all stored records."""

    def __init__(self, intake: Intake):
        self.intake = intake
        self._subjects: dict[tuple[str, str], Proposal] = {}
        subjects = list(
            intake.proposals.filter(subject=None).exclude(status__in=_NO_LONGER_OFFERED).order_by("-pk")
        )
        self.labels = ProposalLabels(subjects)
        for subject in subjects:
            for name in self._names(subject):
                self._subjects[subject.kind, plain(name)] = subject

    def _names(self, subject: Proposal) -> list[str]:
        value = subject.final_value or {}
        texts = [text for name, text in value.items() if name.startswith(("name", "title")) and text]
        return [self.labels.name(subject), subject.shown, *texts]

    def names(self, kind: str) -> list[str]:
        """The names of the intake's subjects of this kind, offered as choices."""
        subjects = {subject.pk: subject for (each, _), subject in self._subjects.items() if each == kind}
        return [self.labels.name(subjects[key]) for key in sorted(subjects)]

    def find(self, kind: str, name: str) -> NamedRecordMatch | None:
        """The record of this kind with the name `name`, or None."""
        if subject := self._subjects.get((kind, plain(name))):
            record = self.labels.record(subject)
            return NamedRecordMatch(record.slug) if record else NamedRecordMatch(subject=subject)
        slug = self._stored(kind, name)
        return NamedRecordMatch(slug) if slug else None

    def stored(self, kind: str, name: str) -> str:
        """The slug of the stored record of this kind with the name or slug `name`, or "".

        A subject with this name that becomes a new draft does not count.
        """
        subject = self._subjects.get((kind, plain(name)))
        record = self.labels.record(subject) if subject else None
        return record.slug if record else self._stored(kind, name)

    def _stored(self, kind: str, name: str) -> str:
        records = MODELS[kind]._base_manager.exclude(state=PublicationState.WITHDRAWN)
        if records.filter(slug=name[:80]).exists():
            return name[:80]
        known = self.known(kind, name)
        if known and known.key:
            return known.key
        # The dictionary contains neither titles of initiatives nor persons with a single name.
        columns = {field.name for field in MODELS[kind]._meta.concrete_fields} & _NAMES
        named = [Q(**{f"{column}__iexact": name.strip()}) for column in columns]
        found = records.filter(reduce(or_, named)).values_list("slug", flat=True)[:2] if named else ()
        return found[0] if len(found) == 1 else ""

    def known(self, kind: str, name: str) -> KnownName | None:
        """The most likely record or gazetteer place with this name, ignoring case."""
        name = name.strip()
        return self._known(kind, name) or self._known(kind, name.title())

    def _known(self, kind: str, name: str) -> KnownName | None:
        hits = known_names().find(ReportText(name)) if name else []
        whole = (hit.of_kind(kind) for hit in hits if (hit.start, hit.end) == (0, len(name)))
        return next(filter(None, whole), None)

    def find_all(self, kind: str, names: str) -> tuple[list[NamedRecordMatch], list[str]]:
        """The records named in a list such as "Tashkent; 西安", and the names without a match."""
        found, unknown = [], []
        for name in split_list(names):
            match = self.find(kind, name)
            if match:
                found.append(match)
            else:
                unknown.append(name)
        return found, unknown
