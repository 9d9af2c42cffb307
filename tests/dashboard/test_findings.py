"""Each finding follows its rule, names its denominator, and links to lists with its numbers."""

import datetime
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import translation

from initiatives.models import Initiative
from sco_cities.dashboard.findings import Findings, findings
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make
from tests.oracle_query import matching_keys
from tests.sql_oracle import Oracle

pytestmark = pytest.mark.django_db


def find() -> Findings:
    with facet_index("initiatives") as state:
        return findings(state)


def texts(language: str = "en") -> list[str]:
    """The texts of the findings, which are titles of the table and the pairs and the last sentences of the caption."""
    found = find()
    with translation.override(language):
        parts = [
            render_to_string("dashboard/_theme_findings.html", {"findings": found}),
            found.country and render_to_string("dashboard/_country_finding.html", {"finding": found.country}),
            render_to_string("dashboard/_caption_findings.html", {"findings": found}),
        ]
    return [text for part in parts if (text := BeautifulSoup(part or "", "html.parser").get_text().strip())]


def make_initiatives(statuses: str, **values) -> None:
    """Creates the initiatives of a list such as "3 agreed, 7 operating"."""
    for part in filter(None, statuses.split(", ")):
        number, status = part.split()
        for _each in range(int(number)):
            make.make_initiative(status=status, **values)


# The statuses of initiatives by theme, the theme of the finding on operating or completed initiatives, and the theme of
# the finding on agreed initiatives.
THEMES = [
    ({}, "", ""),
    ({"lamps": "1 operating"}, "", ""),
    ({"lamps": "9 operating"}, "", ""),
    ({"lamps": "10 operating"}, "lamps: 10 of 10", ""),
    ({"lamps": "4 operating, 2 completed, 4 stalled"}, "lamps: 6 of 10", ""),
    ({"lamps": "4 operating, 1 completed, 5 stalled"}, "", ""),
    ({"lamps": "6 agreed, 4 proposed"}, "", "lamps: 6 of 10"),
    ({"lamps": "5 agreed, 5 proposed"}, "", ""),
    ({"lamps": "7 operating, 3 agreed", "music": "3 operating, 9 agreed"}, "lamps: 7 of 10", "music: 9 of 12"),
    # The theme with the larger share is first, even if its number is smaller. If shares are equal, the larger theme is
    # first.
    ({"lamps": "9 operating, 1 agreed", "music": "16 operating, 4 agreed"}, "lamps: 9 of 10", ""),
    ({"lamps": "8 operating, 2 agreed", "music": "16 operating, 4 agreed"}, "music: 16 of 20", ""),
    ({"lamps": "8 operating, 2 agreed", "music": "8 operating, 2 agreed"}, "", ""),
]  # fmt: skip


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("statuses", "done", "agreed"), THEMES)
def test_a_theme_is_found_by_the_largest_share_of_enough_initiatives(statuses, done, agreed):
    for slug, each in statuses.items():
        make_initiatives(each, themes=[make.make_theme(slug)])
    make_initiatives("12 operating", themes=[make.make_theme("hidden", state="draft")])
    make_initiatives("12 operating", themes=map(make.make_theme, statuses), state="draft")

    def described(finding) -> str:
        part = finding and finding.part
        return (finding and f"{finding.theme.slug}: {part.count.count} of {part.whole.count}") or ""

    found = find()
    assert (described(found.done), described(found.agreed)) == (done, agreed)


