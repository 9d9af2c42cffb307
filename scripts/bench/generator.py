"""Generates data packages. The same number of rows gives the same bytes on any machine.

The first folder contains the records that initiatives refer to. Each further folder contains a part of the
initiatives, so that a million initiatives are read and checked in parts that fit into memory. All words are invented
and do not resemble a real place or project.
"""

import csv
import hashlib
import json
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

# ISO 3166 reserves XA to XZ and QM to QZ, which are 40 codes, for private use.
COUNTRIES = [f"X{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1)] + [
    f"Q{chr(letter)}" for letter in range(ord("M"), ord("Z") + 1)
]
CITIES, THEMES, ORGANISATIONS, EVENTS, REPORTS, PASSAGES = 300, 30, 1_500, 200, 600, 10
PILLARS = ("governance", "cooperation", "security")

# Each of these words occurs in a quarter of the initiatives. No word is part of another word in these lists. There are
# many words, because the first search for each word can be measured only once.
QUARTER = {
    "en": (
        "lanterns", "corridors", "sensors", "archives", "ferries", "orchards", "telescopes", "workshops",
    ),
    "ru": ("светильники", "мастерские", "обсерватория", "набережная"),
    "zh": ("路灯", "渡轮", "书院", "果园"),
}  # fmt: skip
# Words that occur in 1 % and in 0.01 % of the initiatives.
HUNDREDTH = "windmills"
TEN_THOUSANDTH = "zeppelins"
FILLERS = ("Testing", "Sample", "Invented", "Imagined", "Fictional", "Pretended")
FILLERS_RU = ("Пробный", "Вымышленный", "Условный")
FILLERS_ZH = ("测试", "虚构", "假设")


def cumulative(weights) -> list[float]:
    """Returns the cumulative shares of the weights, up to 1, for `bisect`."""
    sums = list(accumulate(weights))
    return [value / sums[-1] for value in sums]


def zipf(size: int, exponent: float) -> list[float]:
    """Returns the cumulative shares of `size` items, with a few frequent and many rare items."""
    return cumulative(1 / (rank + 1) ** exponent for rank in range(size))


STATUSES = ("under_way", "operating", "agreed", "completed", "proposed", "interest", "stalled", "unknown")
STATUS_SHARES = cumulative((30, 22, 16, 14, 9, 6, 2, 1))
KINDS = ("project", "exchange", "practice", "partnership", "platform", "plan", "route")
KIND_SHARES = cumulative((40, 20, 14, 12, 7, 5, 2))
CITY_SHARES = zipf(CITIES, 1.0)
THEME_SHARES = zipf(THEMES, 0.6)
ORGANISATION_SHARES = zipf(ORGANISATIONS, 0.7)
PARTNER_SHARES = cumulative((30, 32, 22, 11, 5))
THEME_COUNT_SHARES = cumulative((45, 35, 20))
ORGANISATION_COUNT_SHARES = cumulative((40, 40, 20))

FIRST_YEAR, LAST_YEAR = 1996, 2026
DIRECT_COUNTRY, WITH_EVENT, WITH_END, SEVERAL, DISPUTED, DRAFT = 0.4, 0.1, 0.3, 0.4, 0.03, 0.005


def city_slug(number: int) -> str:
    return f"testgrad-{number + 1:03}"


def theme_slug(number: int) -> str:
    return f"test-theme-{number + 1:02}"


def organisation_slug(number: int) -> str:
    return f"test-office-{number + 1:04}"


def event_slug(number: int) -> str:
    return f"test-forum-{number + 1:03}"


def report_slug(number: int) -> str:
    return f"test-gazette-{number + 1:03}"


SEED = "SCO Cities, made up"
PART = 25_000

HEADERS = {
    "countries": "code,name_en,name_ru,name_zh,sco_role,sco_since,state",
    "cities": "slug,name_en,name_ru,name_zh,country,latitude,longitude,population,geonames_id,wikidata_id,"
    "aliases,state",
    "reports": "slug,title,publisher,published_on,language,address,accessed_on,note,state",
    "themes": "slug,name_en,name_ru,name_zh,pillar,description,keywords,state",
    "organisations": "slug,name_en,name_ru,name_zh,kind,country,city,aliases,state",
    "events": "slug,name_en,name_ru,name_zh,kind,series,host_city,starts_on,ends_on,date_text,parent,themes,"
    "state",
    "delegates": "slug,name_en,name_ru,name_zh,role,organisation,city,country,aliases,state",
    "passages": "report,number,summary,quotation,speakers",
    "attendances": "event,delegate,role_at_event",
    "statements": "slug,delegate,event,summary,themes,state",
    "initiatives": "slug,title_en,title_ru,title_zh,summary_en,summary_ru,summary_zh,kind,status,starts_on,"
    "ends_on,event,countries,organisations,themes,state",
    "initiative_cities": "initiative,city,role",
    "figures": "record,label,value,unit,qualifier,period",
    "evidence": "record,field,report,passage,reported_value,stance",
}

