"""Records and figures that are added to a passage manually."""

import pytest
from bs4 import BeautifulSoup

from initiatives.models import Initiative
from sco_cities.core.exceptions import Refused
from sco_cities.intake.models import Proposal
from sco_cities.intake.writing.apply import write
from tests.curation.admin_client import errors_in, soup
from tests.factories import make_city

from .page_steps import row, url
from .reports import ABOUT, accept_all, read_report, subject, summarise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def intake(curator):
    return read_report(user=curator.user, publisher="The Gazette")


@pytest.mark.parametrize(
    "kind, fields",
    [
        ("city", {"name": "Душанбе"}),
        ("city", {"name": "Ош"}),
        ("delegate", {"name_en": "Anna Testova", "role": "director", "city": "Tianjin"}),
        ("organisation", {"name_en": "Lamp Office", "kind": "company", "country": "中国"}),
        ("event", {"name_en": "Lamp Forum", "kind": "forum", "host_city": "Dushanbe", "starts_on": "2026-05"}),
        (
            "initiative",
            {
                "title_en": "Lamps", "kind": "project", "status": "agreed",
                "cities_lead": "Dushanbe", "cities_partner": "天津", "countries": "Китай; tajikistan",
                "themes": ["tourism"],
            },
        ),
        ("statement", {"summary": "Guests are welcome.", "delegate": "Farrukh Testov"}),
        (
            "figure",
            {
                "about": "Memorandum: Dushanbe – Tianjin", "label": "guides", "value": "12", "unit": "guides",
                "qualifier": "exact",
            },
        ),
    ],
)  # fmt: skip
def test_every_kind_is_added_by_hand(curator, intake, kind, fields):
    page = f"{url(intake, 'hand')}?kind={kind}&passage=2"
    form = soup(curator.get(page))
    # Fields in other languages are collapsed.
    assert {each["name"] for each in form.select(".hand details [name]")} == {
        each["name"] for each in form.select(".hand [name$=_ru], .hand [name$=_zh]")
    }
    answer = curator.post(page, {f"add-{name}": value for name, value in fields.items()})
    assert answer.status_code == 302, errors_in(answer)
    taken = intake.proposals.accepted()
    [added] = taken.filter(kind=kind)
    assert answer["Location"].endswith(f"#proposal-{added.pk}")
    if kind == "initiative":
        roles = [each.value["role"] for each in added.values.filter(field="cities")]
        assert sorted(roles) == ["lead", "partner"]
        assert {each.field for each in added.values.all()} == {"status", "cities", "countries", "themes"}
    if kind == "figure":
        assert added.subject == subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
        assert added.subject.is_accepted
    if kind == "delegate":
        assert {each.field: each.final_value for each in added.values.filter(field="role")} == {
            "role": "director"
        }
        assert added.values.get(field="city").passage.number == 2


PAIR = """A new tie

Dushanbe and Nowhereville became sister cities on 3 May 2026."""


def test_the_missing_city_of_a_pair_is_added_to_its_initiative(curator):
    intake = read_report(PAIR, user=curator.user, **ABOUT)
    sisters = subject(intake, "initiative", "Sister cities: Dushanbe")
    shown = row(curator.get(url(intake)), sisters)
    [link] = [each["href"] for each in shown.select("a.by-hand")]
    form = soup(curator.get(link))
    assert form.h1.text == "Add a city: Sister cities: Dushanbe"
    sent = {"add-name": "Nowhereville", "add-role": form.select_one("[name=add-role] [selected]")["value"]}
    assert "The gazetteer has no place with this name" in errors_in(curator.post(link, sent))
    make_city("nowhereville", "kg", name_en="Nowhereville", name_ru="Нигдевилль", state="draft")
    answer = curator.post(link, sent)
    added = sisters.values.get(target__kind="city", origin="hand")
    assert answer["Location"].endswith(f"#proposal-{added.pk}")
    assert (added.status, added.final_value, added.target.is_accepted) == (
        "accepted",
        {"role": "partner"},
        True,
    )
    # The same city is added only once, with the role that was entered last.
    curator.post(link, sent | {"add-role": "lead"})
    assert [each.final_value for each in sisters.values.filter(target=added.target)] == [{"role": "lead"}]
    accept_all(intake)
    summarise(intake)
    write(intake)
    tie = Initiative.objects.get()
    assert {each.city.slug: each.role for each in tie.city_roles.all()} == {
        "dushanbe": "partner",
        "nowhereville": "lead",
    }
    assert (tie.title_en, tie.title_ru) == (
        "Sister cities: Dushanbe – Nowhereville", "Города-побратимы: Душанбе — Нигдевилль",
    )  # fmt: skip
    # A value that has been written cannot be changed here.
    assert "already been written" in errors_in(curator.post(link, sent))


