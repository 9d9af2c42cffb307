"""The translation page shows one text after the other, groups equal texts, and reads and writes CSV.

Changes can be reverted.
"""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from delegates.models import Attendance, Delegate, Statement
from initiatives.models import Initiative
from sco_cities.changes import recorder
from sco_cities.curation.translations import sheet
from sco_cities.curation.translations.texts import text_kinds
from sco_cities.history.models import ChangeSet
from sco_cities.sources.models import Evidence, Figure, Passage
from tests import factories as make
from tests.changes.test_revert import revert_set
from tests.form_values import form_values

from .admin_client import client_with_role, errors_in, messages_in, soup

TEXT, OVERVIEW = reverse("admin:translate"), reverse("admin:translations")


def address(kind: str, language: str = "ru", show: str = "missing", **more) -> str:
    query = "&".join(
        f"{name}={value}"
        for name, value in {"kind": kind, "language": language, "show": show, **more}.items()
    )
    return f"{TEXT}?{query}"


def submitted(response) -> dict:
    return form_values(response.content, "#translation")


def translate(curator, url: str, text: str):
    """Fills in the translation, saves it and returns the page that follows."""
    return curator.post(url, submitted(curator.get(url)) | {"text": text}, follow=True)


def test_the_overview_counts_missing_texts_and_those_to_be_checked(curator, lamps):
    make.make_report("gazette", passages=3)
    cells = {
        row.th.get_text(): [cell.get_text() for cell in row("td")]
        for row in soup(curator.get(OVERVIEW)).select(".translations tbody tr")
    }
    assert cells["Initiatives: title in English"] == ["1", "0", "1", "1", "0"]
    assert cells["Passages: summary"] == ["4", "4", "0", "4", "0"]


def test_every_text_has_a_kind():
    assert {"initiatives-summary", "passages-summary", "figures-unit", "evidence-reported_value"} < set(
        text_kinds()
    )
    assert {"attendances-role_at_event", "delegates-name", "themes-description"} < set(text_kinds())


def test_saving_a_text_opens_the_next_text(curator, db):
    first, second = (
        make.make_theme("lamps", description="Lamps"),
        make.make_theme("trams", description="Trams"),
    )
    page = soup(curator.get(address("themes-description")))
    assert page.select_one(".translation p[lang=en]").get_text() == "Lamps"
    followed = translate(curator, address("themes-description"), "Лампы\r\n")
    first.refresh_from_db()
    assert (first.description_ru, messages_in(followed)) == ("Лампы", ["1 text saved."])
    assert soup(followed).select_one(".translation p[lang=en]").get_text() == "Trams"
    followed = translate(curator, followed.redirect_chain[-1][0], "Трамваи")
    assert "This queue is empty." in followed.content.decode()
    second.refresh_from_db()
    assert second.description_ru == "Трамваи"


def test_a_translation_is_recorded_and_can_be_reverted(curator, lamps):
    translate(curator, address("initiatives-summary", "zh"), "灯")
    change_set = ChangeSet.objects.get()
    assert (change_set.reason, list(change_set.revisions.get().changes)) == ("Translation", ["summary_zh"])
    revert_set(change_set)
    assert Initiative.objects.get().summary_zh == ""


def test_equal_texts_without_translation_are_translated_together(curator, db):
    event = make.make_event()
    for slug in ("ada", "bob"):
        make.make_attendance(event, make.make_delegate(slug), "speaker")
    guest = make.make_attendance(make.make_event("fair"), Delegate.objects.first(), "guest")
    followed = translate(curator, address("attendances-role_at_event"), "докладчик")
    assert messages_in(followed) == ["2 texts saved."]
    assert set(Attendance.objects.values_list("role_at_event_ru", flat=True)) == {"докладчик", ""}
    assert soup(followed).select_one(".translation p[lang=en]").get_text() == guest.role_at_event
    assert ChangeSet.objects.get().revisions.get().slug == event.slug


def test_a_translation_that_is_still_right_is_saved_as_it_is(curator, lamps):
    url = address("initiatives-title", show="outdated")
    assert "must be checked" in soup(curator.get(url)).select_one(".translation").get_text()
    translate(curator, url, "Лампы")
    assert Initiative.objects.get().translated_from == ""
    assert list(ChangeSet.objects.get().revisions.get().changes) == ["translated_from"]