Rows = dict[str, list[tuple]]


def packages(rows: int) -> Iterator[tuple[str, Rows]]:
    """Yields the folders in loading order, each with its name and its rows by table."""
    yield "base", base_rows()
    for number, first in enumerate(range(0, rows, PART)):
        yield f"part-{number:03}", initiative_rows(first, min(first + PART, rows))


def write(folder: Path, rows: Rows) -> None:
    """Writes a package for load_package."""
    folder.mkdir(parents=True, exist_ok=True)
    resources = [{"name": name, "path": f"{name}.csv"} for name in HEADERS]
    # Each folder has a different name. If all had the same name, each load would also store the rows of earlier loads.
    metadata = {"name": f"made-up-cities-{folder.name}", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows.get(name, ()))


def digest(rows: int) -> str:
    """Returns a hash of all generated data for `rows` initiatives."""
    digest = hashlib.sha256()
    for name, tables in packages(rows):
        digest.update(repr((name, sorted(tables.items()))).encode())
    return digest.hexdigest()


def base_rows() -> Rows:
    """Countries, cities, themes, organisations, events and reports with their passages."""
    random = Random(f"{SEED}: base")  # noqa: S311 - nothing secret
    pick = _picker(random)
    return {
        "countries": [
            (code, f"Testland {code}", f"Тестландия {code}", f"试国{code}",
             ("member", "partner", "none")[place % 3], "", "published")
            for place, code in enumerate(COUNTRIES)
        ],
        "cities": [
            (city_slug(n), f"Testgrad {n + 1:03}", f"Тестград {n + 1:03}", f"试城{n + 1:03}",
             COUNTRIES[n * 7 % 40], round(random.random() * 120 - 60, 4),
             round(random.random() * 300 - 150, 4), 10_000 + n * 1_000, "", "", "", "published")
            for n in range(CITIES)
        ],
        "reports": [
            (report_slug(n), f"Test report {n + 1:03}", f"Test gazette {n % 20 + 1:02}",
             f"{FIRST_YEAR + n % 31}-{n % 12 + 1:02}", ("en", "ru", "zh")[n % 3],
             f"https://gazette.example/{n + 1}", "", "", "published")
            for n in range(REPORTS)
        ],
        "themes": [
            (theme_slug(n), f"Test theme {n + 1:02}", f"Тема {n + 1:02}", f"主题{n + 1:02}",
             PILLARS[n % 3], f"What test theme {n + 1:02} covers", "", "published")
            for n in range(THEMES)
        ],
        "organisations": [
            (organisation_slug(n), f"Test office {n + 1:04}", "", "", "other", COUNTRIES[n % 40],
             city_slug(pick(CITY_SHARES)), "", "published")
            for n in range(ORGANISATIONS)
        ],
        "events": [
            (event_slug(n), f"Test forum {n + 1:03}", "", "", "forum", f"Test series {n % 10}",
             city_slug(pick(CITY_SHARES)), f"{FIRST_YEAR + n % 31}", "", "", "",
             theme_slug(n % THEMES), "published")
            for n in range(EVENTS)
        ],
        "passages": [
            (report_slug(n), number, f"Passage {number} of test report {n + 1:03}.", "", "")
            for n in range(REPORTS)
            for number in range(1, PASSAGES + 1)
        ],
        "evidence": [
            (f"events:{event_slug(n)}", "*", report_slug(n), 1, "", "supports")
            for n in range(EVENTS)
        ],
    }  # fmt: skip


def initiative_rows(first: int, end: int) -> Rows:
    """Returns the initiatives from number `first` up to `end`, with their cities and evidence."""
    random = Random(f"{SEED}: from {first}")  # noqa: S311 - nothing secret
    rows: Rows = {"initiatives": [], "initiative_cities": [], "evidence": []}
    for number in range(first, end):
        _add_initiative(rows, random, number)
    return rows


