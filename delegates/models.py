"""Organisations, events, delegates, attendances and statements."""

from typing import ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.cities.models import City, Country
from sco_cities.core import edtf
from sco_cities.core.fields import ComputedDateField, EDTFField, ends_after_start, not_empty, one_of
from sco_cities.core.localized_names import Localized, localized
from sco_cities.core.translations import TranslatedTexts
from sco_cities.i18n.punctuation import pause
from sco_cities.sources.base_models import DatedRecord, NamedRecord, Record
from sco_cities.sources.models import Passage
from sco_cities.sources.related_records import list_url
from sco_cities.themes.models import Theme

from .querysets import (
    AttendanceQuerySet,
    DelegateQuerySet,
    EventQuerySet,
    OrganisationQuerySet,
    StatementQuerySet,
)

# Maximum number of characters of a statement's text in its search URL.
MAX_WORDS = 200


class OrganisationKind(models.TextChoices):
    """Kinds of organisations, such as city governments and ports."""

    CITY_GOVERNMENT = "city-government", _("city government")
    NATIONAL_GOVERNMENT = "national-government", _("national government")
    INTERNATIONAL = "international", _("international")
    RESEARCH = "research", _("research")
    MEDIA = "media", _("media")
    COMPANY = "company", _("company")
    PORT = "port", _("port")
    NGO = "ngo", _("non-governmental")
    EDUCATION = "education", _("education")
    OTHER = "other", _("other")


class EventKind(models.TextChoices):
    """Kinds of events, from summits to exhibitions."""

    SUMMIT = "summit", _("summit")
    DIALOGUE = "dialogue", _("dialogue")
    FORUM = "forum", _("forum")
    VISIT = "visit", _("visit")
    MEETING = "meeting", _("meeting")
    EXHIBITION = "exhibition", _("exhibition")


class Organisation(NamedRecord):
    """An organisation that delegates speak for, or that takes part in initiatives."""

    collection = "organisations"
    evidence_fields = ("name_en", "name_ru", "name_zh", "kind", "country", "city")
    must_be_sourced = False
    search_fields = (*NamedRecord.search_fields, "aliases")

    kind = models.CharField(
        _("kind"), max_length=20, choices=OrganisationKind, default=OrganisationKind.OTHER
    )
    country = models.ForeignKey(
        Country,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("country"),
    )
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("city")
    )
    aliases = models.TextField(_("other names"), blank=True, default="", help_text=_("Separate with “; ”."))

    objects = OrganisationQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("slug",)
        constraints: ClassVar = [
            *NamedRecord.Meta.constraints,
            one_of("kind", OrganisationKind),
            not_empty("name_en"),
        ]


def _lock_events_table() -> None:
    """Locks event parents until the end of the transaction, because two simultaneous changes could create a cycle."""
    kinds = ContentType.objects.select_for_update(no_key=True)
    if connections[kinds.db].in_atomic_block:
        kinds.get(app_label=Event._meta.app_label, model=Event._meta.model_name)


class Event(NamedRecord, DatedRecord):
    """A summit, dialogue, forum, visit, meeting or exhibition. It may be part of another event."""

    collection = "events"
    evidence_fields = (
        "name_en", "name_ru", "name_zh", "kind", "series", "host_city", "starts_on", "ends_on", "date_text",
        "parent", "themes", "attendances",
    )  # fmt: skip
    search_fields = (*NamedRecord.search_fields, "series", "series_ru", "series_zh")
    translated = (*NamedRecord.translated, "series", "date_text")
    own_rows = ("attendances",)

    kind = models.CharField(_("kind"), max_length=12, choices=EventKind)
    series = models.CharField(_("series"), max_length=120, blank=True, default="")
    series_ru = models.CharField(_("series in Russian"), max_length=120, blank=True, default="")
    series_zh = models.CharField(_("series in Chinese"), max_length=120, blank=True, default="")
    host_city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("host city")
    )
    starts_on = EDTFField(_("starts on"))
    starts_first = ComputedDateField(by="_starts_first", db_index=True)
    ends_on = EDTFField(_("ends on"))
    ends_last = ComputedDateField(by="_ends_last")
    runs_until = ComputedDateField(by="_runs_until")
    date_text = models.CharField(
        _("date as text"), max_length=120, blank=True, default="", help_text=_("As stated in the report.")
    )
    date_text_ru = models.CharField(_("date as text in Russian"), max_length=120, blank=True, default="")
    date_text_zh = models.CharField(_("date as text in Chinese"), max_length=120, blank=True, default="")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="events", verbose_name=_("themes"))

    objects = EventQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("slug",)
        constraints: ClassVar = [
            *NamedRecord.Meta.constraints,
            one_of("kind", EventKind),
            ends_after_start(),
            not_empty("name_en"),
        ]

    def clean(self):
        super().clean()
        if self.pk and self.parent_id:
            _lock_events_table()
        # Reads the stored parents, because a merge may have changed them after the instances were loaded. The loop
        # also ends if manual SQL has created a cycle that does not include this event.
        ancestor, visited = self.parent_id, set()
        while ancestor and ancestor not in visited:
            if ancestor == self.pk:
                raise ValidationError({"parent": _("An event cannot be part of itself.")})
            visited.add(ancestor)
            ancestor = Event.objects.filter(pk=ancestor).values_list("parent", flat=True).first()

    def _runs_until(self):
        return edtf.first_and_last_day(self.ends_on or self.starts_on)[1]


