"""QuerySets of organisations, events, delegates, attendances and statements."""

from django.db.models import F, Prefetch, Q, QuerySet

from sco_cities.sources.base_models import WHOLE, PublicationState
from sco_cities.sources.models import Evidence
from sco_cities.sources.querysets import DatedQuerySet, RecordQuerySet, published_count
from sco_cities.themes.models import Theme


def published_themes() -> Prefetch:
    """The published themes of all records, in one query."""
    return Prefetch("themes", Theme.objects.published().order_by("name_en"))


class LocatedQuerySet(RecordQuerySet):
    """Queries on records with a country and a city."""

    def in_countries(self, codes: list[str]):
        """Records in these countries, directly or through their city."""
        by_city = Q(city__state=PublicationState.PUBLISHED, city__country__slug__in=codes)
        return self.filter(Q(country__slug__in=codes) | by_city)

    def in_cities(self, slugs: list[str]):
        return self.filter(city__slug__in=slugs)


class ThemeQuerySetMixin(RecordQuerySet):
    """Queries on records with themes."""

    def on_themes(self, slugs: list[str]):
        return self.filter(pk__in=self.model.objects.filter(themes__slug__in=slugs).values("pk"))

    def of_pillars(self, pillars: list[str]):
        return self.filter(
            pk__in=self.model.objects.filter(themes__state="published", themes__pillar__in=pillars).values(
                "pk"
            )
        )


class OrganisationQuerySet(LocatedQuerySet):
    """Queries on organisations."""

    def for_mention(self):
        """In the order in which pages name them."""
        return self.order_by("name_en")

    def for_listing(self):
        """With country, city, and the numbers of delegates and initiatives."""
        return (
            self.for_record_page()
            .with_evidence_counts()
            .annotate(
                delegate_count=published_count(self.model, "delegates"),
                initiative_count=published_count(self.model, "initiatives"),
            )
        )

    def for_record_page(self):
        return self.select_related("city", "country")


class EventQuerySet(ThemeQuerySetMixin, DatedQuerySet):
    """Queries on events."""

    def in_countries(self, codes: list[str]):
        return self.filter(host_city__state=PublicationState.PUBLISHED, host_city__country__slug__in=codes)

    def in_cities(self, slugs: list[str]):
        return self.filter(host_city__slug__in=slugs)

    def within_events(self, slugs: list[str]):
        """The events with these slugs, and their parts."""
        return self.filter(Q(slug__in=slugs) | Q(parent__slug__in=slugs))

    def for_mention(self):
        """In order of date, with their host city."""
        return self.select_related("host_city").order_by(F("starts_first").asc(nulls_last=True), "slug")

    def for_listing(self):
        """With host city, themes, and the numbers of attendances and initiatives."""
        return (
            self.for_record_page()
            .with_evidence_counts()
            .annotate(
                attendance_count=published_count(self.model, "attendances__delegate"),
                initiative_count=published_count(self.model, "initiatives"),
            )
        )

    def for_record_page(self):
        return self.select_related("host_city__country", "parent").prefetch_related(published_themes())


class DelegateQuerySet(LocatedQuerySet):
    """Queries on delegates."""

    def of_organisations(self, slugs: list[str]):
        return self.filter(organisation__slug__in=slugs)

    def at_events(self, slugs: list[str]):
        """Delegates who attended one of the events or made a statement there."""
        attended = Q(attendances__event__slug__in=slugs)
        spoke = Q(statements__state="published", statements__event__slug__in=slugs)
        return self.filter(pk__in=self.model.objects.filter(attended | spoke).values("pk"))

    def on_themes(self, slugs: list[str]):
        """Delegates with a statement on one of the themes."""
        spoke = Q(statements__state="published", statements__themes__slug__in=slugs)
        return self.filter(pk__in=self.model.objects.filter(spoke).values("pk"))

    def of_pillars(self, pillars: list[str]):
        """Delegates with a statement on a theme of one of the pillars."""
        themes = Theme.objects.published().filter(pillar__in=pillars)
        spoke = Q(statements__state="published", statements__themes__in=themes)
        return self.filter(pk__in=self.model.objects.filter(spoke).values("pk"))

    def for_mention(self):
        """In the order in which pages name them."""
        return self.select_related("organisation").order_by("name_en")

    def for_listing(self):
        """With organisation, city, country, and the numbers of statements and attendances."""
        return (
            self.for_record_page()
            .with_evidence_counts()
            .annotate(
                statement_count=published_count(self.model, "statements"),
                attendance_count=published_count(self.model, "attendances__event"),
            )
        )

    def for_record_page(self):
        return self.select_related("organisation", "city", "country")


class AttendanceQuerySet(QuerySet):
    """Queries on attendances."""

    def for_event_page(self):
        """Attendances of published delegates, in order of name."""
        attended = self.filter(delegate__state=PublicationState.PUBLISHED).select_related(
            "delegate__organisation"
        )
        return attended.order_by("delegate__name_en", "delegate__slug")

    def for_delegate_page(self):
        """Attendances of published events, the newest first, with the evidence of the events."""
        evidence = Evidence.objects.from_published_reports().filter(field__in=("attendances", WHOLE))
        return (
            self.filter(event__state=PublicationState.PUBLISHED)
            .select_related("event__host_city")
            .prefetch_related(Prefetch("event__evidence", evidence.for_notes()))
            .order_by(F("event__starts_first").desc(nulls_last=True), "event__slug")
        )


class StatementQuerySet(ThemeQuerySetMixin):
    """Queries on statements."""

    def for_mention(self):
        """With delegate, event, themes, figures and footnotes; the newest event first."""
        return (
            self.for_link()
            .prefetch_related(published_themes(), "figures")
            .with_sources()
            .order_by(F("event__starts_first").desc(nulls_last=True), "slug")
        )

    def on_published_pages(self):
        """Published statements whose event or delegate is published too, so that they appear on a page."""
        on_a_page = Q(event__state=PublicationState.PUBLISHED) | Q(delegate__state=PublicationState.PUBLISHED)
        return self.published().filter(on_a_page)

    def for_link(self):
        """With the records whose pages show the statement."""
        return self.select_related("delegate", "event")
