"""A delegate's role is dated by the years in its text, or by the newest supporting report."""

import pytest
from bs4 import BeautifulSoup

from delegates.models import Delegate
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mayors():
    """Four delegates of a city. Two have roles with years, one has a dated report, and one has no date."""
    city = make.make_city("alphaville")
    for slug, role, date in (
        ("ada", "Mayor (2015-2016)", "2026"),
        ("bo", "Mayor (2025)", ""),
        ("cy", "Deputy mayor", "2023-05"),
        ("di", "Akim", ""),
    ):
        delegate = make.make_delegate(slug, role=role, city=city, name_en=slug.title())
        report = make.make_report(f"of-{slug}", published_on=date)
        make.make_evidence(delegate, "role", report.passages.get())
    return city


def lines(page: bytes, selector: str) -> list[str]:
    return [" ".join(item.text.split()) for item in BeautifulSoup(page, "html.parser").select(selector)]


@pytest.mark.usefixtures("mayors")
@pytest.mark.parametrize("address", ["/cities/alphaville/", "/countries/xa/"])
def test_pages_name_the_newest_role_first_with_its_date(client, address):
    people = lines(client.get(address).content, "#delegates ~ ul.mentions li, details ul.mentions li")
    people = [line for line in people if "ayor" in line or "Akim" in line]
    assert people == [
        "Bo, Mayor (2025)",
        "Cy, Deputy mayor, as of May 2023",
        "Ada, Mayor (2015–2016)",
        "Di, Akim, date not known",
    ]


@pytest.mark.usefixtures("mayors")
@pytest.mark.parametrize(
    ("language", "dates"),
    [
        ("", ["as of May 2023", "date not known"]),
        ("/ru", ["по состоянию на май 2023 г.", "дата не указана"]),
        ("/zh-hans", ["截至2023年5月", "日期不详"]),
    ],
)
def test_roles_are_dated_in_the_language_of_the_page(client, language, dates):
    people = lines(client.get(f"{language}/cities/alphaville/").content, "ul.mentions li")
    for date in dates:
        assert [line for line in people if line.endswith(date)], people


@pytest.mark.usefixtures("mayors")
@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("ada", "Mayor (2015–2016)"),
        ("cy", "Deputy mayor, as of May 2023"),
        ("di", "Akim, date not known"),
    ],
)
def test_the_page_the_list_and_its_brief_date_a_role(client, slug, text):
    assert lines(client.get(f"/delegates/{slug}/").content, ".intro")[0].startswith(text)
    assert text in lines(client.get(f"/delegates/?q={slug}").content, "table.list td")
    assert text in lines(client.get(f"/delegates/?q={slug}&view=brief").content, "#entry-1")[0]


def test_people_of_two_places_at_an_event_have_the_newest_role_first(client, mayors):
    forum = make.make_event("forum", starts_on="2025")
    guest = make.make_delegate("guest", role="Guest (2025)", city=make.make_city("betaburg"))
    for delegate in (*Delegate.objects.filter(city=mayors), guest):
        make.make_attendance(forum, delegate)
    people = lines(client.get("/together/alphaville/betaburg/").content, "#encounters ~ ul li")[0]
    assert [people.index(name) for name in ("Bo", "Cy", "Ada", "Di")] == sorted(
        people.index(name) for name in ("Bo", "Cy", "Ada", "Di")
    )
    assert "as of May 2023" in people


def test_a_new_report_dates_a_role(client, mayors):
    report = make.make_report("newer", published_on="2024-02-03")
    make.make_evidence(Delegate.objects.get(slug="di"), "role", report.passages.get())
    assert "as of 3 February 2024" in lines(client.get("/delegates/di/").content, ".intro")[0]


def test_a_year_in_a_name_does_not_date_a_role_and_dates_are_sorted_by_first_day(client):
    city = make.make_city("alphaville")
    for slug, role, date in (
        ("ada", "Head of the Expo 2030 bureau", "2024-01-05"),
        ("bo", "Mayor", "2024/2025"),
        ("cy", "Akim", "2024-12-31"),
    ):
        delegate = make.make_delegate(slug, role=role, city=city, name_en=slug.title())
        report = make.make_report(f"of-{slug}", published_on=date)
        make.make_evidence(delegate, "role", report.passages.get())
    people = lines(
        client.get("/cities/alphaville/").content, "#delegates ~ ul.mentions li, details ul.mentions li"
    )
    assert people == [
        "Cy, Akim, as of 31 December 2024",
        "Ada, Head of the Expo 2030 bureau, as of 5 January 2024",
        "Bo, Mayor, as of 2024 to 2025",
    ]
