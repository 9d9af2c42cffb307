"""The Import admin pages with a list of pairs, a Russian list, and values that become new records."""

import pytest

from delegates.models import Delegate, Organisation
from initiatives.models import Initiative
from sco_cities.changes import revert
from sco_cities.cities.models import City
from sco_cities.datapackage.dump import dump_files
from sco_cities.imports.models import ImportJob, RememberedMapping
from sco_cities.themes.models import Theme
from tests.curation.admin_client import curator_client, errors_in, messages_in, soup
from tests.factories import make_city, make_country, make_theme

from .import_pages import answered, applied, checked, filled_in, selected, summary_of, upload
from .sheets import as_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return curator_client()


@pytest.fixture
def places():
    make_city("tashkent", make_country("uz"), name_en="Tashkent", name_ru="Ташкент")


PAIRS = [
    {
        "City A": "Ташкент",
        "Country A": "Узбекистан",
        "City B": "Taraz",
        "Country B": "РК",
        "Date": "12 June 2017",
    },
    {
        "City A": "Tashkent",
        "Country A": "UZ",
        "City B": "Hyderabad",
        "Country B": "India",
        "Date": "Sept. 2018",
    },
    {"City A": "Tashkent", "Country A": "UZ", "City B": "Hyderabad", "Country B": "Pakistan", "Date": "2019"},
    {"City A": "Total", "Country A": "", "City B": "3", "Country B": "", "Date": ""},
]


@pytest.fixture
def countries(places):
    for code, name in (("kz", "Kazakhstan"), ("in", "India"), ("pk", "Pakistan")):
        make_country(code, name_en=name)
    make_city("hyderabad", "in", name_en="Hyderabad", geonames_id=1269843)


def asked(page) -> list[list[str]]:
    """Returns the value and the first two options of each question."""
    return [
        [" ".join(cell.text.split()) for cell in row.select("th, option")[:3]]
        for row in soup(page).select(".import-questions tbody tr")
    ]


def test_a_list_of_pairs_is_imported_without_a_change_in_the_spreadsheet(curator, countries):
    """The import combines columns and fills in missing values.

    Two columns form one list, each city gets the country in the adjacent column, and titles are generated from a
    template. New cities are drafts.
    """
    before = dump_files()
    page = upload(curator, as_csv(PAIRS))
    assert selected(page)[:5] == ["Partner cities", "Countries", "Partner cities", "Countries", "Starts on"]
    sent = filled_in(page) | {"default-kind": "partnership", "default-status": "operating"}
    again = curator.post(page.request["PATH_INFO"], sent)
    assert "Choose the column that contains the names or slugs of the records." in errors_in(again)
    page = curator.post(page.request["PATH_INFO"], sent | {"title_template": "sister cities"}, follow=True)
    assert asked(page) == [
        ["3 City", "— choose —", "Do not import this value"],
        [
            "Hyderabad City · PK",
            "— choose —",
            "New, from the gazetteer: Hyderabad, Pakistan (PK), 25.4°, 68.4°",
        ],
        ["Taraz City · KZ", "— choose —", "New, from the gazetteer: Taraz, Kazakhstan (KZ), 42.9°, 71.4°"],
        ["Total City", "— choose —", "Do not import this value"],
    ]
    page = answered(curator, page, "draft")
    assert summary_of(page) == "Checked: create 3, update 0, unchanged 0, possible duplicate 0, error 1"
    assert "Taraz (new)" in page.content.decode()
    assert "Taraz" not in str(RememberedMapping.objects.get().answers)
    page = applied(curator, page)
    taraz = City.objects.get(slug="taraz")
    assert (taraz.name_ru, taraz.country.slug, taraz.geonames_id, taraz.state) == (
        "Тараз",
        "kz",
        1516905,
        "draft",
    )
    found = [*Initiative.objects.order_by("starts_on")]
    assert (found[0].title_en, found[0].title_ru, found[0].title_zh) == (
        "Sister cities: Tashkent – Taraz", "Города-побратимы: Ташкент — Тараз", "友好城市：Tashkent—塔拉兹",
    )  # fmt: skip
    roles = [
        [(role.city.slug, role.role) for role in each.city_roles.order_by("city__slug")] for each in found
    ]
    assert roles[1:] == [
        [("hyderabad", "partner"), ("tashkent", "partner")], [("hyderabad-2", "partner"), ("tashkent", "partner")],
    ]  # fmt: skip
    assert {country.slug for country in found[2].countries.all()} == {"uz", "pk"}
    # A second import of the file finds the records by title and country. Readers can see the records now, so an export
    # contains them.
    City.objects.update(state="published")
    page = checked(curator, as_csv(PAIRS[:1]))
    assert summary_of(page) == "Checked: create 0, update 0, unchanged 1, possible duplicate 0, error 0"
    change_set = ImportJob.objects.exclude(change_set=None).get().change_set
    City.objects.filter(slug__in=["taraz", "hyderabad-2"]).update(state="draft")
    revert.revert(change_set.revisions.all(), user=None, reason="wrong", reverts=change_set)
    assert dump_files() == before


