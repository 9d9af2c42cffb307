"""Data packages of generated records, with the same bytes for the same number of rows on any machine.

The first folder contains the records that initiatives refer to. Each further folder contains a part of the initiatives,
so that a million of them are read and checked in parts that fit into memory.
"""

import csv
import hashlib
import json
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path
from random import Random

from . import vocabulary as words

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
    """The folders in loading order, with name, and rows by table."""
    yield "base", base_rows()
    for number, first in enumerate(range(0, rows, PART)):
        yield f"part-{number:03}", initiative_rows(first, min(first + PART, rows))


def write(folder: Path, rows: Rows) -> None:
    """Writes a package for load_package."""
    folder.mkdir(parents=True, exist_ok=True)
    resources = [{"name": name, "path": f"{name}.csv"} for name in HEADERS]
    # Each folder has a different name. With the same name, each load would also store the rows of all previous loads.
    metadata = {"name": f"made-up-cities-{folder.name}", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows.get(name, ()))


def digest(rows: int) -> str:
    """A hash of all generated data for `rows` initiatives."""
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
            for place, code in enumerate(words.COUNTRIES)
        ],
        "cities": [
            (words.city_slug(n), f"Testgrad {n + 1:03}", f"Тестград {n + 1:03}", f"试城{n + 1:03}",
             words.COUNTRIES[n * 7 % 40], round(random.random() * 120 - 60, 4),
             round(random.random() * 300 - 150, 4), 10_000 + n * 1_000, "", "", "", "published")
            for n in range(words.CITIES)
        ],
        "reports": [
            (words.report_slug(n), f"Test report {n + 1:03}", f"Test gazette {n % 20 + 1:02}",
             f"{words.FIRST_YEAR + n % 31}-{n % 12 + 1:02}", ("en", "ru", "zh")[n % 3],
             f"https://gazette.example/{n + 1}", "", "", "published")
            for n in range(words.REPORTS)
        ],
        "themes": [
            (words.theme_slug(n), f"Test theme {n + 1:02}", f"Тема {n + 1:02}", f"主题{n + 1:02}",
             words.PILLARS[n % 3], f"What test theme {n + 1:02} covers", "", "published")
            for n in range(words.THEMES)
        ],
        "organisations": [
            (words.organisation_slug(n), f"Test office {n + 1:04}", "", "", "other", words.COUNTRIES[n % 40],
             words.city_slug(pick(words.CITY_SHARES)), "", "published")
            for n in range(words.ORGANISATIONS)
        ],
        "events": [
            (words.event_slug(n), f"Test forum {n + 1:03}", "", "", "forum", f"Test series {n % 10}",
             words.city_slug(pick(words.CITY_SHARES)), f"{words.FIRST_YEAR + n % 31}", "", "", "",
             words.theme_slug(n % words.THEMES), "published")
            for n in range(words.EVENTS)
        ],
        "passages": [
            (words.report_slug(n), number, f"Passage {number} of test report {n + 1:03}.", "", "")
            for n in range(words.REPORTS)
            for number in range(1, words.PASSAGES + 1)
        ],
        "evidence": [
            (f"events:{words.event_slug(n)}", "*", words.report_slug(n), 1, "", "supports")
            for n in range(words.EVENTS)
        ],
    }  # fmt: skip


def initiative_rows(first: int, end: int) -> Rows:
    """The initiatives from number `first` up to `end`, with their cities and evidence."""
    random = Random(f"{SEED}: from {first}")  # noqa: S311 - nothing secret
    rows: Rows = {"initiatives": [], "initiative_cities": [], "evidence": []}
    for number in range(first, end):
        _add_initiative(rows, random, number)
    return rows


def _picker(random: Random):
    """Returns a function that draws a number by cumulative shares. It uses only random(), which all versions of Python
    implement alike.
    """
    draw = random.random
    return lambda shares: bisect(shares, draw())