class Delegate(NamedRecord):
    """A person in a professional role."""

    collection = "delegates"
    evidence_fields = ("name_en", "name_ru", "name_zh", "role", "organisation", "city", "country")
    own_evidence = ("role",)
    search_fields = (*NamedRecord.search_fields, "role", "role_ru", "role_zh", "aliases")
    shared_rows = ("attendances",)
    translated = (*NamedRecord.translated, "role")

    role = models.CharField(pgettext_lazy("of a delegate", "role"), max_length=200)
    role_ru = models.CharField(_("role in Russian"), max_length=200, blank=True, default="")
    role_zh = models.CharField(_("role in Chinese"), max_length=200, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delegates",
        verbose_name=_("organisation"),
    )
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="delegates", verbose_name=_("city")
    )
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="delegates", verbose_name=_("country")
    )
    aliases = models.TextField(
        _("other spellings"), blank=True, default="", help_text=_("Separate with “; ”.")
    )
    # Defined in this app, because `delegates` imports `sources` and not vice versa.
    passages = models.ManyToManyField(
        Passage, blank=True, related_name="speakers", verbose_name=_("passages that quote this delegate")
    )

    objects = DelegateQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ("slug",)
        constraints: ClassVar = [*NamedRecord.Meta.constraints, not_empty("name_en"), not_empty("role")]


class Attendance(TranslatedTexts):
    """The attendance of a delegate at an event, with the delegate's role at that time."""

    translated = ("role_at_event",)

    event = models.ForeignKey(Event, models.CASCADE, related_name="attendances", verbose_name=_("event"))
    delegate = models.ForeignKey(
        Delegate, models.CASCADE, related_name="attendances", verbose_name=_("delegate")
    )
    role_at_event = models.CharField(_("role at the event"), max_length=120)
    role_at_event_ru = models.CharField(
        _("role at the event in Russian"), max_length=120, blank=True, default=""
    )
    role_at_event_zh = models.CharField(
        _("role at the event in Chinese"), max_length=120, blank=True, default=""
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ("event", "delegate")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "delegate"], name="delegates_attendance_is_unique"),
            not_empty("role_at_event"),
        ]

    def __str__(self):
        return f"{self.delegate}{pause()}{self.role_at_event}"


class Statement(TranslatedTexts, Record):
    """The summary of a statement by a delegate, or by all participants of an event."""

    collection = "statements"
    evidence_fields = ("delegate", "event", "summary", "themes")
    own_evidence = ("summary",)
    search_fields = ("summary", "summary_ru", "summary_zh")
    translated = ("summary",)

    delegate = models.ForeignKey(
        Delegate, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("delegate")
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("event")
    )
    summary = models.TextField(_("summary"), help_text=_("In our own words."))
    summary_ru = models.TextField(_("summary in Russian"), blank=True, default="")
    summary_zh = models.TextField(_("summary in Chinese"), blank=True, default="")
    themes = models.ManyToManyField(Theme, blank=True, related_name="statements", verbose_name=_("themes"))

    objects = StatementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ("slug",)
        constraints: ClassVar = [
            *Record.Meta.constraints,
            not_empty("summary"),
            models.CheckConstraint(
                condition=Q(delegate__isnull=False) | Q(event__isnull=False),
                name="delegates_statement_has_an_origin",
                violation_error_message=_(
                    "Enter the delegate who made the statement or the event where it was made."
                ),
            ),
        ]

    def __str__(self):
        return self.name if len(self.name) <= 80 else f"{self.name[:79]}…"

    @property
    def name(self) -> Localized:
        """The summary, which serves as the record's name."""
        return localized(self, "summary")

    def get_absolute_url(self) -> str:
        """Returns the URL of the statement on the event's page or, if the event is unpublished, on the delegate's page.

        If both are unpublished, the URL is a search for the text in the list of statements.
        """
        origins = [origin for origin in (self.event, self.delegate) if origin]
        origin = next((origin for origin in origins if origin.is_published), None)
        if origin is None and self.is_published:
            return list_url(Statement, q=" ".join(self.summary.split())[:MAX_WORDS])
        return f"{(origin or origins[0]).get_absolute_url()}#{self.slug}"