def test_a_city_of_an_initiative_added_by_hand_gets_the_role_that_was_entered_last(curator, intake):
    page = f"{url(intake, 'hand')}?kind=initiative&passage=2"
    fields = {"title_en": "Lamps", "kind": "project", "status": "agreed", "cities_partner": "Тяньцзинь"}
    curator.post(page, {f"add-{name}": value for name, value in fields.items()})
    lamps = intake.proposals.get(kind="initiative", origin="hand")
    page = f"{url(intake, 'hand')}?kind=city&passage=2&initiative={lamps.pk}"
    assert curator.post(page, {"add-name": "Tianjin", "add-role": "lead"}).status_code == 302
    assert [each.final_value for each in lamps.values.filter(field="cities")] == [
        {"slug": "tianjin", "role": "lead"}
    ]


@pytest.mark.parametrize(
    "kind, fields, problem",
    [
        ("city", {"name": "Nowhereville"}, "gazetteer"),
        ("delegate", {"name_en": "Anna Testova", "role": "director", "city": "Nowhereville"}, "Nowhereville"),
        ("delegate", {"name_en": "Anna Testova"}, "required"),
        ("initiative", {"title_en": "Lamps", "kind": "project"}, "required"),
        ("statement", {"summary": "Guests are welcome."}, "delegate"),
        (
            "figure",
            {"about": "Nothing", "label": "x", "value": "1", "unit": "y", "qualifier": "exact"},
            "Nothing",
        ),
        ("event", {"name_en": "Forum", "kind": "forum", "starts_on": "soon"}, "soon"),
    ],
)
def test_an_error_next_to_the_field_names_what_cannot_be_added(curator, intake, kind, fields, problem):
    page = f"{url(intake, 'hand')}?kind={kind}&passage=2"
    before = Proposal.objects.count()
    answer = curator.post(page, {f"add-{name}": value for name, value in fields.items()})
    assert (answer.status_code, problem in errors_in(answer)) == (200, True)
    assert Proposal.objects.count() == before


def test_selected_words_are_what_the_value_rests_on(curator, intake):
    start = intake.text.index("Farrukh Testov said")
    page = f"{url(intake, 'hand')}?kind=delegate&passage=3&start={start}&end={start + 14}"
    part = curator.get(page, headers={"X-Part": "form"})
    assert soup(part).select_one("[name=add-name_en]")["value"] == "Farrukh Testov"
    assert b"<html" not in part.content
    sent = {"add-name_en": "F. Testov", "add-role": "mayor", "start": start, "end": start + 14}
    answer = curator.post(page, sent, headers={"Accept": "application/json"}).json()
    added = Proposal.objects.get(pk=answer["row"])
    assert (added.quote, answer["passage"]) == ("Farrukh Testov", 3)
    assert f"proposal-{added.pk}" in answer["html"]


@pytest.mark.parametrize(
    "kind, words, column, is_open",
    [
        ("delegate", "Farrukh Testov", "name_en", False),
        ("delegate", "Фаррух Тестов", "name_ru", True),
        ("delegate", "法鲁赫", "name_zh", True),
        ("initiative", "Лампы", "title_ru", True),
    ],
)
def test_a_selected_name_fills_the_name_in_its_language(curator, kind, words, column, is_open):
    intake = read_report(f"Dushanbe and Tianjin agree. {words}.", user=curator.user)
    start = intake.text.index(words)
    selected = f"start={start}&end={start + len(words)}"
    form = soup(curator.get(f"{url(intake, 'hand')}?kind={kind}&passage=1&{selected}")).select_one(".hand")
    filled = {each["name"]: each["value"] for each in form.select("[type=text]") if each.get("value")}
    assert filled == {f"add-{column}": words}
    assert form.select_one("details").has_attr("open") == is_open