# The number of initiatives of each country, and the expected sentence.
COUNTRIES = [
    ({}, ""),
    ({"xa": 1}, ""),
    ({"xa": 9}, ""),
    ({"xa": 10}, "Country XA takes part in 10 of 10 initiatives."),
    ({"xa": 6, "xb": 4}, "Country XA takes part in 6 of 10 initiatives."),
    ({"xa": 5, "xb": 3, "xc": 2}, "Country XA takes part in 5 of 10 initiatives."),
    ({"xa": 5, "xb": 3, "xc": 3}, ""),
    ({"xa": 5, "xb": 5}, ""),
    ({"xa xb": 7, "xa xc": 4},
     "Country XA takes part in 11 of 11 initiatives; its most frequent partner is Country XB (7)."),
    # No partner is named if two are equally frequent.
    ({"xa xb": 5, "xa xc": 5, "xa": 1}, "Country XA takes part in 11 of 11 initiatives."),
    # Both countries take part in all initiatives.
    ({"xa xb": 11}, ""),
]  # fmt: skip


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("numbers", "sentence"), COUNTRIES)
def test_a_country_is_found_if_it_takes_part_in_half_of_all_and_no_other_in_as_many(numbers, sentence):
    for codes, number in numbers.items():
        countries = [make.make_country(code) for code in codes.split()]
        for _each in range(number):
            make.make_initiative(countries=countries)
    assert "".join(text for text in texts() if "takes part" in text) == sentence


@pytest.fixture
def an_old_status():
    year = datetime.date.today().year
    report = make.make_report("old", published_on=str(year - 4))
    make.make_evidence(make.make_initiative("old"), "status", report.passages.get())
    recent = make.make_report("new", published_on=str(year))
    make.make_evidence(make.make_initiative("new"), "status", recent.passages.get())


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("an_old_status")
def test_more_than_half_is_used_only_above_one_half():
    assert texts() == ["Statuses last reported more than two years ago: 1 of 2."]
    Initiative.objects.get(slug="new").delete()
    assert texts() == ["Over half of all statuses were last reported more than two years ago: 1 of 1."]


@pytest.mark.only_on("sqlite")
def test_differing_reports_are_counted_from_the_first_one_on():
    initiative = make.make_initiative()
    assert (texts(), bool(find())) == ([], False)
    make.make_evidence(initiative, "kind", stance="differs", reported_value="plan")
    assert texts() == ["Reports differ on 1 of 1 initiative."]
    make.make_initiative()
    assert texts() == ["Reports differ on 1 of 2 initiatives."]


@pytest.mark.usefixtures("loaded_package")
def test_every_number_is_that_of_its_list_by_plain_sql():
    found, oracle = find(), Oracle()
    parts = [found.done.part, found.agreed.part, found.country.part, found.old, found.disputed]
    linked = [number for part in parts for number in (part.count, part.whole)] + [found.country.joint]
    for number in linked:
        query = number.url.partition("?")[2]
        assert len(matching_keys(oracle, "initiatives", query)) == number.count > 0, number
    # Plain SQL ranks the named themes and countries first.
    countries = Counter()
    for key in oracle.published["initiatives"]:
        countries.update(oracle.values["initiatives"]["country"](key))
    assert countries.most_common(1) == [(found.country.country.pk, found.country.part.count.count)]
    for finding, statuses in ((found.done, {"operating", "completed"}), (found.agreed, {"agreed"})):
        shares = {}
        for theme in oracle.published["themes"]:
            keys = matching_keys(oracle, "initiatives", f"theme={oracle.slug('themes', theme)}")
            with_status = [key for key in keys if oracle.rows["initiatives"][key]["status"] in statuses]
            if len(keys) >= Findings.min_initiatives:
                shares[theme] = len(with_status) / len(keys)
        assert finding.theme.pk == max(shares, key=shares.get)
        assert shares[finding.theme.pk] >= Findings.min_theme_share / 100


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", "Чаще всего действует или завершено: {theme.name_ru}, {done} из {all}."),
        ("zh-hans", "占比最高：{theme.name_zh}，{all}项中{done}项"),
    ],
)
def test_findings_are_whole_sentences_in_each_language(language, expected):
    found, done = texts(language), find().done
    assert len(found) == 3
    numbers = {"done": done.part.count.count, "all": done.part.whole.count}
    assert expected.format(theme=done.theme, **numbers) in found[0]
    assert not any("takes part" in text or "%" in text for text in found)


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("an_old_status")
def test_findings_follow_the_data():
    assert find().old.whole.count == 2
    make.make_initiative()
    assert find().old.whole.count == 3
