"""The history stores translations. A revert also restores which translations must be checked."""

from initiatives.models import Initiative
from sco_cities.core.translations import digest
from sco_cities.history import serialization
from sco_cities.history.delta import match_rows
from sco_cities.history.diff_display import revision_lines
from sco_cities.history.serialization import document_schema
from sco_cities.sources.models import Evidence, Report
from tests import factories as make
from tests.changes.test_revert import revert_set

from .snapshots import edit, recording, snapshot


def test_a_reverted_text_is_that_of_its_translations_again(lamps):
    edit(lamps, title_ru="Лампы")
    before = snapshot(lamps)
    change_set = edit(Initiative.objects.get(), title_en="Brighter lamps")
    assert Initiative.objects.get().outdated_translations == ["title_ru"]
    revert_set(change_set)
    assert snapshot(lamps) == before


def test_a_reverted_check_leaves_the_translation_to_be_checked(lamps):
    edit(lamps, title_ru="Лампы")
    edit(Initiative.objects.get(), title_en="Brighter lamps")
    checked = edit(Initiative.objects.get(), checked_translations=["title_ru"])
    assert Initiative.objects.get().outdated_translations == []
    revert_set(checked)
    assert Initiative.objects.get().outdated_translations == ["title_ru"]


def test_a_reverted_text_affects_only_its_own_translations(lamps):
    edit(lamps, title_ru="Лампы", summary_ru="Свет.")
    change_set = edit(Initiative.objects.get(), title_en="Brighter lamps", summary_en="Light!")
    revert_set(change_set, fields=["title_en"])
    assert Initiative.objects.get().outdated_translations == ["summary_ru"]


def test_rows_without_translations_are_stored_as_before(lamps):
    row = snapshot(lamps)["evidence"][0]
    assert set(row) == {"field", "figure", "passage", "stance", "reported_value"}


def test_a_translated_row_is_a_changed_row(lamps):
    item = make.make_evidence(lamps, "status", stance="differs", reported_value="20 lamps")
    with recording(lamps) as recorder:
        item = Evidence.objects.get(pk=item.pk)
        item.reported_value_ru, item.reported_value_zh = "20 ламп", "20盏灯"
        item.save()
    [revision] = recorder.change_set.revisions.all()
    changed, removed, added = match_rows(
        document_schema(Initiative).rows["evidence"], revision.changes["evidence"]
    )
    assert (len(changed), removed, added) == (1, [], [])
    revert_set(recorder.change_set)
    assert Evidence.objects.get(pk=item.pk).reported_value_ru == ""


def test_a_record_deleted_before_there_were_translations_can_be_restored(lamps):
    make.make_evidence(lamps, make.make_figure(lamps))
    with recording(lamps) as recorder:
        Initiative.objects.get().delete()
    [revision] = recorder.change_set.revisions.all()
    # A revision written by an earlier version lacks this field.
    del revision.changes["translated_from"]
    revision.save()
    revert_set(recorder.change_set)
    restored = Initiative.objects.get()
    assert (restored.translated_from, restored.figures.get().unit_ru) == ("", "")


def test_the_difference_names_the_translations_to_be_checked(lamps):
    edit(lamps, title_ru="Лампы", title_zh="灯")
    change_set = edit(Initiative.objects.get(), title_en="Brighter lamps")
    changes = change_set.revisions.get().changes
    assert (
        changes["translated_from"][1]
        == f"title_ru:{digest('Bright lamps')}; title_zh:{digest('Bright lamps')}"
    )
    [lines] = revision_lines([(Initiative, changes)])
    line = next(line for line in lines if line.name == "translated_from")
    assert (line.label, [part.text for part in line.parts]) == (
        "translations to be checked",
        ["title in Russian, title in Chinese"],
    )


def test_documents_have_the_translations_of_rows(lamps):
    make.make_figure(lamps, label_ru="лампы", unit_ru="лампа | лампы | ламп")
    [row] = serialization.read_documents(Initiative, [lamps.pk])[lamps.pk]["figures"]
    assert (row["label_ru"], row["unit_ru"]) == ("лампы", "лампа | лампы | ламп")
    assert "label_zh" not in row


def test_the_archived_copy_of_a_passage_is_kept_and_reverted_and_an_empty_one_leaves_rows_as_before(db):
    report = make.make_report()
    before = snapshot(report)
    assert "archive_address" not in before["passages"][0]
    with recording(report) as recorder:
        passage = report.passages.get()
        passage.archive_address = "https://archive.example/gazette"
        passage.save()
    assert snapshot(report)["passages"][0]["archive_address"] == "https://archive.example/gazette"
    [lines] = revision_lines([(Report, recorder.change_set.revisions.get().changes)])
    assert "https://archive.example/gazette" in str(lines)
    revert_set(recorder.change_set)
    assert snapshot(report) == before