def test_an_unchanged_text_is_not_counted_as_saved(curator, lamps):
    make.make_initiative("torches", title_ru="Факелы")
    url = address("initiatives-title", show="all")
    translate(curator, url, "Лампы")
    assert messages_in(translate(curator, url, "Лампы")) == ["Nothing was changed."]
    assert ChangeSet.objects.count() == 1


def test_a_text_that_someone_else_has_changed_is_shown_again(curator, lamps):
    url = address("initiatives-title", "zh")
    data = submitted(curator.get(url)) | {"text": "灯"}
    Initiative.objects.update(title_en="Other lamps")
    page = curator.post(url, data)
    assert "was changed after you opened this page" in errors_in(page)
    assert (Initiative.objects.get().title_zh, soup(page).select_one("textarea").get_text().strip()) == (
        "",
        "灯",
    )
    assert curator.post(url, submitted(page)).status_code == 302
    assert Initiative.objects.get().title_zh == "灯"


@pytest.fixture
def when_locked(monkeypatch):
    """Calls a function when the next save has acquired its locks."""

    def change_first(change):
        def lock_all(records):
            original(records)
            change()

        original = recorder.lock_all
        monkeypatch.setattr(recorder, "lock_all", lock_all)

    return change_first


@pytest.mark.parametrize("change", [{"title_zh": "台灯"}, {"title_en": "Other lamps"}])
def test_a_text_that_changes_while_it_is_saved_is_shown_again(curator, lamps, when_locked, change):
    when_locked(lambda: Initiative.objects.update(**change))
    page = translate(curator, address("initiatives-title", "zh"), "灯")
    assert "was changed after you opened this page" in errors_in(page)
    assert not ChangeSet.objects.exists()


def test_a_text_that_is_deleted_while_it_is_saved_is_an_error(curator, db, when_locked):
    make.make_figure(make.make_city())
    when_locked(lambda: Figure.objects.all().delete())
    page = translate(curator, address("figures-unit"), "лампа | лампы | ламп")
    assert "was changed after you opened this page" in errors_in(page)


@pytest.mark.parametrize("change", [{"role_at_event_ru": "спикер"}, {"role_at_event": "guest"}])
def test_an_equal_text_that_changes_at_the_same_moment_is_left_as_it_is(curator, db, when_locked, change):
    event = make.make_event()
    first, second = (
        make.make_attendance(event, make.make_delegate(slug), "speaker") for slug in ("ada", "bob")
    )
    when_locked(lambda: Attendance.objects.filter(pk=second.pk).update(**change))
    followed = translate(curator, address("attendances-role_at_event"), "докладчик")
    assert messages_in(followed) == ["1 text saved."]
    first.refresh_from_db()
    assert first.role_at_event_ru == "докладчик"
    assert Attendance.objects.filter(pk=second.pk, **change).exclude(role_at_event_ru="докладчик").exists()


@pytest.mark.parametrize("text", ["", "лампа | лампы", "л" * 181, "a\0b"])
def test_an_invalid_translation_is_rejected(curator, db, text):
    make.make_figure(make.make_city())
    page = translate(curator, address("figures-unit"), text)
    assert errors_in(page)
    assert Figure.objects.get().unit_ru == ""


@pytest.mark.parametrize(
    "query", ["", "?kind=x&language=ru&show=all", "?kind=figures-unit&language=de&show=all"]
)
def test_invalid_filters_cause_errors_next_to_the_field(curator, query):
    page = curator.get(TEXT + query)
    assert page.status_code == 200
    assert soup(page).select(".filter-form .errorlist")


@pytest.mark.parametrize("after", ["x", "9" * 30, "-1", "٣"])
def test_a_wrong_position_starts_from_the_beginning(curator, lamps, after):
    assert curator.get(address("initiatives-title", "zh", after=after)).status_code == 200


@pytest.mark.parametrize("path", [TEXT, OVERVIEW, reverse("admin:translations_download")])
def test_only_curators_translate(db, path):
    assert client_with_role("contributor").get(path).status_code == 403


# CSV


def downloaded(curator, query="") -> list[dict[str, str]]:
    response = curator.get(reverse("admin:translations_download") + query)
    return list(csv.DictReader(io.StringIO(response.getvalue().decode(), newline="")))


def upload(curator, rows, header=sheet.HEADER):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, header)
    writer.writeheader()
    writer.writerows(rows)
    data = {"file": SimpleUploadedFile("texts.csv", file.getvalue().encode())}
    return curator.post(reverse("admin:translations_upload"), data, follow=True)