@pytest.mark.parametrize(
    "words, expected",
    [
        ("3046对", {"value": "3046"}),
        ("12 million", {"value": "12000000"}),
        ("0.00001", {"value": "0.00001"}),
        ("0.00001 km", {"value": "0.00001", "unit": "km", "label": "km"}),
        ("超过3000名代表", {"value": "3000", "unit": "delegates", "label": "delegates", "qualifier": "over"}),
        ("visitors", {}),
    ],
)
def test_selected_words_fill_the_fields_of_a_figure(curator, words, expected):
    intake = read_report(f"Dushanbe and Tianjin agree. {words}.", user=curator.user)
    start = intake.text.index(words)
    selected = f"start={start}&end={start + len(words)}"
    form = soup(curator.get(f"{url(intake, 'hand')}?kind=figure&passage=1&{selected}")).select_one(".hand")
    filled = {
        each["name"].removeprefix("add-"): each["value"]
        for each in form.select("[type=text], [type=number]")
        if each.get("value")
    }
    assert filled | {"qualifier": form.select_one("[selected]")["value"]} == {"qualifier": "exact"} | expected


@pytest.mark.parametrize(
    "error", [Refused(is_stale=True), Refused("This proposal has already been written.")]
)
def test_a_message_names_changes_that_somebody_else_has_just_made(curator, intake, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("sco_cities.intake.hand_views._subject_of", fail)
    sent = {"add-name": "Dushanbe"}
    answer = curator.post(f"{url(intake, 'hand')}?kind=city&passage=2", sent)
    assert answer.status_code == 200
    assert "already been written" in errors_in(answer) or "Someone else" in errors_in(answer)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?kind=city",
        "?kind=spaceship&passage=1",
        "?kind=city&passage=99",
        "?kind=figure&passage=x",
        "?kind=city&passage=1&initiative=x",
        "?kind=city&passage=1&initiative=0",
    ],
)
def test_an_unknown_kind_or_passage_is_not_found(curator, intake, query):
    assert curator.get(url(intake, "hand") + query).status_code == 404


def test_rows_of_a_record_named_in_another_passage_are_updated(curator, intake):
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    fields = {
        "add-about": memorandum.shown, "add-label": "guides", "add-value": "12", "add-unit": "guides",
        "add-qualifier": "exact",
    }  # fmt: skip
    page = f"{url(intake, 'hand')}?kind=figure&passage=3"
    answer = curator.post(page, fields, headers={"Accept": "application/json"}).json()
    rows = BeautifulSoup("".join(answer["rows"]), "lxml").select("[data-proposal]")
    [changed] = (each for each in rows if each["id"] == f"proposal-{memorandum.pk}")
    assert changed["data-status"] == "accepted"
    # The HTML of the passage contains its own rows.
    assert {each["data-section"] for each in rows} == {"p2"}


@pytest.mark.parametrize("query, is_shown", [("", False), ("&doubtful=1", True)])
def test_doubtful_proposals_stay_on_the_page_after_a_record_is_added(curator, intake, query, is_shown):
    doubtful = intake.proposals.filter(certainty="doubtful").first()
    page = soup(curator.get(f"{url(intake)}?{query}"))
    link = page.select_one(f"#p{doubtful.passage.number} .by-hand[data-kind=organisation]")["href"]
    assert {"doubtful=1" in each["href"] for each in page.select(".by-hand")} == {is_shown}
    sent = {"add-name_en": "Lamp Office", "add-kind": "company", "add-country": "China"}
    answer = curator.post(link, sent, headers={"Accept": "application/json"}).json()
    assert (f"proposal-{doubtful.pk}" in answer["html"]) == is_shown
    assert curator.post(link, sent | {"add-name_en": "Lamp Bureau"})["Location"].startswith(
        f"{url(intake)}?page=1{query}#proposal-"
    )