def _picker(random: Random):
    """Returns a function that draws a number by cumulative shares.

    It uses only random(), whose results are the same in all versions of Python.
    """
    draw = random.random
    return lambda shares: bisect(shares, draw())


def _add_initiative(rows: Rows, random: Random, number: int) -> None:
    draw, pick = random.random, _picker(random)
    slug = f"test-initiative-{number + 1:07}"
    starts_on, ends_on = _dates(draw)
    status = STATUSES[pick(STATUS_SHARES)]
    cities = dict.fromkeys(pick(CITY_SHARES) for _n in range(1 + pick(PARTNER_SHARES)))
    themes = {pick(THEME_SHARES) for _n in range(1 + pick(THEME_COUNT_SHARES))}
    offices = {pick(ORGANISATION_SHARES) for _n in range(pick(ORGANISATION_COUNT_SHARES))}
    state = "draft" if draw() < DRAFT else "published"
    rows["initiatives"].append((
        slug, *_texts(draw, number), KINDS[pick(KIND_SHARES)], status, starts_on, ends_on,
        event_slug(int(draw() * EVENTS)) if draw() < WITH_EVENT else "",
        COUNTRIES[int(draw() * 40)] if draw() < DIRECT_COUNTRY else "",
        "; ".join(map(organisation_slug, sorted(offices))),
        "; ".join(map(theme_slug, sorted(themes))), state,
    ))  # fmt: skip
    role = "lead"
    for city in cities:
        rows["initiative_cities"].append((slug, city_slug(city), role))
        role = "partner" if draw() < 0.7 else "reference"
    _add_evidence(rows["evidence"], draw, f"initiatives:{slug}", status, starts_on, ends_on)


def _add_evidence(evidence: list, draw, record: str, status: str, starts_on: str, ends_on: str) -> None:
    report, passage = int(draw() * REPORTS), 1 + int(draw() * PASSAGES)
    other = (report + 1 + int(draw() * (REPORTS - 1))) % REPORTS
    several, disputed = draw() < SEVERAL, draw() < DISPUTED
    source = (report_slug(report), passage)
    evidence.append((record, "*", *source, "", "supports"))
    newest = (report_slug(other), passage) if several else source
    evidence.append((record, "status", *newest, "", "supports"))
    evidence.append((record, "cities", *source, "", "supports"))
    if starts_on:
        evidence.append((record, "starts_on", *source, "", "supports"))
    if ends_on:
        evidence.append((record, "ends_on", *source, "", "supports"))
    if disputed:
        reported = "stalled" if status != "stalled" else "completed"
        evidence.append((record, "status", report_slug(other), passage % 10 + 1, reported, "differs"))


def _dates(draw) -> tuple[str, str]:
    kind = draw()
    if kind < 0.1:
        return "", ""
    # Later years have more initiatives.
    year = FIRST_YEAR + int(31 * draw() ** 0.45)
    month, day = 1 + int(12 * draw()), 1 + int(28 * draw())
    ends_on = str(year + int(6 * draw())) if draw() < WITH_END else ""
    if kind < 0.45:
        return str(year), ends_on
    return (f"{year}-{month:02}" if kind < 0.75 else f"{year}-{month:02}-{day:02}"), ends_on


def _texts(draw, number: int) -> tuple[str, str, str, str, str, str]:
    """Titles and summaries in three languages. The Russian and Chinese texts may be empty."""
    by_language = {}
    for language, quarter in QUARTER.items():
        bits = int(draw() * 4 ** len(quarter))
        by_language[language] = [word for place, word in enumerate(quarter) if not bits >> 2 * place & 3]
    rare = draw()
    english = by_language["en"] + [HUNDREDTH] * (rare < 0.01) + [TEN_THOUSANDTH] * (rare > 0.9999)
    filler = FILLERS[int(draw() * len(FILLERS))]
    title = f"{filler} {' and '.join(english[:2]) or 'nothing'}, number {number + 1}"
    summary = f"A made-up initiative on {', '.join(english) or 'nothing'}. It is “{filler.lower()}”."
    title_ru = f"{FILLERS_RU[number % 3]} проект {number + 1}" if draw() < 0.6 or by_language["ru"] else ""
    title_zh = f"{FILLERS_ZH[number % 3]}项目{number + 1}" if draw() < 0.6 or by_language["zh"] else ""
    if by_language["ru"]:
        title_ru += ": " + ", ".join(by_language["ru"])
    if by_language["zh"]:
        title_zh += "：" + "、".join(by_language["zh"])
    return title, title_ru, title_zh, summary, "", ""
