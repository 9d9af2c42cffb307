"""What the home page says is known: how much, how firm, about what, how sound, and what is new."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, OuterRef, Subquery

from delegates.models import Delegate, Event, Organisation
from initiatives.models import Initiative, Status
from sco_cities.cities.models import City
from sco_cities.sources.models import Evidence, Report
from sco_cities.themes.models import Pillar, Theme

NEWEST = 8


@dataclass(frozen=True)
class Bar:
    """A number with its share of the largest or of all, and the value that its list is filtered by."""

    value: str
    label: str
    count: int
    share: float


@dataclass(frozen=True)
class PillarBars:
    """A pillar and its themes, by the number of initiatives."""

    value: str
    label: str
    count: int
    themes: list[Bar]


@dataclass(frozen=True)
class Soundness:
    """How many footnotes lead to how many reports; of how many initiatives reports disagree, or only one speaks."""

    footnotes: int
    reports: int
    disputed: int
    single: int


def counts() -> dict[str, int]:
    """The number of published records of each kind, by the name of its list."""
    kinds = (Initiative, City, Delegate, Organisation, Event, Theme, Report)
    return {model.collection: model.objects.published().count() for model in kinds}


def by_firmness() -> list[Bar]:
    """The published initiatives by status, from interest on; a status that none has is left out."""
    found = dict(Initiative.objects.published().values_list("status").annotate(n=Count("pk")).order_by())
    total = sum(found.values()) or 1
    return [
        Bar(status.value, status.label, found[status], found[status] / total)
        for status in Status
        if status in found
    ]


def by_pillar() -> list[PillarBars]:
    """The three pillars with their published themes, those with most initiatives first."""
    themes = list(Theme.objects.published().for_listing())
    most = max((theme.initiative_count for theme in themes), default=0) or 1
    pillars = []
    on_pillar = dict(
        Initiative.objects.published()
        .filter(themes__state="published")
        .values_list("themes__pillar")
        .annotate(n=Count("pk", distinct=True))
        .order_by()
    )
    for pillar in Pillar:
        own = sorted(
            (theme for theme in themes if theme.pillar == pillar),
            key=lambda theme: (-theme.initiative_count, theme.name_en),
        )
        bars = [
            Bar(theme.slug, theme.name, theme.initiative_count, theme.initiative_count / most)
            for theme in own
        ]
        pillars.append(PillarBars(pillar.value, pillar.label, on_pillar.get(pillar, 0), bars))
    return pillars


def soundness() -> Soundness:
    """How well what is known is borne out."""
    evidence = Evidence.objects.from_published_reports()
    numbers = evidence.aggregate(footnotes=Count("pk"), reports=Count("passage__report", distinct=True))
    initiatives = Initiative.objects.published()
    return Soundness(
        **numbers,
        disputed=initiatives.disputed().count(),
        single=initiatives.supported_by(at_least=1, at_most=1).count(),
    )


def newest() -> list[Initiative]:
    """The initiatives that newest reports speak of, each with `reported_on`, that report's date as it is given."""
    of_initiative = Evidence.objects.from_published_reports().filter(
        content_type=ContentType.objects.get_for_model(Initiative), object_id=OuterRef("pk")
    )
    # A report of which only the year is known is no newer than its first day.
    newest_first = of_initiative.order_by(F("passage__report__published_first").desc(nulls_last=True))
    published = Initiative.objects.published().annotate(
        reported_on=Subquery(newest_first.values("passage__report__published_on")[:1]),
        reported_first=Subquery(newest_first.values("passage__report__published_first")[:1]),
    )
    return list(published.filter(reported_first__isnull=False).order_by("-reported_first", "slug")[:NEWEST])