def test_a_country_that_the_site_lacks_is_added_with_its_city(curator, places):
    """The first preview has a question about the country, and the next preview has a question about the city."""
    row = PAIRS[0] | {"City B": "Seoul", "Country B": "South Korea"}
    page = upload(curator, as_csv([row, row | {"Country B": "Республика Корея", "Date": "2019"}]))
    sent = filled_in(page) | {"default-kind": "partnership", "default-status": "operating"}
    sent |= {"title_template": "sister cities"}
    page = curator.post(page.request["PATH_INFO"], sent, follow=True)
    new_country = "New, from the gazetteer: South Korea"
    assert ["South Korea Country", "— choose —", new_country] in asked(page)
    page = answered(curator, page, "draft")
    assert asked(page) == [
        ["Seoul City · KR", "— choose —", "New, from the gazetteer: Seoul, South Korea, 37.6°, 127.0°"]
    ]
    page = applied(curator, answered(curator, page, "draft"))
    seoul = City.objects.select_related("country").get(slug="seoul")
    country = seoul.country
    assert (country.slug, country.name_ru, country.state) == ("kr", "Республика Корея", "draft")
    assert seoul.state == "draft"
    assert "South Korea" not in str(RememberedMapping.objects.get().answers)


PERSONS = [
    {
        "ФИО": "Андрей Соколов",
        "Должность": "глава города",
        "Организация": "Администрация города",
        "Город": "Ташкент",
    },
    {"ФИО": "李小明", "Должность": "Mayor", "Организация": "Администрация города", "Город": "Алматы"},
]


def test_a_russian_list_fills_the_russian_fields_with_marked_transliterations(curator, places):
    make_city("almaty", make_country("kz"), name_en="Almaty", name_ru="Алматы")
    page = checked(curator, as_csv(PERSONS, codec="utf-8"), kind="delegates")
    assert (
        "In 2 rows, the text for an English field is missing or in another script." in page.content.decode()
    )
    marks = [mark.text for mark in soup(page).select(".results .warning")]
    assert marks == [
        f"Transliterated, to be translated: {names}" for names in ("Name in English, Role", "Name in English")
    ]
    page = answered(curator, page, "draft")
    marks = [mark.text for mark in soup(page).select(".results .warning")]
    assert [mark.endswith(", Organisation") for mark in marks] == [True, True]
    page = applied(curator, page)
    assert [
        *Delegate.objects.order_by("pk").values_list(
            "slug", "name_en", "name_ru", "name_zh", "role", "role_ru"
        )
    ] == [
        ("andrey-sokolov", "Andrey Sokolov", "Андрей Соколов", "", "glava goroda", "глава города"),
        ("lixiaoming", "Li Xiaoming", "", "李小明", "Mayor", ""),
    ]
    # Offices of two cities with the same name become two records.
    assert [*Organisation.objects.values_list("slug", "name_ru", "city__slug")] == [
        ("administratsiya-goroda", "Администрация города", "tashkent"),
        ("administratsiya-goroda-2", "Администрация города", "almaty"),
    ]
    # The English texts of a stored record stay unchanged. A Russian text in the same column changes the Russian field.
    Delegate.objects.filter(slug="andrey-sokolov").update(role="Head of the city")
    changed = [
        {"name": "Андрей Соколов", "role": "мэр"},
        {"name": "Andrey Sokolov", "role": "Head of the city"},
    ]
    for row, text in zip(changed, ("update 1", "unchanged 1"), strict=True):
        page = checked(curator, as_csv([row]), kind="delegates")
        page = answered(curator, page, "", **{"answer-0": "andrey-sokolov"})
        assert text in summary_of(page)
        assert [each.text for each in soup(page).select(".diff dt")] == ["Role in Russian"] * (
            "update" in text
        )