def test_an_untouched_file_changes_nothing(curator, lamps):
    make.make_statement(event=make.make_event(), summary="=1+1", summary_ru="-2")
    for number, unit_ru in enumerate(("лампа", "светильник", "")):
        make.make_figure(lamps, f"lamps {number}", unit_ru=unit_ru)
    rows = downloaded(curator)
    assert {row["table"] for row in rows} > {"initiatives", "statements", "figures", "passages"}
    assert next(row for row in rows if row["table"] == "statements")["en"] == "'=1+1"
    assert messages_in(upload(curator, rows)) == ["Nothing was changed."]
    assert not ChangeSet.objects.exists()
    assert Initiative.objects.get().outdated_translations == ["title_ru"]


@pytest.mark.parametrize("query", ["?kind=x", "?language=de", "?show=x"])
def test_an_invalid_value_never_widens_a_file(curator, query):
    assert curator.get(reverse("admin:translations_download") + query).status_code == 400


def test_translations_of_a_file_are_one_change(curator, lamps):
    event, delegate = make.make_event(), make.make_delegate(role="Mayor")
    make.make_attendance(event, delegate, "speaker")
    for record in (event, delegate):
        make.support_everything(record)
    make.make_evidence(lamps, "kind", stance="differs", reported_value="plan")
    rows = downloaded(curator, "?language=zh&show=missing")
    for row in rows:
        row["zh"] = f"译：{row['key']}"[:60]
    assert messages_in(upload(curator, rows)) == [f"{len(rows)} texts saved."]
    assert Passage.objects.get().summary_zh == "译：gazette-20250101#1"
    assert Evidence.objects.get(stance="differs").reported_value_zh == "译：plan"
    assert Attendance.objects.get().role_at_event_zh == "译：speaker"
    revert_set(ChangeSet.objects.get())
    assert Delegate.objects.get().role_zh == Passage.objects.get().summary_zh == ""


def test_the_translation_of_another_english_text_is_to_be_checked(curator, lamps):
    [row] = [row for row in downloaded(curator) if (row["table"], row["field"]) == ("initiatives", "title")]
    upload(curator, [row | {"en": "Dim lamps", "zh": "灯"}])
    assert Initiative.objects.get().outdated_translations == ["title_ru", "title_zh"]
    upload(curator, [row | {"ru": "Яркие лампы", "zh": "灯"}])
    assert Initiative.objects.get().outdated_translations == []


def test_a_file_whose_texts_change_while_it_is_read_changes_nothing(curator, lamps, when_locked):
    make.make_figure(lamps)
    rows = [row | {"zh": "灯"} for row in downloaded(curator) if row["field"] in {"title", "label"}]
    when_locked(lambda: Initiative.objects.update(title_zh="台灯"))
    assert messages_in(upload(curator, rows)) == [
        "Nothing was changed.",
        "A text was changed while the file was being read. Upload the file again.",
    ]
    assert Figure.objects.get().label_zh == ""


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"table": "lamps"}, "Line 2: “lamps” has no field “title”."),
        ({"field": "name"}, "Line 2: “initiatives” has no field “name”."),
        ({"key": "nothing"}, "Line 2: no text has the key “nothing”."),
        (
            {"seen": "lamps"},
            "Line 2: “lamps” is not a valid value of the column “seen”. Use the value from the downloaded file.",
        ),
        ({"ru": "л" * 201}, "Line 2: Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_changed(curator, lamps, changes, error):
    rows = [row for row in downloaded(curator) if (row["table"], row["field"]) == ("initiatives", "title")]
    page = upload(curator, [rows[0] | changes, rows[0] | {"key": "lamps", "zh": "灯"}])
    assert error in messages_in(page)
    assert Initiative.objects.get().title_zh == ""


@pytest.mark.parametrize(
    "content", [b"", b"a,b\r\n", b"\xff\xfe", b"table,key,field,en,ru,zh\r\na\r\n", b"\0"]
)
def test_a_file_of_another_form_is_refused(curator, content):
    data = {"file": SimpleUploadedFile("texts.csv", content)}
    page = curator.post(reverse("admin:translations_upload"), data, follow=True)
    assert page.status_code == 200
    assert soup(page).select(".messagelist .error")
    assert not Statement.objects.exists()