def _add_initiative(rows: Rows, random: Random, number: int) -> None:
    draw, pick = random.random, _picker(random)
    slug = f"test-initiative-{number + 1:07}"
    starts_on, ends_on = _dates(draw)
    status = words.STATUSES[pick(words.STATUS_SHARES)]
    cities = dict.fromkeys(pick(words.CITY_SHARES) for _n in range(1 + pick(words.PARTNER_SHARES)))
    themes = {pick(words.THEME_SHARES) for _n in range(1 + pick(words.THEME_COUNT_SHARES))}
    offices = {pick(words.ORGANISATION_SHARES) for _n in range(pick(words.ORGANISATION_COUNT_SHARES))}
    state = "draft" if draw() < words.DRAFT else "published"
    rows["initiatives"].append((
        slug, *_texts(draw, number), words.KINDS[pick(words.KIND_SHARES)], status, starts_on, ends_on,
        words.event_slug(int(draw() * words.EVENTS)) if draw() < words.WITH_EVENT else "",
        words.COUNTRIES[int(draw() * 40)] if draw() < words.DIRECT_COUNTRY else "",
        "; ".join(map(words.organisation_slug, sorted(offices))),
        "; ".join(map(words.theme_slug, sorted(themes))), state,
    ))  # fmt: skip
    role = "lead"
    for city in cities:
        rows["initiative_cities"].append((slug, words.city_slug(city), role))
        role = "partner" if draw() < 0.7 else "reference"
    _add_evidence(rows["evidence"], draw, f"initiatives:{slug}", status, starts_on, ends_on)


def _add_evidence(evidence: list, draw, record: str, status: str, starts_on: str, ends_on: str) -> None:
    report, passage = int(draw() * words.REPORTS), 1 + int(draw() * words.PASSAGES)
    other = (report + 1 + int(draw() * (words.REPORTS - 1))) % words.REPORTS
    several, disputed = draw() < words.SEVERAL, draw() < words.DISPUTED
    source = (words.report_slug(report), passage)
    evidence.append((record, "*", *source, "", "supports"))
    newest = (words.report_slug(other), passage) if several else source
    evidence.append((record, "status", *newest, "", "supports"))
    evidence.append((record, "cities", *source, "", "supports"))
    if starts_on:
        evidence.append((record, "starts_on", *source, "", "supports"))
    if ends_on:
        evidence.append((record, "ends_on", *source, "", "supports"))
    if disputed:
        reported = "stalled" if status != "stalled" else "completed"
        evidence.append((record, "status", words.report_slug(other), passage % 10 + 1, reported, "differs"))


def _dates(draw) -> tuple[str, str]:
    kind = draw()
    if kind < 0.1:
        return "", ""
    # Later years have more initiatives.
    year = words.FIRST_YEAR + int(31 * draw() ** 0.45)
    month, day = 1 + int(12 * draw()), 1 + int(28 * draw())
    ends_on = str(year + int(6 * draw())) if draw() < words.WITH_END else ""
    if kind < 0.45:
        return str(year), ends_on
    return (f"{year}-{month:02}" if kind < 0.75 else f"{year}-{month:02}-{day:02}"), ends_on


def _texts(draw, number: int) -> tuple[str, str, str, str, str, str]:
    """Titles and summaries in three languages. The Russian and Chinese ones may be empty."""
    by_language = {}
    for language, quarter in words.QUARTER.items():
        bits = int(draw() * 4 ** len(quarter))
        by_language[language] = [word for place, word in enumerate(quarter) if not bits >> 2 * place & 3]
    rare = draw()
    english = by_language["en"] + [words.HUNDREDTH] * (rare < 0.01) + [words.TEN_THOUSANDTH] * (rare > 0.9999)
    filler = words.FILLERS[int(draw() * len(words.FILLERS))]
    title = f"{filler} {' and '.join(english[:2]) or 'nothing'}, number {number + 1}"
    summary = f"A made-up initiative on {', '.join(english) or 'nothing'}. It is “{filler.lower()}”."
    title_ru = (
        f"{words.FILLERS_RU[number % 3]} проект {number + 1}" if draw() < 0.6 or by_language["ru"] else ""
    )
    title_zh = f"{words.FILLERS_ZH[number % 3]}项目{number + 1}" if draw() < 0.6 or by_language["zh"] else ""
    if by_language["ru"]:
        title_ru += ": " + ", ".join(by_language["ru"])
    if by_language["zh"]:
        title_zh += "：" + "、".join(by_language["zh"])
    return title, title_ru, title_zh, summary, "", ""
