"""The 63 facts of the report that the site started from are in the data, each footnoted to its paragraph.

tests/data/ledger_map.csv says for each fact which record and field keep it and which paragraph tells it; the
paragraphs were worked out by reading the report, not from the data. A fact may be kept in several places.
"""

import csv
from pathlib import Path

import pytest

from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.sources.base_models import FIGURE, WHOLE
from sco_cities.sources.models import Stance

FIRST_REPORT = "xinhua-20250710"
FACTS = 63
PARAGRAPHS = 16

with (Path(__file__).parent / "data" / "ledger_map.csv").open(encoding="utf-8", newline="") as file:
    LEDGER = list(csv.DictReader(file))

each_place = pytest.mark.parametrize(
    "record, field, paragraph",
    [(row["record"], row["field"], int(row["paragraph"])) for row in LEDGER],
    ids=[f"{row['no']}-{row['record']}-{row['field']}" for row in LEDGER],
)


def stored(reference: str):
    collection, _colon, slug = reference.partition(":")
    return RECORD_MODELS[collection].objects.get(slug=slug)


def test_the_ledger_has_every_fact_and_every_paragraph():
    assert {int(row["no"]) for row in LEDGER} == set(range(1, FACTS + 1))
    assert {int(row["paragraph"]) for row in LEDGER} == set(range(1, PARAGRAPHS + 1))


def test_the_facts_come_in_the_order_of_the_report():
    places = [(int(row["no"]), int(row["paragraph"])) for row in LEDGER]
    assert places == sorted(places)
    assert [paragraph for _no, paragraph in places] == sorted(paragraph for _no, paragraph in places)


@each_place
def test_a_fact_is_kept_in_a_published_record_whose_field_holds_a_value(loaded, record, field, paragraph):
    kept = stored(record)
    assert kept.is_published
    assert field == WHOLE or field in kept.filled_fields()


@each_place
def test_a_fact_is_footnoted_to_the_paragraph_that_tells_it(loaded, record, field, paragraph):
    kept = stored(record)
    evidence = kept.evidence.filter(stance=Stance.SUPPORTS, passage__report__slug=FIRST_REPORT)
    name, _colon, label = field.partition(":")
    own = evidence.filter(field=name, figure__label=label) if name == FIGURE else evidence.filter(field=name)
    # A field without evidence of its own rests on that for the record as a whole.
    counted = own or evidence.filter(field=WHOLE)
    assert paragraph in counted.values_list("passage__number", flat=True)


@pytest.mark.parametrize("number", range(1, PARAGRAPHS + 1))
def test_a_paragraph_of_the_report_is_a_passage_that_records_cite(loaded, number):
    passage = stored(f"reports:{FIRST_REPORT}").passages.get(number=number)
    assert passage.summary
    assert passage.evidence.exists()
    assert passage.quotation == ""
