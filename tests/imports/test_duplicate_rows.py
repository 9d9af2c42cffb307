"""Possible duplicates in a file, and rows whose records no longer exist.

The tests check which duplicates are applied, and how they are counted, named and linked.
"""

import datetime

import pytest
from django.urls import reverse

from sco_cities.history.models import ChangeSet
from sco_cities.imports import jobs
from sco_cities.imports.models import ImportJob
from sco_cities.themes.models import Theme
from tests.curation.admin_client import messages_in, soup
from tests.factories import make_city, make_country, make_theme
from tests.form_values import form_values

from .import_pages import address_of, applied, checked, summary_of
from .sheets import as_csv

pytestmark = pytest.mark.django_db

DUPLICATE = {
    "slug": "lanterns",
    "name_en": "Lamps",
    "pillar": "governance",
    "description": "All about lanterns",
}
NEW = {"slug": "torches", "name_en": "Torches", "pillar": "security", "description": "All about torches"}
NOTHING_IMPORTED = (
    "Nothing would be imported, because every new row is a possible duplicate. Tick the box to create them."
)


@pytest.fixture(autouse=True)
def lamps(db):
    return make_theme("lamps")


def preview(client, *rows):
    return checked(client, as_csv(rows), kind="themes")


def outcomes_on(page) -> dict[str, str]:
    rows = soup(page).select(".results tbody tr")
    return {row.small.text: row.select("td")[1].find(string=True).strip() for row in rows}


def drafts_link(page) -> str | None:
    link = soup(page).find("a", string="Review together")
    return link and link["href"]


def test_an_import_of_only_possible_duplicates_can_still_be_applied(curator):
    page = preview(curator, DUPLICATE)
    assert outcomes_on(page) == {"lanterns": "possible duplicate"}
    page = applied(curator, page)
    assert messages_in(page) == [NOTHING_IMPORTED]
    assert summary_of(page) == "Checked: create 0, update 0, unchanged 0, possible duplicate 1, error 0"
    assert not ChangeSet.objects.exists()
    page = applied(curator, page, creates_duplicates="on")
    assert summary_of(page) == "Applied: create 1, update 0, unchanged 0, possible duplicate 0, error 0 – x"


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("Xi'an", "Xian"),
        ("Xi’an", "Xi'an"),
        ("Øresund", "Oresund"),
        ("Королёв", "Королев"),
        ("Lampton", "LAMPTON"),
    ],
)
def test_another_spelling_of_a_stored_name_is_a_possible_duplicate(stored, name, curator):
    make_theme("stored", name_en=stored)
    assert outcomes_on(preview(curator, DUPLICATE | {"name_en": name})) == {"lanterns": "possible duplicate"}


@pytest.mark.parametrize(
    ("ticked", "counts", "outcomes"),
    [
        (
            {},
            "Applied: create 1, update 0, unchanged 0, possible duplicate 1, error 0 – x",
            {"lanterns": "skipped: possible duplicate", "torches": "create"},
        ),
        (
            {"creates_duplicates": "on"},
            "Applied: create 2, update 0, unchanged 0, possible duplicate 0, error 0 – x",
            {"lanterns": "created despite being a possible duplicate", "torches": "create"},
        ),
    ],
)
def test_an_applied_import_shows_the_decisions_about_possible_duplicates(ticked, counts, outcomes, curator):
    page = applied(curator, preview(curator, DUPLICATE, NEW), **ticked)
    assert summary_of(page) == counts
    assert outcomes_on(page) == outcomes
    change = ImportJob.objects.get().change_set
    assert drafts_link(page) == reverse("admin:review_together", args=["change", change.pk])


def test_an_import_without_stored_rows_has_a_message(curator):
    page = applied(curator, preview(curator, NEW))
    job = ImportJob.objects.get()
    ImportJob.objects.update(made_at=job.made_at - jobs.KEEP_JOBS - datetime.timedelta(days=1))
    assert jobs.delete_old() == 1
    page = curator.get(address_of(page, "import"))
    assert soup(page).select_one(".rows-dropped").text == "The rows are kept for 30 days."
    assert jobs.KEEP_JOBS.days == 30
    assert not soup(page).select(".results, nav .outcome-counts")
    assert summary_of(page) == "Applied: create 1, update 0, unchanged 0, possible duplicate 0, error 0 – x"


