"""Numbers on pages about initiatives since their announcement equal the numbers computed from the shipped files."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from delegates.models import Event
from tests import factories as make
from tests.package_oracle import PackageOracle

pytestmark = pytest.mark.django_db
# Patterns for the numbers of the sentence, by class.
WORDS = {
    "whole": r"(\d+) initiatives? (?:was|were|has|have) (?:agreed|a dated|dated)",
    "later": r"(\d+) (?:was|were) reported again",
    "moved": r"(\d+) (?:has|have) a different",
    "none": r"(\d+) (?:has|have) not been reported on",
}


@pytest.fixture
def oracle() -> PackageOracle:
    return PackageOracle()


def block(page: bytes):
    """The sentence, its numbers, the numbers of each status at the time and now, and the links."""
    html = BeautifulSoup(page, "html.parser")
    heading = html.find("dt", string="Status at the time")
    if heading is None:
        return None
    values = heading.find_parent("dl")
    sentence = " ".join(values.find_previous_sibling("p").text.split())
    numbers = {name: int(match[1]) for name, words in WORDS.items() if (match := re.search(words, sentence))}
    lines = (dict(re.findall(r"([a-z ]+?) (\d+)", dd.text)) for dd in values.select("dd"))
    then, now = ({name.strip(): int(number) for name, number in line.items()} for line in lines)
    links = {a.text: a["href"] for a in values.find_previous_sibling("p").select("a")}
    return sentence, numbers, then, now, links


def expected(oracle, origin: str, slugs) -> tuple[dict, dict, dict]:
    found = {slug: result for slug in slugs if (result := oracle.since(origin, slug))}
    codes = Counter(code for code, _then in found.values())
    then = Counter(then.replace("_", " ") or "not clear from reports" for _code, then in found.values())
    now = Counter(oracle.rows["initiatives"][slug]["status"].replace("_", " ") for slug in found)
    later = codes["reported"] + codes["moved"]
    numbers = {"whole": len(found), "later": later, "moved": codes["moved"], "none": codes["none"]}
    return numbers, dict(then), dict(now)


def verify(client, oracle, origin: str, address: str, slugs) -> bool:
    page = block(client.get(address).content)
    numbers, then, now = expected(oracle, origin, slugs)
    if not numbers["whole"]:
        assert page is None, address
        return False
    _sentence, found, found_then, found_now, links = page
    # The sentence may leave out numbers that are zero, such as "moved" or "none", or all numbers of a very recent
    # event.
    assert found == {name: number for name, number in numbers.items() if number or name in found}, address
    assert (found_then, found_now) == (then, now), address
    for number, link in links.items():
        assert f"{number} of " in BeautifulSoup(client.get(link).content, "html.parser").h1.text, link
    return True


@pytest.mark.only_on("sqlite")
def test_the_numbers_of_every_event_equal_the_files_of_the_package(loaded_package, client, oracle):
    slugs = {row["event"] for row in oracle.rows["initiatives"].values()} - {"", "sco-summit-bishkek-2026"}
    for slug in sorted(slugs):
        verify(client, oracle, "event", f"/events/{slug}/", oracle.slugs("initiatives", f"event={slug}"))
    assert block(client.get("/events/sco-summit-tianjin-2025/").content)[0] == (
        "5 initiatives were agreed, reported or held here. 1 was reported again after 1 October 2025. "
        "4 have not been reported on since then. The newest report on the status of these 4 is dated 2 "
        "September 2025."
    )
    assert block(client.get("/events/sco-summit-bishkek-2026/").content)[0] == (
        "2 initiatives were agreed, reported or held here. "
        "Reports up to 30 January 2027 are treated as reports of the event."
    )


@pytest.mark.only_on("sqlite")
def test_the_numbers_of_countries_and_years_equal_the_files_of_the_package(loaded_package, client, oracle):
    for query, address in (
        *((f"country={code}", f"/countries/{code}/") for code in ("cn", "kz", "kg", "uz", "ru")),
        *((f"started={year}", f"/initiatives/?started={year}") for year in (2019, 2023, 2024, 2025)),
    ):
        assert verify(client, oracle, "first", address, oracle.slugs("initiatives", query))


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", "All initiatives that started in 2025, and later reports on them"),
        ("/ru", "Все инициативы, начатые в 2025 году, и более поздние сообщения о них"),
        ("/zh-hans", "2025年启动的所有合作事项及后续报道"),
    ],
)
def test_a_list_of_a_year_links_to_the_initiatives_that_started_in_it(client, prefix, words):
    make.make_initiative("lamps", starts_on="2025")
    page = client.get(f"{prefix}/initiatives/?year_from=2025&year_to=2025").content
    [link] = BeautifulSoup(page, "html.parser").select('main p a[href="?started=2025"]')
    assert link.text.strip() == words
    assert b"?started=" not in client.get(f"{prefix}/initiatives/?year_from=2025").content


def test_undated_reports_are_named_and_an_undated_event_has_no_sentence(client):
    forum = make.make_event("forum", starts_on="2025-08-31", ends_on="2025-09-01")
    for number in range(5):
        undated = make.make_report(f"undated-{number}", published_on="", title=f"Undated {number}")
        make.make_evidence(
            make.make_initiative(f"lamps-{number}", event=forum), passage=undated.passages.get()
        )
    page = client.get("/events/forum/").content
    text = " ".join(BeautifulSoup(page, "html.parser").text.split())
    assert "Reports without a date are not counted: Undated 0, Undated 1, Undated 2 and 2 more" in text
    assert block(page)[2] == {"not clear from reports": 5}
    Event.objects.update(starts_on="", ends_on="", starts_first=None, ends_last=None, runs_until=None)
    assert block(client.get("/events/forum/").content) is None


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (
            "/ru/events/forum/",
            "Здесь согласована, представлена или проведена 1 инициатива. Новые источники после 1 октября 2025 г. "
            "есть у 1. Теперь другой статус у 1.",
        ),
        (
            "/zh-hans/events/forum/",
            "1个合作事项在此商定、通报或举行。1个在2025年10月1日之后再有报道。1个的状态已变。",
        ),
    ],
)
def test_the_sentence_is_in_the_language_of_the_page(client, address, title):
    forum = make.make_event("forum", starts_on="2025-08-31", ends_on="2025-09-01")
    lamps = make.make_initiative("lamps", event=forum, status="operating")
    for number, (date, values) in enumerate(
        (("2025-09-01", {"stance": "earlier", "reported_value": "agreed"}), ("2026", {}))
    ):
        make.make_evidence(
            lamps, "status", make.make_report(f"r-{number}", published_on=date).passages.get(), **values
        )
    html = BeautifulSoup(client.get(address).content, "html.parser")
    text = " ".join(html.select_one(".body p").text.replace("\xa0", " ").split())
    assert text.startswith(title)


@pytest.mark.parametrize(
    ("prefix", "sentences"),
    [
        ("", "1 initiative was agreed, reported or held here. 1 was already operating or completed. 1 has not "
         "been reported on since 1 October 2025. The newest report on its status is dated 1 September 2025."),
        ("/ru", "Здесь согласована, представлена или проведена 1 инициатива. 1 на тот момент уже действовала или "
         "была завершена. После 1 октября 2025 г. нет новых источников у 1. Последнее сообщение о статусе этой 1: "
         "1 сентября 2025 г."),
        ("/zh-hans", "1个合作事项在此商定、通报或举行。1个当时已投入运行或已完成。2025年10月1日之后，1个未见报道。"
         "这1个的状态的最新报道日期：2025年9月1日。"),
    ],
)  # fmt: skip
def test_the_sentence_names_what_was_in_operation_before_the_event(client, prefix, sentences):
    forum = make.make_event("forum", starts_on="2025-08-31", ends_on="2025-09-01")
    lamps = make.make_initiative("lamps", event=forum, status="operating")
    make.make_evidence(lamps, "status", make.make_report("r", published_on="2025-09-01").passages.get())
    body = BeautifulSoup(client.get(f"{prefix}/events/forum/").content, "html.parser").select_one(".body")
    assert " ".join(body.p.text.replace("\xa0", " ").split()) == sentences


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("", "not clear from reports 1"), ("/ru", "не ясен из источников 1"), ("/zh-hans", "报道未明确 1")],
)
def test_the_status_at_the_time_is_not_clear_if_a_report_only_supports_other_values(client, prefix, words):
    forum = make.make_event("forum", starts_on="2025-08-31", ends_on="2025-09-01")
    report = make.make_report("r", published_on="2025-09-02")
    make.make_evidence(make.make_initiative("lamps", event=forum), "event", report.passages.get())
    body = BeautifulSoup(client.get(f"{prefix}/events/forum/").content, "html.parser").select_one(".body")
    # The comparison is at the beginning of the page.
    assert " ".join(body.dl.dd.text.split()) == words


# On PostgreSQL, a process in a transaction checks for its own writes on every access.
@pytest.mark.only_on("sqlite")
def test_the_queries_of_the_pages_do_not_grow_with_initiatives(client, django_assert_max_num_queries):
    forum = make.make_event("forum", starts_on="2025-08-31")
    counts = []
    for number in range(2):
        for each in range(5 + 5 * number):
            report = make.make_report(f"r-{number}-{each}", published_on="")
            initiative = make.make_initiative(f"lamps-{number}-{each}", event=forum)
            make.make_evidence(initiative, "status", report.passages.get())
            make.make_evidence(initiative, "status", make.make_report(f"d-{number}-{each}").passages.get())
        # These URLs are not in the page cache.
        client.get(f"/events/forum/?read={number}")
        with django_assert_max_num_queries(60) as queries:
            client.get(f"/events/forum/?number={number}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
