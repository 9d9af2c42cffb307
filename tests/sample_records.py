"""A small set of records of every kind, for tests that edit records and check lists."""

import datetime
from random import Random

from delegates.models import Delegate, Event, Organisation, OrganisationKind, Statement
from initiatives.models import Initiative, Kind, Status
from sco_cities.cities.models import City, Country
from sco_cities.sources.base_models import WHOLE, PublicationState
from sco_cities.sources.models import Report, Stance
from sco_cities.themes.models import Pillar, Theme
from tests import factories as make

RECORDS = (Report, Theme, Country, City, Organisation, Event, Delegate, Statement, Initiative)
# Some words differ only in case, some are prefixes of other words, and some occur in several records.
WORDS = ("Lamps", "lamps", "Lamp", "Tunnels", "Öfen", "Лампы", "лампы", "灯", "Zebra", "alpha", "Alpha 2")
DATES = ("", "2018", "2019-12-31", "2020-05", "2021-01-01", "2019/2021", "2020-06/2020-08", "2022")
# The end date of a running initiative is open.
SPANS = (*DATES, "2020/..")
# Dates around the limits of report ages, which are relative to today.
RECENT = tuple(
    str(datetime.date.today() - datetime.timedelta(days=days))
    for years in (0, 1, 2, 5)
    for days in range(365 * years, 365 * years + 3)
)


def make_sample_records() -> None:
    """Creates a few related records of each kind. Some are drafts, and some have equal names."""
    random = Random(1)
    countries = [make.make_country(slug, sco_role=role) for slug, role in zip(("xa", "xb", "xc", "xd"), (
        "member", "member", "partner", "none"), strict=True)]  # fmt: skip
    cities = [
        make.make_city(
            f"city-{number}", countries[number % 4], name_en=name, population=number * 1000 or None
        )
        for number, name in enumerate(("Alpha", "Beta", "Alpha", "gamma", "Delta", "Beta"))
    ]
    themes = [make.make_theme(f"theme-{number}", pillar=Pillar.values[number % 3]) for number in range(5)]
    reports = [
        make.make_report(
            f"report-{number}",
            passages=2,
            published_on=date,
            language=("en", "ru", "zh")[number % 3],
        )
        for number, date in enumerate((*DATES[:5], RECENT[0], RECENT[4]))
    ]
    offices = [
        make.make_organisation(
            f"office-{number}", kind=random.choice(OrganisationKind.values), city=random.choice([*cities, None]),
            country=random.choice([*countries, None]),
        )
        for number in range(4)
    ]  # fmt: skip
    events = []
    for number in range(4):
        events.append(
            make.make_event(
                f"event-{number}", themes=random.sample(themes, 2), host_city=random.choice([*cities, None]),
                parent=random.choice([*events, None]), starts_on=DATES[number],
            )
        )  # fmt: skip
    delegates = [
        make.make_delegate(
            f"delegate-{number}", organisation=random.choice([*offices, None]),
            city=random.choice([*cities, None]), country=random.choice([*countries, None]),
        )
        for number in range(5)
    ]  # fmt: skip
    for number in range(6):
        make.make_attendance(events[number % 4], delegates[number % 5])
    statements = [
        make.make_statement(
            f"statement-{number}", themes=random.sample(themes, 2), delegate=random.choice(delegates),
            event=random.choice([*events, None]),
        )
        for number in range(6)
    ]  # fmt: skip
    initiatives = [
        make.make_initiative(
            f"initiative-{number}", title_en=random.choice(WORDS), kind=random.choice(Kind.values),
            status=random.choice(Status.values), starts_on=random.choice(DATES),
            lead=[cities[number % 6]], partner=[cities[(number + 1) % 6]],
            themes=random.sample(themes, random.randrange(3)), countries=random.sample(countries, random.randrange(2)),
            organisations=random.sample(offices, random.randrange(3)), event=random.choice([*events, None]),
        )
        for number in range(14)
    ]  # fmt: skip
    for record in (*initiatives, *events, *delegates, *cities, *offices, *statements):
        for report in random.sample(reports, random.randrange(4)):
            stance = random.choice(Stance.values)
            reported_value = "" if stance == Stance.SUPPORTS else "something else"
            make.make_evidence(
                record,
                WHOLE,
                random.choice(report.passages.all()),
                stance=stance,
                reported_value=reported_value,
            )
    for initiative in initiatives:
        for report in random.sample(reports, random.randrange(3)):
            make.make_evidence(initiative, "status", report.passages.first())
    for model in RECORDS:
        model.objects.filter(slug__endswith="-3").update(state=PublicationState.DRAFT)
