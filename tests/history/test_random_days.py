"""After random edits on simulated days, each record as of a day equals the dump of that day."""

import datetime
import json
from collections import Counter
from contextlib import suppress
from random import Random
from typing import NamedTuple

import orjson
import pytest
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve

from delegates.models import Organisation
from sco_cities.api.record_document import is_of_others, record_document
from sco_cities.changes.recorder import record_changes
from sco_cities.cities.models import City
from sco_cities.core.exceptions import Refused
from sco_cities.curation.merge.apply import merge
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.as_of_view import respond_as_of
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.shown_record import AsOf, ShownRecord, shown_now
from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION
from sco_cities.sources.base_models import Record
from sco_cities.themes.models import Theme
from tests import random_edits
from tests.extent import IS_FULL, sample
from tests.sample_records import RECORDS, make_sample_records

SEEDS = range(8) if IS_FULL else (8,)
# At least 40 records in total, because some are deleted later and cannot be compared.
SAMPLES = -(-max(sample(40), 40) // len(SEEDS))
DAYS, EDITS_PER_DAY = (10, 12) if IS_FULL else (4, 6)
FIRST_DAY = datetime.date(2026, 1, 1)
# Curators cannot make these edits, because a slug belongs to one record forever.
IMPOSSIBLE = {"swap_slugs", "apply_several_in_one_transaction", "roll_back_edits", "change_a_primary_key"}
EDITS = sorted(set(random_edits.EDITS) - IMPOSSIBLE)
# Fields that depend on how a document is requested.
OF_THE_REQUEST = {"url", "cite_as", "history", "as_of", "merged_into"}
OF_TIMES = {"updated_at", "published_at", "changed_at"}


class _Dump(NamedTuple):
    """The document of a record that readers saw at the end of a day, or None."""

    day: datetime.date
    model: type[Record]
    key: int
    slug: str
    document: dict | None


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_a_record_as_of_a_day_is_what_the_dump_of_that_day_has(rf, seed):
    simulation = _Simulation(Random(seed), rf)
    compared: Counter[str] = Counter()
    for dump in simulation.dumps:
        fate = simulation.fate(dump.model, dump.key)
        found = simulation.comparable(_document_then(rf, dump), dump.model)
        expected = None if fate == "deleted" else simulation.comparable(dump.document, dump.model)
        if deleted := simulation.deleted_in(expected):
            # A deleted record is no longer shown, and references to it are not shown either.
            assert found is not None and not deleted & simulation.deleted_in(found), dump
        else:
            assert found == expected, (fate, dump)
            compared[fate] += dump.document is not None
    assert compared.total() > SAMPLES / 2 and (IS_FULL or (compared["merged"] and compared["deleted"])), (
        compared
    )


class _Simulation:
    """Days with random edits and merges.

    `dumps` has the documents of random records that readers saw at the end of each day.
    """

    def __init__(self, random: Random, rf: RequestFactory):
        self.random, self.rf = random, rf
        self.dumps: list[_Dump] = []
        # The slugs that any record has ever had, because references use today's slugs.
        self.names: dict[str, str] = {}
        self.merged: dict[str, str] = {}
        make_sample_records()
        for number in range(DAYS):
            for _edit in range(EDITS_PER_DAY if number else 0):
                self._edit()
            self._merge()
            self._end(FIRST_DAY + datetime.timedelta(days=number))
        for _edit in range(EDITS_PER_DAY):
            self._edit()
        self._merge()
        self._note_names()
        self.stored = {
            f"{model.collection} {key}"
            for model in RECORDS
            for key in model.objects.values_list("pk", flat=True)
        }

    def fate(self, model: type[Record], key: int) -> str:
        return self._fate(f"{model.collection} {key}")

    def _fate(self, name: str) -> str:
        """Returns "deleted" for a record that was merged into another record if that record was deleted later."""
        if name in self.stored:
            return "stored"
        target = name
        while target in self.merged:
            target = self.merged[target]
        return "merged" if target in self.stored else "deleted"

    def deleted_in(self, document) -> set[str]:
        """Returns the deleted records named in a comparable document."""
        if isinstance(document, dict):
            return set().union(*map(self.deleted_in, document.values()))
        if isinstance(document, list):
            return set().union(*map(self.deleted_in, document))
        name = document.partition("#")[0] if isinstance(document, str) else ""
        return {name} if name in self.names.values() and self._fate(name) == "deleted" else set()

    def _merge(self) -> None:
        """Merges two records of a model that requires no evidence."""
        model = self.random.choice((Theme, City, Organisation))
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        if len(keys) < 2:
            return
        target, duplicate = self.random.sample(keys, 2)
        # SQL executed manually may have moved evidence for a status to a record without a status.
        with suppress(Refused, FieldDoesNotExist):
            merge(model, target, duplicate)
            self.merged[f"{model.collection} {duplicate}"] = f"{model.collection} {target}"

    def _edit(self) -> None:
        with record_changes(ChangeSource.EDIT) as recorder:
            recorder.evidence_stands = True
            before = {model: set(model.objects.values_list("pk", flat=True)) for model in RECORDS}
            for model, keys in before.items():
                recorder.watch(model, keys)
            random_edits.apply(self.random.choice(EDITS), self.random.randrange(10**6))
            for model, keys in before.items():
                recorder.note_created(list(model.objects.exclude(pk__in=keys)))

    def _end(self, day: datetime.date) -> None:
        """Dates new changes and records to this day, and dumps some records."""
        noon = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
        an_hour_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
        ChangeSet.objects.filter(made_at__gt=an_hour_ago).update(made_at=noon)
        for model in RECORDS:
            model.objects.filter(created_at__gt=an_hour_ago).update(created_at=noon)
        self._note_names()
        for _sample in range(-(-SAMPLES // DAYS)):
            model = self.random.choice(RECORDS)
            if records := list(model.objects.for_record_page().order_by("pk")):
                record = self.random.choice(records)
                document = _document(self.rf, shown_now(record)) if record.is_published else None
                self.dumps.append(_Dump(day, model, record.pk, record.slug, document))

    def _note_names(self) -> None:
        for model in RECORDS:
            for key, slug in model.objects.values_list("pk", "slug"):
                self.names[slug] = f"{model.collection} {key}"

    def comparable(self, document: dict | None, model: type[Record]) -> dict | None:
        """Returns the document with keys instead of slugs, with sorted lists, and without today's values."""
        if document is None:
            return None
        columns = LISTS_BY_COLLECTION[model.collection].listing.columns
        left_out = OF_THE_REQUEST | OF_TIMES
        for column in columns:
            if is_of_others(column, model):
                left_out |= {column.name, f"{column.name}_first", f"{column.name}_last"}
        return {
            name: self._tidy(value)
            for name, value in document.items()
            if name not in left_out and not name.endswith("_names")
        }

    def _tidy(self, value):
        if isinstance(value, dict):
            return {name: self._tidy(each) for name, each in value.items() if name != "url"}
        if isinstance(value, list):
            return sorted(map(self._tidy, value), key=str)
        if isinstance(value, str):
            slug, hash_sign, number = value.partition("#")
            return f"{self.names.get(slug, slug)}{hash_sign}{number}"
        return value


def _document(rf: RequestFactory, shown: ShownRecord) -> dict:
    listing = LISTS_BY_COLLECTION[shown.record.collection].listing
    with facet_index(*COLLECTIONS) as state:
        return json.loads(orjson.dumps(record_document(listing, state, shown, rf.get("/"))))


def _document_then(rf: RequestFactory, dump: _Dump) -> dict | None:
    """Returns the document as of the day at the URL that the record had on that day."""
    shown: list[ShownRecord] = []
    path = f"/api/{dump.model.collection}/{dump.slug}/"
    for _redirect in range(2):
        request = rf.get(path)
        request.resolver_match = resolve(request.path)
        slug = request.resolver_match.kwargs["slug"]
        try:
            response = respond_as_of(
                request, dump.model, slug, AsOf(dump.day), lambda each: shown.append(each) or {}
            )
        except Http404:
            return None
        if shown:
            # Another record may have this URL now.
            return _document(rf, shown[0]) if shown[0].record.pk == dump.key else None
        path = response.get("Location", path).partition("?")[0]
    return None
