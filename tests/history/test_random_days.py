"""Random edits on simulated days: each record as of a day is what a dump of that day has."""

import datetime
import json
from random import Random

import orjson
import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve

from sco_cities.api.past_row import is_of_others
from sco_cities.api.record_document import record_document
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.as_of import AsOf
from sco_cities.history.as_of_view import respond_as_of
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.history.shown_record import ShownRecord, shown_now
from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION
from sco_cities.sources.base_models import Record
from tests import random_edits
from tests.extent import IS_FULL, sample
from tests.sample_records import RECORDS, make_sample_records

SAMPLES = sample(40)
DAYS, EDITS_PER_DAY = (10, 12) if IS_FULL else (4, 6)
FIRST_DAY = datetime.date(2026, 1, 1)
# No curator can do these: a slug belongs to one record for ever.
IMPOSSIBLE = {"swap_slugs", "apply_several_in_one_transaction", "roll_back_edits", "change_a_primary_key"}
EDITS = sorted(set(random_edits.EDITS) - IMPOSSIBLE)
# What depends on how a document is asked for, and what statements have of their speakers and events.
OF_THE_REQUEST = {"url", "cite_as", "history", "as_of", "merged_into"}
OF_TIMES = {"updated_at", "published_at", "changed_at"}
OF_SPEAKERS = {"organisation", "city", "country", "date", "date_first", "date_last"}

Dump = tuple[datetime.date, type[Record], int, dict | None]


@pytest.mark.django_db
def test_a_record_as_of_a_day_is_what_the_dump_of_that_day_has(rf):
    random = Random(4)
    simulation = _Simulation(random, rf)
    compared = 0
    for day, model, key, expected in simulation.dumps:
        record = model.objects.filter(pk=key).first()
        # Of a record that has been deleted since, there is no address.
        if record is not None:
            found = _document_then(rf, record, day)
            assert simulation.comparable(found, model) == simulation.comparable(expected, model), (
                day,
                record,
            )
            compared += found is not None
    assert compared > SAMPLES / 2


class _Simulation:
    """Days with random edits. `dumps` has what readers saw of random records at the end of each; None: nothing."""

    def __init__(self, random: Random, rf: RequestFactory):
        self.random, self.rf = random, rf
        self.dumps: list[Dump] = []
        # All slugs of all records, because references have those of today.
        self.names: dict[str, str] = {}
        make_sample_records()
        for number in range(DAYS):
            for _edit in range(EDITS_PER_DAY if number else 0):
                self._edit()
            self._end(FIRST_DAY + datetime.timedelta(days=number))
        for _edit in range(EDITS_PER_DAY):
            self._edit()
        self._note_names()

    def _edit(self) -> None:
        with record_changes(ChangeSource.EDIT) as recorder:
            before = {model: set(model.objects.values_list("pk", flat=True)) for model in RECORDS}
            for model, keys in before.items():
                recorder.watch(model, keys)
            random_edits.apply(self.random.choice(EDITS), self.random.randrange(10**6))
            for model, keys in before.items():
                recorder.note_created(list(model.objects.exclude(pk__in=keys)))

    def _end(self, day: datetime.date) -> None:
        """Moves what is new to this day, and dumps some records."""
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
                self.dumps.append((day, model, record.pk, document))

    def _note_names(self) -> None:
        for model in RECORDS:
            for key, slug in model.objects.values_list("pk", "slug"):
                self.names[slug] = f"{model.collection} {key}"

    def comparable(self, document: dict | None, model: type[Record]) -> dict | None:
        """The document with keys for slugs, in any order of lists, and without what is of today."""
        if document is None:
            return None
        columns = LISTS_BY_COLLECTION[model.collection].listing.columns
        left_out = OF_THE_REQUEST | OF_TIMES | {each.name for each in columns if is_of_others(each, model)}
        left_out |= OF_SPEAKERS if model.collection == "statements" else set()
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


def _document_then(rf: RequestFactory, record: Record, day: datetime.date) -> dict | None:
    shown: list[ShownRecord] = []
    request = rf.get(f"/api/{record.collection}/{record.slug}/")
    request.resolver_match = resolve(request.path)
    try:
        respond_as_of(request, type(record), record.slug, AsOf(day), lambda each: shown.append(each) or {})
    except Http404:
        return None
    return _document(rf, shown[0]) if shown else None
