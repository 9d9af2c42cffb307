"""Builds the dictionary of all names in every language, and finds records by names entered by a curator."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _

from delegates.models import Delegate, Event, Organisation
from sco_cities.cities.models import City, Country
from sco_cities.core.localized_names import split_list
from sco_cities.core.publication_state import PublicationState
from sco_cities.facet_index import change_log
from sco_cities.i18n.countries import SITE_LOCALES, cldr_country_names
from sco_cities.i18n.languages import TEXT_LANGUAGES
from sco_cities.i18n.punctuation import comma_list
from sco_cities.names.gazetteer import REGION, WORLD, city_names, places
from sco_cities.names.letters import is_han, plain
from sco_cities.names.vocabulary import vocabulary

from .models import MODELS, Intake, Proposal, ProposalStatus
from .proposal_labels import ProposalLabels
from .reading.dictionary import Dictionary, KnownName
from .reading.report_text import ReportText

_NAME_COLUMNS = tuple(f"{stem}_{language}" for stem in ("name", "title") for language in TEXT_LANGUAGES)
# Number of names that an error message or a list of suggestions contains.
_MOST_NAMED, _MOST_SUGGESTED = 5, 20
# Maximum length of a Chinese name that is considered a single word.
_MOST_OF_A_WORD = 3
_LOCK = threading.Lock()


def known_names() -> Dictionary:
    """Returns the dictionary of the current data, cached until the data changes. Building it takes 0.25 s and 25 MB."""
    version = change_log.version(DEFAULT_DB_ALIAS)
    # Two threads must not build the dictionary at the same time.
    with _LOCK:
        return _dictionary(version)


@lru_cache(maxsize=1)
def _dictionary(version: change_log.Version) -> Dictionary:
    return Dictionary(_all_names())


clear = _dictionary.cache_clear


def _all_names() -> Iterator[KnownName]:
    yield from _countries()
    yield from _cities()
    seats = ("kind", "country__slug", "city__slug")
    for row, names in _records(Organisation, *seats):
        yield KnownName("organisation", row["slug"], names, details={name: row[name] or "" for name in seats})
    for row, names in _records(Event):
        yield KnownName("event", row["slug"], names)
    for row, names in _records(Delegate):
        yield KnownName("delegate", row["slug"], tuple(filter(_is_full_name, names)))


def _is_full_name(name: str) -> bool:
    """Returns True for names of several words. Persons are recognised only by full names."""
    return " " in name or "·" in name or (name[0] >= "\u3400" and len(name) > 2)


def _records(model, *fields: str) -> Iterator[tuple[dict, tuple[str, ...]]]:
    """Yields the slug and other fields of each record that is not withdrawn, and its names."""
    stored = {field.name for field in model._meta.concrete_fields}
    names = [name for name in _NAME_COLUMNS if name in stored]
    columns = [*names, *({"aliases"} & stored)]
    records = model.objects.using(DEFAULT_DB_ALIAS).exclude(state=PublicationState.WITHDRAWN).order_by("slug")
    for row in records.values("slug", *columns, *fields):
        yield row, _distinct([*(row[name] for name in names), *split_list(row.get("aliases", ""))])


def _countries() -> Iterator[KnownName]:
    records = {row["slug"].upper(): names for row, names in _records(Country)}
    locales = [cldr_country_names(locale) for locale in SITE_LOCALES]
    codes = sorted(locales[0])
    other = {code: [] for code in codes}
    adjectives: dict[str, list[str]] = {code: [] for code in codes}
    for row in vocabulary("countries"):
        if row.language == "pair" or row.meaning not in other:
            continue
        is_adjective = row.language == "ru" and row.word.endswith("ский")
        (adjectives if is_adjective else other)[row.meaning].append(row.word)
    for code in codes:
        names = [*records.get(code, ()), *(names.get(code, "") for names in locales), *other[code]]
        slug = code.lower() if code in records else ""
        yield KnownName(
            "country", slug, _distinct(names), tuple(adjectives[code]), rank=0 if slug else 1, details={"code": code}
        )  # fmt: skip


def _cities() -> Iterator[KnownName]:
    known, done = city_names(), set()
    for row, names in _records(City, "geonames_id", "country__slug", "population"):
        number = str(row["geonames_id"] or "")
        yield KnownName(
            "city", row["slug"], _distinct([*names, *known.get(number, ())]), weight=row["population"] or 0,
            details={"country": row["country__slug"], "geonames_id": number},
        )  # fmt: skip
        done.add(number)
    for rank, file in ((1, REGION), (2, WORLD)):
        for place in places(file):
            if place.number not in done:
                done.add(place.number)
                yield KnownName(
                    "city", "", known[place.number], rank=rank, weight=place.population,
                    details={
                        "country": place.country.lower(),
                        "geonames_id": place.number if place.number.isdigit() else "",
                    },
                )  # fmt: skip


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def names_containing(kind: str, text: str) -> dict[str, str]:
    """Maps the slugs of stored records of a kind to their first name that contains `text`, shortest name first."""
    part = plain(text)
    found = {
        row["slug"]: next((name for name in names if part in plain(name)), "")
        for row, names in _records(MODELS[kind])
    }
    return dict(sorted(((slug, name) for slug, name in found.items() if name), key=lambda each: len(each[1])))


def suggested_names(kind: str, text: str) -> list[str]:
    """Returns the shortest names of stored records of a kind that contain `text`, at most 20."""
    return list(names_containing(kind, text).values())[:_MOST_SUGGESTED] if text else []


def records_with_overlapping_name(kind: str, names: Iterable[str]) -> list[str]:
    """Slugs of records with a name that contains all words of one of `names`, or vice versa.

    Names of one word are ignored.
    """
    own = {_bounded(name) for name in names if _has_several_words(name)}
    return [
        known.key
        for known in known_names().known_names
        if own and known.key and known.kind == kind
        and any(one in other or other in one
                for other in map(_bounded, filter(_has_several_words, known.names)) for one in own)
    ]  # fmt: skip


def _has_several_words(name: str) -> bool:
    return " " in name or (is_han(name) and len(name) > _MOST_OF_A_WORD)


def _bounded(name: str) -> str:
    """Normalises a name so that substring tests match only whole words, or for Chinese, characters."""
    return plain(name) if is_han(name) else f" {plain(name)} "


NO_LONGER_OFFERED = (ProposalStatus.REJECTED, ProposalStatus.SUPERSEDED)


@dataclass(frozen=True)
class NamedRecordMatch:
    """The match of a name, which is either the slug of a stored record or a subject that becomes a draft."""

    slug: str = ""
    subject: Proposal | None = None


class NameLookup:
    """Looks up names among an intake's subjects and all stored records."""

    def __init__(self, intake: Intake):
        self.intake = intake
        self._subjects: dict[tuple[str, str], Proposal] = {}
        subjects = list(
            intake.proposals.filter(subject=None).exclude(status__in=NO_LONGER_OFFERED).order_by("-pk")
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
        """Returns the names of the intake's subjects of this kind, offered as choices."""
        subjects = {subject.pk: subject for (each, _), subject in self._subjects.items() if each == kind}
        return [self.labels.name(subjects[key]) for key in sorted(subjects)]

    def find(self, kind: str, name: str) -> NamedRecordMatch | None:
        """Returns the record of this kind with the name `name`, or None."""
        if subject := self._subjects.get((kind, plain(name))):
            record = self.labels.record(subject)
            return NamedRecordMatch(record.slug) if record else NamedRecordMatch(subject=subject)
        slug = self._stored(kind, name)
        return NamedRecordMatch(slug) if slug else None

    def stored(self, kind: str, name: str) -> str:
        """Returns the slug of the stored record whose name or slug is `name`, or whose name contains `name`.

        Subjects that become new drafts are ignored. Raises ValidationError if there is no such record, or if several
        names contain `name`.
        """
        subject = self._subjects.get((kind, plain(name)))
        record = self.labels.record(subject) if subject else None
        if slug := record.slug if record else self._stored(kind, name):
            return slug
        found = names_containing(kind, name)
        if len(found) == 1:
            return next(iter(found))
        if not found:
            raise ValidationError(_("No record is named “%s”.") % name)
        text = _("Several names contain “%(name)s”: %(names)s. Enter more of the name.")
        raise ValidationError(text % {"name": name, "names": comma_list([*found.values()][:_MOST_NAMED])})

    def _stored(self, kind: str, name: str) -> str:
        records = MODELS[kind]._base_manager.exclude(state=PublicationState.WITHDRAWN)
        if records.filter(slug=name[:80]).exists():
            return name[:80]
        known = self.known(kind, name)
        if known and known.key:
            return known.key
        # The dictionary contains neither titles of initiatives nor persons with a single name.
        found = [row["slug"] for row, names in _records(MODELS[kind]) if plain(name) in map(plain, names)]
        return found[0] if len(found) == 1 else ""

    def known(self, kind: str, name: str) -> KnownName | None:
        """Returns the most likely record or gazetteer place with this name, ignoring case."""
        name = name.strip()
        return self._known(kind, name) or self._known(kind, name.title())

    def _known(self, kind: str, name: str) -> KnownName | None:
        hits = known_names().find(ReportText(name)) if name else []
        whole = (hit.of_kind(kind) for hit in hits if (hit.start, hit.end) == (0, len(name)))
        return next(filter(None, whole), None)
