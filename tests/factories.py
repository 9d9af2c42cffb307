"""Small synthetic records for tests, with fictional places such as Alphaville and no real facts.

Each function saves one published record. Keyword arguments override its values.
"""

from itertools import count

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from delegates.models import Attendance, Delegate, Event, Organisation, Statement
from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City, Country, CountryGroup
from sco_cities.correction_requests.models import CorrectionRequest
from sco_cities.curation.comments.threads import set_mentioned
from sco_cities.curation.models import Comment, CommentThread
from sco_cities.feeds.changes import FeedSubject
from sco_cities.sources.base_models import FIGURE, WHOLE, PublicationState
from sco_cities.sources.models import Evidence, Figure, Passage, Report
from sco_cities.subscriptions.models import Subscription, subscribe
from sco_cities.themes.models import Theme

_numbers = count(1)


def _title(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def make_country(slug="xa", **values) -> Country:
    defaults = {
        "name_en": f"Country {slug.upper()}",
        "sco_role": "member",
        "state": PublicationState.PUBLISHED,
    }
    return Country.objects.get_or_create(slug=slug, defaults=defaults | values)[0]


def make_country_group(slug="middle-xland", countries=("xa",), **values) -> CountryGroup:
    defaults = {"name_en": _title(slug), "state": PublicationState.PUBLISHED}
    group = CountryGroup.objects.create(slug=slug, **(defaults | values))
    group.countries.set(map(make_country, countries))
    return group


def make_city(slug="alphaville", country="xa", **values) -> City:
    country = country if isinstance(country, Country) else make_country(country)
    defaults = {
        "name_en": _title(slug), "country": country, "latitude": "10.5", "longitude": "20.25",
        "state": PublicationState.PUBLISHED,
    }  # fmt: skip
    return City.objects.get_or_create(slug=slug, defaults=defaults | values)[0]


def make_theme(slug="lamps", pillar="governance", **values) -> Theme:
    defaults = {
        "name_en": _title(slug), "pillar": pillar, "description": f"All about {slug}",
        "state": PublicationState.PUBLISHED,
    }  # fmt: skip
    return Theme.objects.get_or_create(slug=slug, defaults=defaults | values)[0]


def make_organisation(slug="lamp-office", **values) -> Organisation:
    defaults = {"name_en": _title(slug), "kind": "company", "state": PublicationState.PUBLISHED}
    return Organisation.objects.get_or_create(slug=slug, defaults=defaults | values)[0]


def make_report(slug="gazette-20250101", passages=1, **values) -> Report:
    """A report with this number of passages, numbered from 1."""
    defaults = {
        "title": _title(slug), "publisher": "The Gazette", "language": "en", "published_on": "2025-01-01",
        "address": f"https://gazette.example/{slug}", "accessed_on": "2025-02-01", "state": PublicationState.PUBLISHED,
    }  # fmt: skip
    report = Report.objects.get_or_create(slug=slug, defaults=defaults | values)[0]
    for number in range(1, passages + 1):
        Passage.objects.get_or_create(
            report=report, number=number, defaults={"summary": f"Passage {number} of {slug}."}
        )
    return report


def make_event(slug="lamp-forum-2025", themes=(), **values) -> Event:
    defaults = {
        "name_en": _title(slug),
        "kind": "forum",
        "starts_on": "2025-05",
        "state": PublicationState.PUBLISHED,
    }
    event = Event.objects.create(slug=slug, **defaults | values)
    event.themes.set(themes)
    return event


def make_delegate(slug="ada-test", **values) -> Delegate:
    defaults = {"name_en": _title(slug), "role": "Mayor", "state": PublicationState.PUBLISHED}
    return Delegate.objects.create(slug=slug, **defaults | values)


def make_attendance(event, delegate, role_at_event="speaker") -> Attendance:
    return Attendance.objects.create(event=event, delegate=delegate, role_at_event=role_at_event)


def make_statement(slug="lamps-are-bright", themes=(), **values) -> Statement:
    defaults = {"summary": f"It was said that {slug}.", "state": PublicationState.PUBLISHED}
    statement = Statement.objects.create(slug=slug, **defaults | values)
    statement.themes.set(themes)
    return statement


def make_initiative(
    slug=None,
    *,
    lead=(),
    partner=(),
    reference=(),
    themes=(),
    countries=(),
    organisations=(),
    sourced=False,
    **values,
) -> Initiative:
    """Creates an initiative with cities by role. `sourced` adds a report that supports all values."""
    slug = slug or f"initiative-{next(_numbers)}"
    defaults = {
        "title_en": _title(slug), "summary_en": f"Lamps are put up in {slug}. They shine.", "kind": "project",
        "status": "agreed", "starts_on": "2024", "state": PublicationState.PUBLISHED,
    }  # fmt: skip
    initiative = Initiative.objects.create(slug=slug, **defaults | values)
    initiative.themes.set(themes)
    initiative.countries.set(countries)
    initiative.organisations.set(organisations)
    for role, cities in (("lead", lead), ("partner", partner), ("reference", reference)):
        for city in cities:
            InitiativeCity.objects.create(initiative=initiative, city=city, role=role)
    if sourced:
        support_everything(initiative)
    return initiative


def make_figure(record, label="lamps", value=12, **values) -> Figure:
    return Figure.objects.create(record=record, label=label, value=value, **{"unit": "lamps"} | values)


def make_evidence(record, field=WHOLE, passage=None, **values) -> Evidence:
    """Creates evidence for a field of a record. `field` may be a Figure."""
    passage = passage or make_report().passages.first()
    if isinstance(field, Figure):
        return Evidence.objects.create(record=record, field=FIGURE, figure=field, passage=passage, **values)
    return Evidence.objects.create(record=record, field=field, passage=passage, **values)


def support_everything(record, passage=None) -> None:
    """Adds all evidence that the record needs to be published."""
    passage = passage or make_report().passages.first()
    for field in (WHOLE, *type(record).own_evidence):
        make_evidence(record, field, passage)
    for figure in record.figures.all():
        make_evidence(record, figure, passage)


def make_subscription(record, address="reader@example.org") -> Subscription:
    """A confirmed subscription to a published record."""
    subscribe(address, FeedSubject.of_record(record, DEFAULT_DB_ALIAS))
    Subscription.objects.update(confirmed_at=timezone.now())
    return Subscription.objects.get()


def make_correction_request(record, **values) -> CorrectionRequest:
    """A new correction request about a record as a whole."""
    defaults = {
        "slug": record.slug, "record_name": str(record), "value_label": "The record as a whole", "language": "en",
        "text": "The lamps are not lit.", "email": "reader@example.org",
    }  # fmt: skip
    return CorrectionRequest.objects.create(record=record, **defaults | values)


def make_comment(record, author=None, text="Is this right?", field="") -> Comment:
    """A comment that begins a thread."""
    comment = Comment.objects.create(
        thread=CommentThread.objects.create(record=record, field=field), author=author, text=text
    )
    set_mentioned(comment)
    return comment