def test_english_names_are_transliterated_from_russian_names(curator):
    page = checked(
        curator, as_csv([{"Название на русском": "Городской совет", "Kind": "other"}]), kind="organisations"
    )
    page = applied(curator, page)
    assert [*Organisation.objects.values_list("slug", "name_en", "name_ru")] == [
        ("gorodskoy-sovet", "Gorodskoy sovet", "Городской совет")
    ]


def test_a_word_is_answered_for_each_row_or_with_the_name_of_a_known_record(curator, places):
    make_city("taskent-2", make_country("kz"), name_en="Almaty", name_ru="Алматы")
    rows = [
        {"Title": name, "Kind": "project", "Status": "agreed", "City": "Taskent"}
        for name in ("Lamps", "Trams")
    ]
    page = checked(curator, as_csv(rows))
    page = answered(curator, page, "", **{"answer-0": "#"})
    assert [" ".join(row.th.text.split()) for row in soup(page).select(".import-questions tbody tr")] == [
        "Taskent City · #2", "Taskent City · #3",
    ]  # fmt: skip
    assert soup(page).select_one("input[name=known-1]")["list"] == soup(page).datalist["id"]
    sent = {"known-0": "ташкент", "known-1": "Nowhere"}
    page = answered(curator, page, "", **sent)
    assert messages_in(page) == [
        "No record, or more than one record, is named “Nowhere”. The other answers were saved."
    ]
    page = answered(curator, page, "", **{"known-0": "Almaty (taskent-2)"})
    assert summary_of(page).startswith("Checked: create 2, ")
    changes = soup(page).select(".diff div")
    cities = [change.ins.text for change in changes if change.dt.text == "Leading cities"]
    assert cities == ["Tashkent (tashkent)", "Almaty (taskent-2)"]
    assert RememberedMapping.objects.get().answers == {"cities": {}}


def test_two_cities_with_the_same_name_in_different_countries_are_two_partners(curator):
    for code, name in (("by", "Belarus"), ("ru", "Russia")):
        make_city(f"brest-{code}", make_country(code, name_en=name), name_en="Brest")
    pair = {"City A": "Brest", "Country A": "Belarus", "City B": "Brest", "Country B": "Russia"}
    page = upload(curator, as_csv([pair]))
    sent = filled_in(page) | {
        "default-kind": "partnership", "default-status": "operating", "title_template": "sister cities"
    }  # fmt: skip
    page = curator.post(page.request["PATH_INFO"], sent, follow=True)
    applied(curator, page)
    initiative = Initiative.objects.get()
    assert initiative.title_en == "Sister cities: Brest – Brest"
    assert {role.city.slug for role in initiative.city_roles.all()} == {"brest-by", "brest-ru"}