def press(client, page, name: str):
    """Clicks a button of a row."""
    button = soup(page).find("button", string=lambda text: text and text.strip() == name)
    sent = form_values(page.content, "#import-apply") | {button["name"]: button["value"]}
    return client.post(button["formaction"], sent, follow=True)


def test_a_possible_duplicate_is_assigned_to_a_known_record_without_renaming_it(curator):
    make_theme("stored", name_en="Smart-city lamps")
    page = preview(curator, DUPLICATE | {"name_en": "Smart city lamps"}, NEW)
    page = press(curator, page, "Row 2 is Smart-city lamps (stored)")
    assert outcomes_on(page) == {"stored": "update", "torches": "create"}
    assert [line.text for line in soup(page).select(".diff dt")][:1] == ["Description"]
    applied(curator, page)
    stored = Theme.objects.get(slug="stored")
    assert (stored.name_en, stored.description) == ("Smart-city lamps", "All about lanterns")
    assert not Theme.objects.filter(slug="lanterns").exists()


def test_a_possible_duplicate_is_confirmed_as_a_new_record(curator):
    page = press(curator, preview(curator, DUPLICATE, NEW), "Row 2 is a new record")
    assert outcomes_on(page) == {"lanterns": "create", "torches": "create"}
    page = applied(curator, page)
    assert summary_of(page) == "Applied: create 2, update 0, unchanged 0, possible duplicate 0, error 0 – x"


@pytest.mark.parametrize("choice", ["Row 2 is Lamps (lamps)", "Row 2 is a new record"])
def test_the_record_of_a_row_is_asked_again(choice, curator):
    page = press(curator, preview(curator, DUPLICATE, NEW), choice)
    assert "possible duplicate" not in outcomes_on(page).values()
    assert "Ask all questions again" in page.content.decode()
    page = curator.post(address_of(page, "import_answers"), {"_forget": ""}, follow=True)
    assert outcomes_on(page) == {"lanterns": "possible duplicate", "torches": "create"}


def test_a_row_of_a_record_that_no_longer_exists_is_a_possible_duplicate_again(curator):
    stored = make_theme("stored", name_en="Smart-city lamps")
    page = preview(curator, DUPLICATE | {"name_en": "Smart city lamps"}, NEW)
    page = press(curator, page, "Row 2 is Smart-city lamps (stored)")
    Theme.objects.filter(pk=stored.pk).update(slug="renamed")
    page = curator.post(address_of(page, "import_check"), follow=True)
    assert outcomes_on(page) == {"lanterns": "possible duplicate", "torches": "create"}
    page = press(curator, page, "Row 2 is Smart-city lamps (renamed)")
    assert outcomes_on(page) == {"renamed": "update", "torches": "create"}


def test_a_row_is_assigned_only_to_a_record_that_it_may_duplicate(curator):
    make_theme("torch", name_en="Torch")
    page = preview(curator, DUPLICATE, NEW)
    ticks = address_of(page, "import_ticks")
    for choice in ("2:torch", "3:lamps", "9" * 30 + ":lamps", "2", "x:lamps"):
        curator.post(ticks, {"row_is": choice})
    assert outcomes_on(curator.get(address_of(page, "import"))) == {
        "lanterns": "possible duplicate", "torches": "create",
    }  # fmt: skip


def test_cities_with_the_same_name_and_different_geonames_ids_are_not_duplicates(curator):
    make_country("cn")
    place = {"name_en": "Fuzhou", "country": "CN", "latitude": "26", "longitude": "119"}
    rows = [place | {"geonames_id": number} for number in ("1810821", "1810637", "1810637000")]
    page = checked(curator, as_csv(rows), kind="cities")
    assert summary_of(page) == "Checked: create 3, update 0, unchanged 0, possible duplicate 0, error 0"


@pytest.mark.parametrize(("stored_id", "outcome"), [("1801792", "create"), ("", "update")])
def test_a_city_keeps_its_place_if_the_row_has_another_geonames_id(stored_id, outcome, curator):
    make_city("luoyang", "cn", geonames_id=stored_id or None, state="draft")
    row = {
        "name_en": "Luoyang",
        "country": "CN",
        "geonames_id": "1801799",
        "latitude": "23.2",
        "longitude": "114",
    }
    page = checked(curator, as_csv([row]), kind="cities")
    assert summary_of(page).startswith(f"Checked: create {int(outcome == 'create')}, ")
    assert list(outcomes_on(page).values()) == [outcome]
