"""Each ruling in a data package belongs to a field or a figure of its record."""

import pytest

from sco_cities.sources.models import Ruling

from .sample_package import LAMPS, load, make_package, problems_of

pytestmark = pytest.mark.django_db


def with_ruling(record: str, field: str) -> dict[str, str]:
    return LAMPS | {"rulings": f"record,field,reason\n{record},{field},Two ministries say so.\n"}


@pytest.mark.parametrize(
    ("record", "field"),
    [("initiatives:lamps-for-all", "starts_on"), ("cities:alphaville", "figure:lamps per street"),
     ("initiatives:lamps-for-all", "cities"), ("countries:XA", "*")],
)  # fmt: skip
def test_a_ruling_is_loaded_with_its_field(record, field, tmp_path):
    load(make_package(tmp_path, with_ruling(record, field)))
    assert Ruling.objects.values_list("field", "reason").get() == (field, "Two ministries say so.")


@pytest.mark.parametrize(
    ("record", "field", "problem"),
    [
        (
            "initiatives:lamps-for-all", "start_on",
            "field “start_on”: There is no such evidence field in initiatives. "
            "Did you mean “starts_on”?",
        ),
        (
            "cities:alphaville", "figure:lamps per streets",
            "field “figure:lamps per streets”: The record has no such figure. "
            "Did you mean “figure:lamps per street”?",
        ),
    ],
)  # fmt: skip
def test_a_ruling_on_an_unknown_field_is_an_error_with_a_suggestion(record, field, problem, tmp_path):
    assert problems_of(make_package(tmp_path, with_ruling(record, field))) == [f"rulings.csv:2: {problem}"]


def test_an_unknown_language_of_a_report_is_an_error(tmp_path):
    reports = LAMPS["reports"].replace("2025,en,https://herald", "2025,english,https://herald")
    assert problems_of(make_package(tmp_path, LAMPS | {"reports": reports})) == [
        "reports.csv:3: language “english”: “english” is not a language code. Use two letters "
        "(ISO 639-1), for example en, ru or zh. Did you mean “en”?"
    ]
