"""The data contains all 63 facts of the site's first report, each with a footnote to its paragraph.

tests/data/ledger_map.csv gives the record, the field and the paragraph of each fact. The paragraph numbers were
read from the report itself, not from the stored footnotes. A fact can be stored in several places.
"""

import csv
from pathlib import Path

from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, WHOLE
from sco_cities.sources.models import Stance

FIRST_REPORT = "xinhua-20250710"
FACTS = 63
PARAGRAPHS = 16

with (Path(__file__).parent / "data" / "ledger_map.csv").open(encoding="utf-8", newline="") as file:
    LEDGER = list(csv.DictReader(file))


def get_record(reference: str):
    collection, _colon, slug = reference.partition(":")
    return RECORD_MODELS[collection].objects.get(slug=slug)


def test_the_ledger_has_every_fact_and_every_paragraph():
    assert {int(row["no"]) for row in LEDGER} == set(range(1, FACTS + 1))
    assert {int(row["paragraph"]) for row in LEDGER} == set(range(1, PARAGRAPHS + 1))


def test_the_facts_are_in_the_order_of_the_report():
    facts = [(int(row["no"]), int(row["paragraph"])) for row in LEDGER]
    assert facts == sorted(facts)
    assert [paragraph for _no, paragraph in facts] == sorted(paragraph for _no, paragraph in facts)


def test_every_fact_is_published_and_footnoted_to_its_paragraph(loaded_package):
    wrong = []
    for row in LEDGER:
        record, field = get_record(row["record"]), row["field"]
        evidence = record.evidence.filter(stance=Stance.SUPPORTS, passage__report__slug=FIRST_REPORT)
        name, _colon, label = field.partition(":")
        own = (
            evidence.filter(field=name, figure__label=label)
            if name == FIGURE
            else evidence.filter(field=name)
        )
        # Evidence for the whole record also supports fields without separate evidence.
        supporting = own or evidence.filter(field=WHOLE)
        is_filled = field == WHOLE or field in evidence_coverage.filled_fields([record])[record.pk]
        paragraphs = supporting.values_list("passage__number", flat=True)
        if not (record.is_published and is_filled and int(row["paragraph"]) in paragraphs):
            wrong.append(f"{row['no']}: {row['record']}, {field}")
    assert wrong == []


def test_every_paragraph_of_the_report_is_a_passage_cited_by_records(loaded_package):
    for number in range(1, PARAGRAPHS + 1):
        passage = get_record(f"reports:{FIRST_REPORT}").passages.get(number=number)
        assert (bool(passage.summary), passage.evidence.exists(), passage.quotation) == (True, True, ""), (
            number
        )
