import pytest

from sco_cities.browse.index.current import reading_surely
from sco_cities.dashboard import home
from tests import factories as make

pytestmark = pytest.mark.django_db


def state():
    with reading_surely(*home.COUNTED) as now:
        return now


@pytest.fixture
def known():
    lamps, tunnels, music = (
        make.make_theme("lamps"), make.make_theme("tunnels", pillar="security"), make.make_theme("music"),
    )  # fmt: skip
    make.make_theme("hidden", state="draft")
    make.make_initiative("one", themes=[lamps, tunnels], status="agreed", sourced=True)
    make.make_initiative("two", themes=[lamps, music], status="agreed")
    make.make_initiative("three", status="interest")
    make.make_initiative("draft", themes=[lamps], status="stalled", state="draft")


@pytest.mark.usefixtures("known")
def test_the_counts_are_those_of_published_records():
    make.make_city()
    assert home.counts(state()) == {
        "initiatives": 3, "cities": 1, "delegates": 0, "organisations": 0, "events": 0, "themes": 3, "reports": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("known")
def test_soundness_counts_footnotes_reports_and_the_initiatives_that_they_bear_out_or_not():
    initiative = make.make_initiative("disputed")
    first, second = make.make_report("gazette", passages=2).passages.all()
    draft = make.make_report("draft-report", state="draft").passages.get()
    for passage, value in ((first, "plan"), (second, "route")):
        make.make_evidence(initiative, "kind", passage, stance="differs", reported_value=value)
    make.make_evidence(make.make_initiative("other"), "kind", draft, stance="differs", reported_value="plan")
    # Five footnotes of initiative "one" lead to one report, which alone supports it; two more to another report.
    assert home.soundness(state()) == home.Soundness(footnotes=7, reports=2, disputed=1, single=1)


def test_newest_is_what_the_newest_reports_speak_of():
    for slug, day in (("old", "2020-01-01"), ("new", "2025"), ("undated", "")):
        report = make.make_report(f"report-{slug}", published_on=day)
        make.support_everything(make.make_initiative(slug), report.passages.get())
    assert [initiative.slug for initiative in home.newest(state())] == ["new", "old"]


def test_an_empty_site_has_a_home_page_too(client):
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("known")
def test_every_number_of_the_home_page_leads_to_its_list(client):
    page = client.get("/").content.decode()
    for link in (
        "/initiatives/", "/cities/", "/delegates/", "/organisations/", "/events/", "/themes/", "/reports/",
        "/initiatives/?status=agreed", "/initiatives/?status=interest", "/initiatives/?theme=lamps",
        "/initiatives/?pillar=security", "/themes/?pillar=security", "/initiatives/?evidence=disputed",
        "/initiatives/?evidence=single",
    ):  # fmt: skip
        assert f'href="{link}"' in page, link


@pytest.mark.usefixtures("loaded")
def test_the_home_page_asks_few_queries(asks):
    # the log of changes, for the page and for the index; footnotes; reports that tell of initiatives; then, for each
    # of the newest until there are enough, the initiatives that it tells of; for each of their days, these
    asks("/", 11)


# On PostgreSQL a transaction of its own follows its own writes at every look.
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("known")
def test_more_initiatives_ask_no_more_queries(asks):
    asks("/", 6)
    for number in range(20):
        make.make_initiative(f"more-{number}", themes=[make.make_theme(f"more-{number}")], sourced=True)
    asks("/", 6)