@pytest.mark.parametrize(
    ("stored", "written", "expected"),
    [
        (
            {"description": "All about lamps."},
            {"description": "All about lamps of the «Свет» programme."},
            {"description": "All about lamps of the «Свет» programme.", "description_ru": ""},
        ),
        ({"name_en": "Lamps"}, {"name_en": "Lamps (Фонари)"}, {"name_en": "Lamps (Фонари)", "name_ru": ""}),
        ({}, {"name_en": "Qingdao 青岛 lamps"}, {"name_en": "Qingdao 青岛 lamps", "name_zh": ""}),
    ],
)
def test_a_text_with_latin_and_other_letters_is_imported_as_it_was_typed(curator, stored, written, expected):
    if stored:
        make_theme("lamps", **stored)
    row = {
        "slug": "lamps",
        "name_en": "Lamps",
        "pillar": "governance",
        "description": "All about lamps",
    } | stored
    applied(curator, checked(curator, as_csv([row | written]), kind="themes"))
    theme = Theme.objects.get(slug="lamps")
    assert {name: getattr(theme, name) for name in expected} == expected


def test_a_new_organisation_has_no_place_before_the_place_of_its_row_is_known(curator, places):
    row = PERSONS[0] | {"Город": "Тошкент-1"}
    page = answered(curator, checked(curator, as_csv([row], codec="utf-8"), kind="delegates"), "draft")
    asked = soup(page).select(".import-questions tbody th")
    assert [" ".join(word.text.split()) for word in asked] == [
        "Администрация города Organisation", "Тошкент-1 City",
    ]  # fmt: skip
    page = answered(curator, page, "", **{"answer-0": "+@", "known-1": "Tashkent"})
    applied(curator, page)
    assert [*Organisation.objects.values_list("city__slug", flat=True)] == ["tashkent"]


@pytest.mark.parametrize(
    ("more", "steps", "city"),
    [
        # The country of the row determines which of two cities is meant.
        ({"Город": "Brest", "Страна": "Belarus"}, [{"answer-0": "+@"}], "brest-by"),
        # The city is not imported.
        ({"Город": "Nowhere"}, [{"answer-0": "-", "answer-1": "+@"}], None),
        # The next page has a question about the city for each row.
        (
            {"Город": "Nowhere"},
            [{"answer-0": "#", "answer-1": "+@"}, {"known-1": "Tashkent", "known-2": "Tashkent"}],
            "tashkent",
        ),
    ],
)
def test_a_new_organisation_has_the_place_that_the_answers_of_its_row_name(
    curator, places, more, steps, city
):
    for code, name in (("by", "Belarus"), ("ru", "Russia")):
        make_city(f"brest-{code}", make_country(code, name_en=name), name_en="Brest")
    rows = [person | more for person in PERSONS]
    page = checked(curator, as_csv(rows, codec="utf-8"), kind="delegates")
    for answers in steps:
        page = answered(curator, page, "", **answers)
    assert summary_of(page) == "Checked: create 2, update 0, unchanged 0, possible duplicate 0, error 0"
    applied(curator, page)
    assert [*Organisation.objects.values_list("city__slug", flat=True)] == [city]


def test_two_cities_with_the_same_name_in_a_row_have_separate_questions(curator, countries):
    make_country("by", name_en="Belarus")
    make_country("ru", name_en="Russia")
    pair = {"City A": "Nowhere", "Country A": "Belarus", "City B": "Nowhere", "Country B": "Russia"}
    page = upload(curator, as_csv([{"Title": title} | pair for title in ("Lamps", "Poles")]))
    sent = filled_in(page) | {"default-kind": "partnership", "default-status": "operating"}
    page = curator.post(page.request["PATH_INFO"], sent, follow=True)
    page = answered(curator, page, "", **{"answer-0": "#", "answer-1": "#"})
    assert [" ".join(row.th.text.split()) for row in soup(page).select(".import-questions tbody tr")] == [
        "Nowhere City · BY#2", "Nowhere City · RU#2", "Nowhere City · BY#3", "Nowhere City · RU#3",
    ]  # fmt: skip
