"""A translation must be checked exactly when its English original has changed."""

import pytest

from delegates.models import Statement
from sco_cities.core import translations
from sco_cities.core.translations import translated_fields, translation_columns
from sco_cities.sources.models import AddressCheck, Evidence, Figure, Passage, Report
from tests import factories as make

RU, ZH = "summary_ru", "summary_zh"


@pytest.fixture
def statement(db):
    made = make.make_statement(
        event=make.make_event(), summary="Lamps.", summary_ru="Лампы.", summary_zh="灯。"
    )
    return Statement.objects.get(pk=made.pk)


def save(record, **values):
    """Saves the values as a form does, in an instance that has just been read."""
    record = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return record


@pytest.mark.parametrize(
    ("changes", "outdated"),
    [
        ([{"summary": "Lamps!"}], [RU, ZH]),
        ([{"summary": "Lamps."}], []),
        ([{"summary": "Lamps.\r\n"}], []),
        ([{"summary": "Lamps!", RU: "Лампы!"}], [ZH]),
        ([{"summary": "Lamps!"}, {RU: "Лампы!"}], [ZH]),
        ([{RU: "Фонари."}], []),
        ([{"summary": "Lamps!"}, {"summary": "Lamps."}], []),
        ([{"summary": "Lamps!"}, {"summary": "Lights!"}, {"summary": "Lamps."}], []),
        ([{"summary": "Lamps!"}, {RU: ""}], [ZH]),
        ([{"summary": "Lamps!"}, {"checked_translations": [RU]}], [ZH]),
        ([{"summary": "Lamps!", "checked_translations": [RU]}], [ZH]),
        ([{"summary": "Lamps!", "checked_translations": [RU]}, {"summary": "Lamps."}], [RU]),
        ([{"summary": "Lamps!"}, {"slug": "other"}], [RU, ZH]),
    ],
)
def test_translations_are_to_be_checked_after_the_english_text_has_changed(statement, changes, outdated):
    for values in changes:
        save(statement, **values)
    assert Statement.objects.get(pk=statement.pk).outdated_translations == outdated
    for name in (RU, ZH):
        found = Statement.objects.filter(translations.is_outdated(name)).exists()
        assert found == (name in outdated)


def test_an_instance_can_be_saved_several_times(statement):
    statement.summary = "Lamps!"
    statement.save()
    statement.save()
    assert statement.outdated_translations == [RU, ZH]
    statement.summary_ru = "Лампы!"
    statement.save()
    assert statement.outdated_translations == [ZH]
    statement.refresh_from_db()
    statement.summary = "Lamps."
    statement.save()
    assert statement.outdated_translations == [RU]


def test_a_new_record_has_nothing_to_check(db):
    made = make.make_theme(description="Lamps", description_ru="Лампы", name_ru="Лампы")
    assert made.translated_from == ""


def test_values_given_with_the_texts_are_kept_if_they_still_add_information(statement):
    made_from = translations.digest("Lights.")
    statement.translated_from = (
        f"{RU}:{made_from}; {ZH}:{translations.digest('Lamps.')}; other_ru:{made_from}"
    )
    statement.take_translated_from_as_given()
    statement.save()
    assert statement.translated_from == f"{RU}:{made_from}"


def test_the_english_column_of_a_text_keeps_its_name_in_exports():
    assert translated_fields(Statement)["summary"].columns == {"en": "summary", "ru": RU, "zh": ZH}
    assert translated_fields(Figure)["unit"].english == "unit"
    assert translated_fields(Report)["note"].english == "note"
    assert translated_fields(AddressCheck) == {}
    assert translation_columns(Passage) == [RU, ZH]
    assert translation_columns(Evidence) == ["reported_value_ru", "reported_value_zh"]
