"""`intake_read` prints the contents of a report as one JSON object."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

REPORT = (
    "DUSHANBE, May 14 (Pamir Press) -- Dushanbe and Tianjin signed a memorandum on tourist safety on Tuesday.\n\n"
    "Zhao Wenbin, vice mayor of Tianjin, spoke of over 40,000 tourists from China a year.\n"
)


def read(tmp_path, text: str, *arguments: str) -> dict:
    path = tmp_path / "report-7.txt"
    path.write_bytes(text.encode())
    output = io.StringIO()
    call_command("intake_read", str(path), "--json", *arguments, stdout=output)
    return json.loads(output.getvalue())


def test_a_report_is_printed_with_the_places_of_its_values(loaded_package, tmp_path):
    with CaptureQueriesContext(connection) as queries:
        document = read(tmp_path, REPORT, "--date", "2025-05-14")
    writes = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER")
    assert not [query["sql"] for query in queries if query["sql"].startswith(writes)]
    assert (document["id"], document["language"]) == ("report-7", "en")
    assert list(document) == [
        "id", "language", "persons", "cities", "countries", "organisations", "figures", "initiatives", "themes",
        "dates", "events",
    ]  # fmt: skip
    (person,) = document["persons"]
    assert (person["name"], person["role"]) == ("Zhao Wenbin", "vice mayor of Tianjin")
    cities = {city["name"]: city["names"] for city in document["cities"]}
    assert set(cities) == {"Dushanbe", "Tianjin"}
    assert {"Душанбе", "杜尚别"} <= set(cities["Dushanbe"])
    (figure,) = document["figures"]
    assert (figure["value"], figure["qualifier"], figure["unit"]) == (40000, "over", "tourists")
    assert [REPORT[start:end] for start, end in figure["spans"]] == ["over 40,000 tourists"]
    (initiative,) = document["initiatives"]
    assert initiative["status"] == "agreed"
    named = {name: others for name, *others in (names.split("|") for names in initiative["cities"])}
    assert set(named) == {"Dushanbe", "Tianjin"} and {"Душанбе", "杜尚别"} <= set(named["Dushanbe"])
    assert [country["code"] for country in document["countries"]] == ["CN"]
    assert "2025-05-13" in [date["date"] for date in document["dates"]]


def test_line_ends_of_the_file_count_as_given(loaded_package, tmp_path):
    text = REPORT.replace("\n", "\r\n")
    (person,) = read(tmp_path, text)["persons"]
    assert [text[start:end] for start, end in person["spans"]] == ["Zhao Wenbin"]


@pytest.mark.parametrize("content", [b"", b" \n", "\ufeff.".encode(), b"\x00\x01"])
def test_a_file_without_words_gives_empty_lists(db, tmp_path, content):
    document = read(tmp_path, content.decode())
    assert [value for value in document.values() if isinstance(value, list)] == [[]] * 9


@pytest.mark.parametrize("date", ["yesterday", "2025-02-30", ""])
def test_an_invalid_date_is_rejected(tmp_path, date):
    path = tmp_path / "report.txt"
    path.write_text("Dushanbe")
    with pytest.raises(CommandError, match="--date"):
        call_command("intake_read", str(path), f"--date={date}")


def test_a_missing_file_is_named():
    with pytest.raises(CommandError, match=r"missing\.txt"):
        call_command("intake_read", "missing.txt")


def test_without_json_each_value_has_a_line(loaded_package, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(REPORT)
    output = io.StringIO()
    call_command("intake_read", str(path), stdout=output)
    assert "  Zhao Wenbin, vice mayor of Tianjin  [" in output.getvalue()


def test_a_file_in_another_encoding_is_refused(db, tmp_path):
    path = tmp_path / "report.txt"
    path.write_bytes("Душанбе".encode("cp1251"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("intake_read", str(path))
